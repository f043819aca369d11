import type { Failure, KeyUse, KeyView } from '$lib/bindings';

const DAY = 86_400_000;
/** A key older than this is worth replacing. */
const OLD_DAYS = 365;
/** A key not used for so long may be one that nobody needs. */
const UNUSED_DAYS = 90;

/** What is worth knowing of a key, the worst only. */
export type Health =
  | { state: 'refused'; failure: Failure }
  | { state: 'original' }
  | { state: 'old'; months: number }
  | { state: 'unused'; days: number }
  | { state: 'good' }
  /** Its use has not been read yet, and nothing else is wrong. */
  | { state: 'unsaid' };

/** The key's health, from what is known and never guessed. */
export function healthOf(key: KeyView, use: KeyUse | undefined, now: number): Health {
  if (use?.last_failure) return { state: 'refused', failure: use.last_failure };
  if (use?.original_there === true) return { state: 'original' };
  if (key.created !== null && now - key.created > OLD_DAYS * DAY)
    return { state: 'old', months: Math.floor((now - key.created) / (30.44 * DAY)) };
  const idle = now - (key.last_used ?? key.imported);
  if (idle > UNUSED_DAYS * DAY) return { state: 'unused', days: Math.floor(idle / DAY) };
  return use ? { state: 'good' } : { state: 'unsaid' };
}
