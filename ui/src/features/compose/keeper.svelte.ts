/**
 * Keeps one draft: what is typed is sealed by the agent within 300 ms. One save at a time; what is typed
 * meanwhile follows at once. A save that fails is tried again; the text stays in the page until it is kept.
 */
import { call, failureOf } from '$lib/backend';
import type { DraftItem, DraftSaveRequest, Failure } from '$lib/bindings';

/** What is kept, and a text by which two states are told apart. */
export interface Snapshot {
  request: Omit<DraftSaveRequest, 'id'>;
  mark: string;
}

/** After the last key. */
export const QUIET_MS = 100;
/** After the first key that is not kept yet, however fast somebody types. */
export const LATEST_MS = 200;
/** From here on "Saving…" is worth saying. */
const SLOW_MS = 1000;
const RETRY_MS = [1000, 2000, 5000, 10_000];

export class Keeper {
  /** The draft's id, once it was kept. */
  id = $state<string | null>(null);
  /** When it was last kept. */
  kept = $state<number>();
  /** Why the last save failed. */
  failure = $state<Failure>();
  /** A save takes longer than a second. */
  slow = $state(false);

  #take: () => Snapshot | undefined;
  #mark: string | undefined;
  #view: string | null | undefined;
  #running: Promise<void> | undefined;
  #quiet: ReturnType<typeof setTimeout> | undefined;
  #latest: ReturnType<typeof setTimeout> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #stopped = false;

  /** `take` gives the state now; none while there is nothing worth keeping. */
  constructor(take: () => Snapshot | undefined, item?: DraftItem, mark?: string) {
    this.#take = take;
    this.id = item?.id ?? null;
    this.kept = item?.saved;
    this.#view = item?.view;
    this.#mark = mark;
  }

  /** Whether all there is has been acknowledged. */
  get clean(): boolean {
    const now = this.#take();
    return now === undefined || now.mark === this.#mark;
  }

  /** Something may have changed. */
  touch(): void {
    if (this.#stopped || this.clean) return;
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => void this.flush(), QUIET_MS);
    this.#latest ??= setTimeout(() => void this.flush(), LATEST_MS);
  }

  /** Keeps what is there now; true once it is acknowledged. */
  async flush(): Promise<boolean> {
    this.#clear();
    while (!this.#stopped) {
      if (this.#running) await this.#running;
      else if (this.clean) return true;
      else {
        this.#running = this.#save();
        await this.#running;
      }
      if (this.failure) return false;
    }
    return this.clean;
  }

  /** Keeps the place in the text too, where only that changed. */
  async flushView(): Promise<boolean> {
    const view = this.#take()?.request.view;
    if (this.id !== null && view !== this.#view) this.#mark = undefined;
    return this.flush();
  }

  /** Waits for a save under way, and begins none. */
  async settle(): Promise<void> {
    this.#clear();
    await this.#running;
  }

  /** Saves nothing any more: the draft was sent, removed or closed, or its vault is locked. */
  stop(): void {
    this.#stopped = true;
    this.#clear();
  }

  /** Saves again: its vault is open. */
  resume(): void {
    this.#stopped = false;
    this.failure = undefined;
  }

  async #save(): Promise<void> {
    const snapshot = this.#take();
    if (!snapshot) return;
    const slow = setTimeout(() => (this.slow = true), SLOW_MS);
    try {
      const item = await call('draft.save', { id: this.id, ...snapshot.request });
      this.id = item.id;
      this.kept = item.saved;
      this.#mark = snapshot.mark;
      this.#view = snapshot.request.view;
      this.failure = undefined;
      this.#failures = 0;
    } catch (thrown) {
      this.failure = failureOf(thrown);
      this.#tryLater();
    } finally {
      clearTimeout(slow);
      this.slow = false;
      this.#running = undefined;
    }
  }

  #tryLater(): void {
    const wait = RETRY_MS[Math.min(this.#failures++, RETRY_MS.length - 1)];
    if (this.#stopped) return;
    this.#retry = setTimeout(() => void this.flush(), wait);
  }

  #clear(): void {
    clearTimeout(this.#quiet);
    clearTimeout(this.#latest);
    clearTimeout(this.#retry);
    this.#quiet = this.#latest = this.#retry = undefined;
  }
}
