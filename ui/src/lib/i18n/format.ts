import { language } from './language.svelte';

/** Bytes as people read them, decimal as Google's limit is: `18.2 MB`. */
export function bytes(count: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
  const step = count < 1000 ? 0 : count < 999_500 ? 1 : count < 999_500_000 ? 2 : 3;
  const value = count / 1000 ** step;
  return number(value, {
    style: 'unit',
    unit: units[step] ?? 'byte',
    unitDisplay: step === 0 ? 'long' : 'short',
    maximumFractionDigits: step < 2 || value >= 100 ? 0 : 1,
  });
}

/** A number in the reader's way. */
export function number(value: number, options?: Intl.NumberFormatOptions): string {
  return new Intl.NumberFormat(language.locale, options).format(value);
}

/** `21 Nov 2026, 12:04`: the month as a word, so that nobody swaps day and month. */
export function moment(millis: number): string {
  return new Intl.DateTimeFormat(language.locale, {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  }).format(millis);
}

/** `12:04`, or `12:04:11`. */
export function clock(millis: number, seconds = false): string {
  return new Intl.DateTimeFormat(language.locale, {
    hour: '2-digit',
    minute: '2-digit',
    ...(seconds ? { second: '2-digit' } : {}),
  }).format(millis);
}

/** `Sunday, 22 November 2026`. */
export function day(millis: number): string {
  return new Intl.DateTimeFormat(language.locale, { dateStyle: 'full' }).format(millis);
}

/** `3 minutes ago` within a day, else the moment. */
export function ago(millis: number, now: number): string {
  const seconds = Math.round((millis - now) / 1000);
  const relative = new Intl.RelativeTimeFormat(language.locale, { numeric: 'auto' });
  if (Math.abs(seconds) < 60) return relative.format(Math.trunc(seconds), 'second');
  if (Math.abs(seconds) < 3600) return relative.format(Math.trunc(seconds / 60), 'minute');
  if (Math.abs(seconds) < 86_400) return relative.format(Math.trunc(seconds / 3600), 'hour');
  return moment(millis);
}

/** `1.8 s` or `340 ms`. */
export function duration(millis: number): string {
  // Symbols of units are the same in every language; `Intl` writes “secs” in English.
  return millis < 1000
    ? `${number(Math.round(millis))}\u00a0ms`
    : `${number(millis / 1000, { maximumFractionDigits: 1 })}\u00a0s`;
}

/** `Mia, Jon and Kim`. */
export function list(items: string[]): string {
  return new Intl.ListFormat(language.locale, { type: 'conjunction' }).format(items);
}

/** `40 seconds`, `4 minutes`, `3 hours`, `2 days`: the largest unit that says enough. */
export function span(millis: number): string {
  const units = [
    ['second', 1000, 100],
    ['minute', 60_000, 100],
    ['hour', 3_600_000, 48],
    ['day', 86_400_000, Infinity],
  ] as const;
  const [unit, size] = units.find(([, size, most]) => millis / size < most) ?? units[3];
  return number(Math.round(millis / size), { style: 'unit', unit, unitDisplay: 'long' });
}
