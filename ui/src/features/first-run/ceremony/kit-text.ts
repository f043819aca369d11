/** How many groups of four a kit has. */
export const GROUPS = 9;

/** The characters of a kit without what people put between them. */
function plain(text: string): string {
  return text.replace(/[^0-9A-Za-z]/g, '');
}

/** In groups of four, as printed. */
export function grouped(text: string): string {
  return (plain(text).match(/.{1,4}/g) ?? []).slice(0, GROUPS).join(' ');
}

/** How many groups are complete. */
export function groupsIn(text: string): number {
  return Math.min(GROUPS, Math.floor(plain(text).length / 4));
}
