import { m } from '$lib/paraglide/messages';

/** When the vault locks itself, in minutes until the last one, then in seconds. */
export function locksIn(locksAt: number | null, now: number): string {
  if (locksAt === null) return m.unlocked_stays();
  const seconds = Math.max(0, Math.ceil((locksAt - now) / 1000));
  if (seconds > 60) return m.unlocked_minutes({ minutes: Math.ceil(seconds / 60) });
  return m.unlocked_seconds({ seconds });
}
