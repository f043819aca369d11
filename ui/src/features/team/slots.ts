/** What is typed into a slot, as the conditions hold it. */
import type { Hours } from '$lib/bindings';
import { DAYS } from './grant';

/** From Monday to Friday during the day, by the clocks here. */
export function officeHours(): Hours {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
  return { days: DAYS.slice(0, 5), from: 480, to: 1080, zone };
}

/** Enter takes what was typed into a field; the form around is sent by its button. */
export function onEnter(event: KeyboardEvent): void {
  if (event.key !== 'Enter' || event.isComposing || !(event.target instanceof HTMLInputElement)) return;
  event.preventDefault();
  event.target.dispatchEvent(new Event('change', { bubbles: true }));
}

/** Words, apart by commas, semicolons, spaces or lines; each once. */
export function words(text: string): string[] {
  return [...new Set(text.split(/[\s,;]+/).filter(Boolean))];
}

/** A number above zero, with point or comma; none for anything else. */
export function positive(text: string): number | null {
  const value = Number(text.trim().replace(',', '.'));
  return Number.isFinite(value) && value > 0 ? value : null;
}

/** The domains of addresses, each once. */
export function domainsOf(addresses: string[]): string[] {
  return [...new Set(addresses.flatMap((address) => /@([^@\s]+)$/.exec(address)?.[1] ?? []))];
}

/** `08:30` as minutes of the day. */
export function clockMinutes(text: string): number {
  const [hour = 0, minute = 0] = text.split(':').map(Number);
  return hour * 60 + minute || 0;
}

/** Minutes of the day as `08:30`. The end of a day reads `00:00`. */
export function minutesClock(minutes: number): string {
  const of = (value: number) => String(value).padStart(2, '0');
  return `${of(Math.floor(minutes / 60) % 24)}:${of(minutes % 60)}`;
}

/** The last minute of that day, by the clocks here. */
export function endOfDay(millis: number): number {
  return new Date(millis).setHours(23, 59, 0, 0);
}

/** That hour of the day, by the clocks here. */
export function atHour(millis: number, hour: number): number {
  return new Date(millis).setHours(hour, 0, 0, 0);
}
