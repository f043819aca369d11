import { call } from '$lib/backend';
import type { InboxRow } from '$lib/bindings';
import { Pages } from '$lib/state/pages.svelte';

/** The sandbox's inbox: what has arrived, looked at again when something may have. */
export class InboxList {
  text = $state('');
  /** How many match in all. */
  total = $state(0);
  #messages: number | undefined;

  readonly pages: Pages<InboxRow> = new Pages<InboxRow>(
    async (before, limit) => {
      const skip = before === undefined ? 0 : this.pages.items.length;
      const inbox = await call('sandbox.inbox', { text: this.text.trim() || null, limit, skip });
      this.total = inbox.total;
      return { items: inbox.messages, more: skip + inbox.messages.length < inbox.total };
    },
    (row) => row.id,
  );

  /** The sandbox does not run, or does not answer. */
  readonly away = $derived(this.pages.failure?.code === 'sandbox-away');

  /** Asks how many messages there are, and looks again where the number changed or the sandbox came back. */
  async poll(): Promise<void> {
    const state = await call('sandbox.status', {}).catch(() => undefined);
    if (!state) return;
    const news = state.running && (state.messages !== this.#messages || this.away);
    const gone = !state.running && !this.away;
    this.#messages = state.messages;
    if (news || gone) await this.pages.refresh();
  }

  /** Starts the sandbox. */
  async start(): Promise<void> {
    await call('sandbox.start', {});
    await this.pages.reload();
  }
}
