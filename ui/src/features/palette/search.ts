import uFuzzy from '@leeoniya/ufuzzy';
import type { Action } from '$lib/state/actions.svelte';

const fuzzy = new uFuzzy({ intraMode: 1, intraIns: 1 });

/** Actions that match, best first. Accents do not matter; words beside the label count as well. */
export function matching(all: Action[], query: string): Action[] {
  const needle = plain(query);
  if (!needle) return all;
  const haystack = all.map((action) => plain(`${action.label} ${action.words ?? ''}`));
  const found = fuzzy.filter(haystack, needle) ?? [];
  if (found.length === 0) return [];
  const info = fuzzy.info(found, haystack, needle);
  // A label that begins with the text comes before one that has it in other words.
  const rank = (index: number) => (plain(all[index]?.label ?? '').startsWith(needle) ? 0 : 1);
  return fuzzy
    .sort(info, haystack, needle)
    .map((place) => info.idx[place] ?? 0)
    .map((index, order) => ({ index, order }))
    .sort((a, b) => rank(a.index) - rank(b.index) || a.order - b.order)
    .flatMap(({ index }) => all[index] ?? []);
}

/** The groups of the palette in their order, without empty ones. */
export function grouped(list: Action[]): { group: Action['group']; actions: Action[] }[] {
  return (['item', 'do', 'go', 'people', 'keys', 'messages', 'settings'] as const)
    .map((group) => ({ group, actions: list.filter((action) => action.group === group) }))
    .filter(({ actions }) => actions.length > 0);
}

function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().trim();
}
