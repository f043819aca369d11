/**
 * The open message and the other drafts. It outlives the screen: a lock takes the text out of the page once
 * the agent has it, and the unlock brings it back with the caret where it was. Text that the agent does not
 * have yet stays, and is kept first thing after the unlock of the same vault.
 */
import { call, failureOf } from '$lib/backend';
import type { Draft, DraftItem, Failure } from '$lib/bindings';
import { lock } from '$lib/state/lock.svelte';
import { outbox } from '$lib/state/outbox.svelte';
import { session } from '$lib/state/session.svelte';
import { readChips } from './chips';
import { lookAtFiles } from './files';
import { Keeper, type Snapshot } from './keeper.svelte';
import {
  LINES,
  emptyLetter,
  emptyView,
  fromDraft,
  isEmpty,
  readView,
  toDraft,
  type Letter,
  type View,
} from './letter';
import { sending } from './sending.svelte';

const LIST_PAUSE_MS = 1500;

export class Composer {
  letter = $state<Letter>(emptyLetter());
  view = $state<View>(emptyView());
  /** All drafts, newest first. */
  drafts = $state<DraftItem[]>([]);
  /** The drafts have been read. */
  ready = $state(false);
  /** Why they could not be read. */
  failure = $state<Failure>();
  /** Counts openings: the screen puts the caret where it belongs after each. */
  opened = $state(0);
  keeper = $state.raw<Keeper>(this.#keeperOf());

  readonly empty = $derived(isEmpty(this.letter, this.view));
  readonly id = $derived(this.keeper.id);
  /** The drafts besides the open one. */
  readonly others = $derived(this.drafts.filter((item) => item.id !== this.id));

  /** The vault whose text is in the page. */
  #vault: string | undefined;
  /** Text of other vaults that their agent has not acknowledged. */
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- no view shows it
  #held = new Map<string, { letter: Letter; view: View; keeper: Keeper }>();
  #last: string | undefined;
  #turn: Promise<void> = Promise.resolve();
  #stop: (() => void) | undefined;
  #refresh: ReturnType<typeof setTimeout> | undefined;

  /** Begins to follow lock, unlock and edits; once, however often the screen is entered. */
  start(): () => void {
    this.#stop ??= this.#begin();
    return () => {
      this.#stop?.();
      this.#stop = undefined;
    };
  }

  #begin(): () => void {
    const stop = $effect.root(() => {
      $effect(() => {
        const vault = session.vault;
        const id = vault?.state === 'unlocked' ? vault.info.vault_id : undefined;
        if (vault) this.#turn = this.#turn.then(() => this.#follow(id));
      });
      $effect(() => {
        void this.#mark();
        if (this.ready) this.keeper.touch();
      });
      $effect(() => {
        if (this.ready && outbox.waiting) {
          const waiting = outbox.take();
          if (waiting) void this.openNew(fromDraft(waiting.draft, waiting.key));
        }
      });
    });
    const flush = () => void this.keeper.flushView();
    const hidden = () => document.visibilityState === 'hidden' && flush();
    window.addEventListener('pagehide', flush);
    window.addEventListener('blur', flush);
    document.addEventListener('visibilitychange', hidden);
    const forget = lock.beforeLock(async () => {
      sending.locked();
      await this.keeper.flushView();
    });
    const unlisten = session.listen((event) => {
      if (event.event !== 'changed' || event.area !== 'drafts') return;
      // One's own saves are changes too: the list is read when the typing pauses.
      clearTimeout(this.#refresh);
      this.#refresh = setTimeout(() => this.ready && void this.refresh(), LIST_PAUSE_MS);
    });
    return () => {
      clearTimeout(this.#refresh);
      stop();
      forget();
      unlisten();
      window.removeEventListener('pagehide', flush);
      window.removeEventListener('blur', flush);
      document.removeEventListener('visibilitychange', hidden);
    };
  }

  /** Keeps the open message and begins a new one; the sender and key stay. False if it cannot be kept. */
  async openNew(letter: Letter = emptyLetter(this.letter.from, this.letter.key)): Promise<boolean> {
    if (!(await this.#putAway())) return false;
    if (!letter.from) Object.assign(letter, { from: this.letter.from, key: letter.key ?? this.letter.key });
    this.#show(letter, { ...emptyView(), tab: letter.html && !letter.text ? 'html' : 'text' });
    return true;
  }

  /** Keeps the open message and opens another draft. */
  async open(item: DraftItem): Promise<boolean> {
    if (item.id === this.id) return true;
    if (!(await this.#putAway())) return false;
    this.#showItem(item);
    return true;
  }

  /** Puts an earlier version in the place of the text; the text until now is a version too. */
  async restore(version: DraftItem): Promise<void> {
    await this.keeper.flush();
    this.letter = fromDraft(version.draft, version.key);
    this.view = readView(version.view);
    this.#read();
    this.opened++;
    await this.keeper.flush();
  }

  /** Removes a draft; gives it back so that this can be undone. */
  async remove(id: string): Promise<DraftItem | undefined> {
    const item = this.drafts.find((draft) => draft.id === id);
    if (id === this.id) {
      await this.keeper.settle();
      this.keeper.stop();
      this.#show(emptyLetter(this.letter.from, this.letter.key), emptyView());
    }
    await call('draft.remove', { id });
    this.drafts = this.drafts.filter((draft) => draft.id !== id);
    return item;
  }

  /** Brings a removed draft back. */
  async bringBack(item: DraftItem): Promise<void> {
    const { id, key, view } = item;
    const kept = await call('draft.save', { id, draft: toDraft(fromDraft(item.draft, key)), key, view });
    this.drafts = [kept, ...this.drafts.filter((draft) => draft.id !== id)];
    if (this.empty) await this.open(kept);
  }

  /** The message of this keeper was accepted: its draft is done. */
  async sent(keeper: Keeper): Promise<void> {
    await keeper.settle();
    keeper.stop();
    if (keeper === this.keeper) this.#show(emptyLetter(this.letter.from, this.letter.key), emptyView());
    if (keeper.id === null) return;
    this.drafts = this.drafts.filter((draft) => draft.id !== keeper.id);
    await call('draft.remove', { id: keeper.id });
  }

  /** Reads the list of drafts again; the open one is left alone. */
  async refresh(): Promise<void> {
    try {
      this.drafts = (await call('draft.list', {})).drafts;
      this.failure = undefined;
    } catch (thrown) {
      this.failure = failureOf(thrown);
    }
  }

  /** The message as it would be sent now. */
  draft(): Draft {
    return toDraft($state.snapshot(this.letter) as Letter);
  }

  /** One after the other: a quick unlock waits until the lock before it is through. */
  async #follow(id: string | undefined): Promise<void> {
    if (id === this.#vault) return;
    if (this.#vault !== undefined) await this.#leave(this.#vault);
    if (id !== undefined) await this.#enter(id);
  }

  async #enter(vault: string): Promise<void> {
    this.#vault = vault;
    const held = this.#held.get(vault);
    if (held) {
      this.#held.delete(vault);
      [this.letter, this.view, this.keeper] = [held.letter, held.view, held.keeper];
      this.ready = true;
      this.keeper.resume();
      await this.keeper.flush();
      this.#read();
      this.opened++;
      return this.refresh();
    }
    await this.refresh();
    const item = this.drafts.find((draft) => draft.id === this.#last) ?? this.drafts[0];
    if (item) this.#showItem(item);
    else this.#show(emptyLetter(), emptyView());
    this.ready = true;
  }

  async #leave(vault: string): Promise<void> {
    sending.locked();
    const { keeper, letter, view } = this;
    this.#vault = undefined;
    this.ready = false;
    this.#last = keeper.id ?? undefined;
    await keeper.settle();
    keeper.stop();
    if (!keeper.clean) this.#held.set(vault, { letter, view, keeper });
    this.drafts = [];
    this.#show(emptyLetter(), emptyView());
  }

  /** Keeps what is open before something else takes its place. */
  async #putAway(): Promise<boolean> {
    const { keeper } = this;
    if (this.empty) {
      await keeper.settle();
      keeper.stop();
      if (keeper.id !== null) await call('draft.remove', { id: keeper.id }).catch(() => undefined);
      return true;
    }
    if (!(await keeper.flushView())) return false;
    keeper.stop();
    await this.refresh();
    return true;
  }

  #showItem(item: DraftItem): void {
    this.#show(fromDraft(item.draft, item.key), readView(item.view), item);
  }

  #show(letter: Letter, view: View, item?: DraftItem): void {
    this.letter = letter;
    this.view = view;
    this.keeper = this.#keeperOf(item, item && this.#mark());
    this.#read();
    this.opened++;
  }

  /** Has the agent read addresses, and look at files. */
  #read(): void {
    for (const line of LINES) void readChips(this.letter, line);
    void lookAtFiles(this.letter);
  }

  #keeperOf(item?: DraftItem, mark?: string): Keeper {
    const keeper: Keeper = new Keeper(() => this.#snapshot(keeper), item, mark);
    return keeper;
  }

  #snapshot(keeper: Keeper): Snapshot | undefined {
    // A keeper that was put away speaks for its own letter no more.
    const held =
      keeper === this.keeper ? this : [...this.#held.values()].find((one) => one.keeper === keeper);
    if (!held || (keeper.id === null && isEmpty(held.letter, held.view))) return undefined;
    const view = JSON.stringify(held.view);
    return {
      request: { draft: toDraft($state.snapshot(held.letter) as Letter), key: held.letter.key, view },
      mark: markOf(held.letter, held.view),
    };
  }

  #mark(): string {
    return markOf(this.letter, this.view);
  }
}

/** Two states with the same mark need not be kept apart: the caret's place alone is no reason to save. */
function markOf(letter: Letter, view: View): string {
  return JSON.stringify([toDraft(letter), letter.key, view.pending, view.shown, view.allow_blocked]);
}

export const composer = new Composer();
