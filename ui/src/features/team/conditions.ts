import { m } from '$lib/paraglide/messages';

/** The name of a condition for people; that of a newer host as it is. */
export function conditionName(name: string): string {
  const names: Record<string, () => string> = {
    senders: m.team_slot_senders,
    from: m.team_condition_from,
    'reply-to': m.team_condition_reply_to,
    recipients: m.team_slot_recipients,
    'test-recipients': m.team_condition_test_recipients,
    'subject-prefix': m.team_condition_subject_prefix,
    'recipients-max': m.team_slot_count,
    'bytes-max': m.team_slot_bytes,
    'attachment-types': m.team_slot_types,
    networks: m.team_slot_networks,
    hours: m.team_slot_hours,
    'not-before': m.team_condition_not_before,
    'not-after': m.team_slot_until,
    'per-minute': m.team_condition_per_minute,
    'per-day': m.team_condition_per_day,
    'code-within': m.team_slot_code,
  };
  return names[name]?.() ?? name;
}
