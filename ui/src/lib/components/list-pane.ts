/** The place of the item with that key; -1 if there is none. */
export function indexOfKey<T>(
  items: readonly T[],
  key: (item: T) => string,
  wanted: string | undefined,
): number {
  return wanted === undefined ? -1 : items.findIndex((item) => key(item) === wanted);
}

/** Where a key press leads from a row, within the list; nothing for keys that do not move. */
export function stepFor(pressed: string, from: number, count: number, page: number): number | undefined {
  const to = target(pressed, from, count, page);
  return to === undefined || count === 0 ? undefined : Math.max(0, Math.min(count - 1, to));
}

function target(pressed: string, from: number, count: number, page: number): number | undefined {
  switch (pressed) {
    case 'ArrowDown':
    case 'j':
      return from + 1;
    case 'ArrowUp':
    case 'k':
      return from - 1;
    case 'PageDown':
      return from + page;
    case 'PageUp':
      return from - page;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}
