import type { HistoryRow, KeyView, SharedHost } from '$lib/bindings';

/** A person and the key that signs for them. */
export interface Pair {
  from: string;
  key: Pick<KeyView, 'id' | 'name' | 'client_email'>;
  /** The host that has the key; none: this vault. */
  through?: SharedHost;
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
