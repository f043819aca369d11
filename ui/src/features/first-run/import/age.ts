import { m } from '$lib/paraglide/messages';

const DAY = 86_400_000;

/** How long ago Google made the key, in whole days, months or years; it may not have said. */
export function age(created: number | null, now: number): string {
  if (created === null) return m.first_run_key_age_unknown();
  const days = Math.max(0, Math.floor((now - created) / DAY));
  if (days < 1) return m.first_run_key_age_today();
  if (days < 60) return m.first_run_key_age_days({ count: days });
  if (days < 730) return m.first_run_key_age_months({ count: Math.floor(days / 30.44) });
  return m.first_run_key_age_years({ count: Math.floor(days / 365.25) });
}
