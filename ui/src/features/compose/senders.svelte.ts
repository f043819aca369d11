/** Who can send with which key: pairs that were used come first. */
import { call } from '$lib/backend';
import type { KeyView } from '$lib/bindings';
import { sendersOf, shared, type Offered } from '$features/team/shared.svelte';
import { pairsOf, type Pair } from './pairs';

class Senders {
  keys = $state<KeyView[]>([]);
  pairs = $state<Pair[]>([]);
  loaded = $state(false);

  /** Reads keys, and senders out of the history that is kept. */
  async load(): Promise<void> {
    void shared.load();
    const reply = await call('key.list', {}).catch(() => undefined);
    if (!reply) return;
    this.keys = reply.keys;
    const recent = await call('history.list', { limit: 50 }).catch(() => undefined);
    const used = await Promise.all(
      reply.keys.map(async (key) => ({
        key,
        senders: (await call('key.use', { key: key.id }).catch(() => undefined))?.senders ?? [],
      })),
    );
    this.pairs = pairsOf(reply.keys, recent?.items ?? [], used);
    this.loaded = true;
  }

  /** Pairs of this vault, then those that others share. */
  readonly offered = $derived<Pair[]>([
    ...this.pairs,
    ...shared.keys.flatMap((offered) => sendersOf(offered).map((from) => sharedPair(from, offered))),
  ]);

  /** Whether there is any key to send with. */
  readonly any = $derived(this.keys.length > 0 || shared.keys.length > 0);

  /** The key of a draft: named by id, name or account; the only one if none is named. */
  keyOf(named: string | null): KeyView | undefined {
    if (named === null) return this.keys.length === 1 ? this.keys[0] : undefined;
    return this.keys.find(({ id, name, client_email }) => [id, name, client_email].includes(named));
  }
}

function sharedPair(from: string, offered: Offered): Pair {
  const { id, name, client_email } = offered.key;
  return { from, key: { id, name, client_email }, through: offered.host };
}

export const senders = new Senders();
