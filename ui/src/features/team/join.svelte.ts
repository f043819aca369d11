/** Becoming part of a team: an invite, the words, the code of the second factor. */
import { call, failureOf } from '$lib/backend';
import type { Failure, JoinView, PageTotp } from '$lib/bindings';

const POLL_MS = 2000;

export class Join {
  view = $state.raw<JoinView>();
  totp = $state.raw<PageTotp>();
  failure = $state<Failure>();
  busy = $state(false);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #ended = false;

  /** Where it stands: the invite's field, the words, the code, or the end. */
  readonly step = $derived.by(() => {
    const state = this.view?.state;
    if (!this.view || state === 'ended') return 'invite';
    if (state === 'waiting') return 'words';
    return state === 'code-missing' ? 'code' : 'joined';
  });

  /** Asks to join. A pasted link or text goes to the agent as it is. */
  begin(invite: string, device: string, at: string): Promise<void> {
    const request = { invite: invite.trim(), device: device.trim(), at: at.trim() || null };
    return this.#do(async () => this.#take(await call('join.begin', request)));
  }

  /** Goes on with a host that this device has asked before. */
  resume(host: string): Promise<void> {
    return this.#do(async () => this.#take(await call('join.show', { host })));
  }

  /** Proves the second factor. */
  prove(code: string): Promise<void> {
    const host = this.view?.host;
    if (host === undefined) return Promise.resolve();
    return this.#do(async () => this.#take(await call('join.prove', { host, code })));
  }

  /** Gives the request up: this device forgets its key. */
  leave(): Promise<void> {
    const host = this.view?.host;
    if (host === undefined) return Promise.resolve();
    return this.#do(async () => {
      await call('join.leave', { host });
      this.#drop();
    });
  }

  /** Nothing is asked any more: the page shows something else. */
  stop(): void {
    this.#ended = true;
    this.#drop();
  }

  async #take(view: JoinView): Promise<void> {
    if (this.#ended) return;
    this.view = view;
    this.failure = view.failure ?? undefined;
    clearTimeout(this.#timer);
    if (view.state === 'waiting') this.#timer = setTimeout(() => void this.#look(view.host), POLL_MS);
    if (view.state === 'code-missing') this.totp ??= await call('join.code', { host: view.host });
    else this.totp = undefined;
  }

  /** A host that is away for a moment is asked again. */
  async #look(host: string): Promise<void> {
    try {
      await this.#take(await call('join.show', { host }));
    } catch (thrown) {
      if (this.#ended) return;
      this.failure = failureOf(thrown);
      if (this.failure.code === 'host-away')
        this.#timer = setTimeout(() => void this.#look(host), 2 * POLL_MS);
    }
  }

  async #do(work: () => Promise<void>): Promise<void> {
    this.busy = true;
    this.failure = undefined;
    try {
      await work();
    } catch (thrown) {
      this.failure = failureOf(thrown);
    } finally {
      this.busy = false;
    }
  }

  #drop(): void {
    clearTimeout(this.#timer);
    this.view = this.totp = undefined;
  }
}
