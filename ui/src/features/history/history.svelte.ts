import { SvelteSet } from 'svelte/reactivity';
import { call } from '$lib/backend';
import type { HistoryRow } from '$lib/bindings';
import { m } from '$lib/paraglide/messages';
import { Pages } from '$lib/state/pages.svelte';
import { undo } from '$lib/state/undo.svelte';

/** States of a row that one can look for. */
export const STATES = ['all', 'sent', 'not-sent', 'unknown', 'sending'] as const;
export type StateFilter = (typeof STATES)[number];

/** Any key, in the filter. */
export const ANY_KEY = '*';

/** Rows taken out and not yet removed: their chance to come back is not over. By id only. */
const leaving = new SvelteSet<string>();

/** The list of messages: what is looked for, and the rows found. Lives as long as the screen. */
export class HistoryList {
  text = $state('');
  state = $state<StateFilter>('all');
  key = $state<string>(ANY_KEY);

  readonly pages = new Pages<HistoryRow>(
    async (before, limit) =>
      call('history.list', {
        limit,
        before: before?.id ?? null,
        text: this.text.trim() || null,
        state: this.state === 'all' ? null : this.state,
        key: this.key === ANY_KEY ? null : this.key,
      }),
    (row) => row.id,
  );

  readonly rows = $derived(this.pages.items.filter((row) => !leaving.has(row.id)));
  readonly narrowed = $derived(this.text.trim() !== '' || this.state !== 'all' || this.key !== ANY_KEY);

  /** Loads as far as a message that another place wants shown, without filters; not for ever. */
  async reach(id: string): Promise<void> {
    if (this.narrowed && !this.has(id)) await this.widen();
    for (let pages = 0; pages < 20 && !this.has(id) && this.pages.more; pages++) await this.pages.next();
  }

  has(id: string): boolean {
    return this.pages.items.some((row) => row.id === id);
  }

  /** Shows everything again. */
  async widen(): Promise<void> {
    this.text = '';
    this.state = 'all';
    this.key = ANY_KEY;
    await this.pages.reload();
  }
}

/** Takes a row out at once; it is removed for good when the time to undo is over. */
export function removeRow(row: HistoryRow): void {
  leaving.add(row.id);
  undo.show(
    m.history_removed({ subject: row.subject || m.history_no_subject() }),
    () => void leaving.delete(row.id),
    () => void removeNow(row.id),
  );
}

async function removeNow(id: string): Promise<void> {
  try {
    await call('history.remove', { one: id });
  } catch {
    // It could not be removed, so it is still there, and is shown again.
  }
  leaving.delete(id);
}
