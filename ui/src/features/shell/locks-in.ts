import { m } from '$lib/paraglide/messages';

/** When the vault locks itself, in minutes until the last one, then in seconds. */
export function locksIn(locksAt: number | null, now: number): string {
  if (locksAt === null) return m.locks_stays();
  const seconds = Math.max(0, Math.ceil((locksAt - now) / 1000));
  if (seconds > 60) return m.locks_minutes({ minutes: Math.ceil(seconds / 60) });
  return m.locks_seconds({ seconds });
}
