import { call } from '$lib/backend';
import type { AuditEntryView, KeyView, MemberView } from '$lib/bindings';
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
  #members = $state.raw<MemberView[]>([]);

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

  /** The name of the key or member that an entry is about; as the log has it where it is gone. */
  targetName(target: string): string {
    const key = this.#keys.find((one) => one.id === target || one.google_key_id === target);
    return key?.name ?? this.#members.find((one) => one.id === target)?.name ?? target;
  }

  /** The member whose device has that key. */
  actorName(actor: string | null): string | undefined {
    if (actor === null) return undefined;
    return this.#members.find(({ devices }) => devices.some(({ id }) => id === actor))?.name;
  }

  async loadKeys(): Promise<void> {
    this.#keys = (await call('key.list', {}).catch(() => ({ keys: [] }))).keys;
  }

  /** Only a host has members. */
  async loadMembers(): Promise<void> {
    this.#members = (await call('team.show', {}).catch(() => ({ members: [] }))).members;
  }

  /** Shows everything again. */
  async widen(): Promise<void> {
    this.text = '';
    this.kind = 'all';
    this.period = 'any';
    await this.pages.reload();
  }
}
