import KeyRound from '@lucide/svelte/icons/key-round';
import MailPlus from '@lucide/svelte/icons/mail-plus';
import Send from '@lucide/svelte/icons/send';
import { call } from '$lib/backend';
import type { HistoryRow, KeyView } from '$lib/bindings';
import { list } from '$lib/i18n/format';
import { m } from '$lib/paraglide/messages';
import type { Action } from '$lib/state/actions.svelte';
import { openInCompose } from '$lib/state/outbox.svelte';
import { router } from '$lib/state/router.svelte';

const MOST = 5;

/** What of the vault the palette finds: keys, people, sent messages. Known only while the palette is open. */
export class Lookup {
  #keys = $state.raw<KeyView[]>([]);
  #rows = $state.raw<HistoryRow[]>([]);
  /** The text that is wanted last; answers to older ones are dropped. */
  #wanted = '';

  /** Reads the keys, once for each opening. A palette that finds less is better than one that fails. */
  async open(): Promise<void> {
    this.#keys = (await call('key.list', {}).catch(() => ({ keys: [] }))).keys;
  }

  /** Asks the agent for sent messages that match. */
  async search(text: string): Promise<void> {
    this.#wanted = text;
    if (text.length < 2) {
      this.#rows = [];
      return;
    }
    const { items } = await call('history.list', { text, limit: 20 }).catch(() => ({ items: [] }));
    if (this.#wanted === text) this.#rows = items;
  }

  /** Forgets all: the palette is closed. */
  close(): void {
    this.#wanted = '';
    this.#keys = [];
    this.#rows = [];
  }

  /** Actions for a text. */
  found(text: string): Action[] {
    const wanted = text.toLowerCase();
    if (!wanted) return [];
    return [...this.#people(wanted), ...this.#keyActions(wanted), ...this.#messages()];
  }

  #keyActions(wanted: string): Action[] {
    return this.#keys
      .filter(({ name, client_email }) => `${name} ${client_email}`.toLowerCase().includes(wanted))
      .slice(0, MOST)
      .map(({ id, name }) => ({
        id: `key-${id}`,
        label: name,
        icon: KeyRound,
        group: 'keys',
        run: () => router.go('keys', id),
      }));
  }

  #people(wanted: string): Action[] {
    const typed = /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(wanted) ? [wanted] : [];
    const known = this.#rows
      .flatMap(({ to }) => to)
      .filter((address) => address.toLowerCase().includes(wanted));
    return [...typed, ...known]
      .filter((address, at, all) => all.findIndex((other) => bare(other) === bare(address)) === at)
      .slice(0, MOST)
      .map((address) => ({
        id: `person-${bare(address)}`,
        label: m.palette_write_to({ address }),
        icon: MailPlus,
        group: 'people',
        run: () => openInCompose({ to: [address] }),
      }));
  }

  #messages(): Action[] {
    return this.#rows.slice(0, MOST).map(({ id, subject, to }) => ({
      id: `message-${id}`,
      label: m.palette_message({ subject: subject || m.palette_no_subject(), to: list(to.slice(0, 3)) }),
      icon: Send,
      group: 'messages',
      run: () => router.go('history', id),
    }));
  }
}

export const lookup = new Lookup();

/** `mia@example.org` of `Mia <mia@example.org>`. */
function bare(address: string): string {
  return (/<([^>]*)>\s*$/.exec(address)?.[1] ?? address).toLowerCase().trim();
}
