import { day } from '$lib/i18n/format';
import { m } from '$lib/paraglide/messages';

/** `Today`, `Yesterday` or `Sunday, 22 November 2026`, by the reader's calendar. */
export function dayLabel(millis: number, now: number): string {
  if (sameDay(millis, now)) return m.list_today();
  const yesterday = new Date(now);
  yesterday.setDate(yesterday.getDate() - 1);
  return sameDay(millis, yesterday.getTime()) ? m.list_yesterday() : day(millis);
}

/** Whether two moments lie on one day of the reader's calendar. */
export function sameDay(one: number, other: number): boolean {
  return new Date(one).toDateString() === new Date(other).toDateString();
}

/** For `group` of a list: the day before the first row of each day. */
export function dayHeading(time: number, before: number | undefined, now: number): string | undefined {
  return before !== undefined && sameDay(time, before) ? undefined : dayLabel(time, now);
}
