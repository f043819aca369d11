/** Periods to look at. */
export type Period = 'any' | 'today' | 'week' | 'month';

const DAY = 86_400_000;

/** When a period begins; nothing for all time. */
export function periodStart(period: Period, now: number): number | null {
  if (period === 'any') return null;
  const midnight = new Date(now).setHours(0, 0, 0, 0);
  return { today: midnight, week: midnight - 6 * DAY, month: midnight - 29 * DAY }[period];
}
