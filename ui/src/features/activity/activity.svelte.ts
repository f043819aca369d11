import { call } from '$lib/backend';
import type { AuditEntryView, KeyView } from '$lib/bindings';
import { Pages } from '$lib/state/pages.svelte';
import { happenings } from './entry';
import { periodStart, type Period } from './period';

export const KINDS = ['all', 'sends', 'refusals', 'changes'] as const;
export type Kind = (typeof KINDS)[number];

/** The log as rows: what is looked for, and what is found. Lives as long as the screen. */
export class ActivityList {
  text = $state('');
  kind = $state<Kind>('all');
  period = $state<Period>('any');
  #keys = $state.raw<KeyView[]>([]);

  readonly pages: Pages<AuditEntryView> = new Pages<AuditEntryView>(
    async (before, limit) => {
      const reply = await call('audit.list', {
        limit,
        before: before?.seq ?? null,
        since: periodStart(this.period, Date.now()),
        kind: this.kind === 'all' ? null : this.kind,
        text: this.text.trim() || null,
        refused: false,
      });
      return { items: reply.entries, more: reply.more };
    },
    (entry) => `${entry.seq}`,
    200,
  );

  readonly rows = $derived(happenings(this.pages.items));
  readonly narrowed = $derived(this.text.trim() !== '' || this.kind !== 'all' || this.period !== 'any');

  /** The name of the key that an entry is about; its id where the key is gone. */
  keyName(target: string): string {
    const key = this.#keys.find((one) => one.id === target || one.google_key_id === target);
    return key?.name ?? target;
  }

  async loadKeys(): Promise<void> {
    this.#keys = (await call('key.list', {}).catch(() => ({ keys: [] }))).keys;
  }

  /** Shows everything again. */
  async widen(): Promise<void> {
    this.text = '';
    this.kind = 'all';
    this.period = 'any';
    await this.pages.reload();
  }
}
