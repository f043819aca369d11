/** Who can send with which key: pairs that were used come first. */
import { call } from '$lib/backend';
import type { HistoryRow, KeyView } from '$lib/bindings';

/** A person and the key that signs for them. */
export interface Pair {
  from: string;
  key: KeyView;
}

class Senders {
  keys = $state<KeyView[]>([]);
  pairs = $state<Pair[]>([]);
  loaded = $state(false);

  /** Reads keys, and senders out of the history that is kept. */
  async load(): Promise<void> {
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

  /** The key of a draft: named by id, name or account; the only one if none is named. */
  keyOf(named: string | null): KeyView | undefined {
    if (named === null) return this.keys.length === 1 ? this.keys[0] : undefined;
    return this.keys.find(({ id, name, client_email }) => [id, name, client_email].includes(named));
  }
}

/** Pairs of the newest messages first, then the other senders of each key. */
export function pairsOf(
  keys: KeyView[],
  recent: HistoryRow[],
  used: { key: KeyView; senders: string[] }[],
): Pair[] {
  const byAccount = new Map(keys.map((key) => [key.client_email, key]));
  const fromHistory = recent.flatMap((row) => {
    const key = byAccount.get(row.key);
    return key ? [{ from: row.from, key }] : [];
  });
  const others = used.flatMap(({ key, senders }) => senders.map((from) => ({ from, key })));
  const seen = new Set<string>();
  return [...fromHistory, ...others].filter(({ from, key }) => {
    const mark = `${key.id} ${from.toLowerCase()}`;
    return seen.has(mark) ? false : seen.add(mark);
  });
}

export const senders = new Senders();
