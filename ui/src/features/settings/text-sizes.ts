/** Sizes of text in percent. */
export const TEXT_SIZES = [80, 90, 100, 110, 125, 150] as const;

/** The next larger (1) or smaller (-1) size; the same at the end. */
export function nextTextSize(now: number, step: 1 | -1): number {
  const sizes: number[] = [...TEXT_SIZES];
  const at = sizes.findIndex((size) => size >= now);
  return sizes[Math.max(0, Math.min(sizes.length - 1, (at < 0 ? sizes.length - 1 : at) + step))] ?? 100;
}
