/** A forbid as a sentence, in the reader's language. The host decides: nothing here stops anything. */
import type { Forbid, Matcher, MemberView, NamedKey } from '$lib/bindings';
import { bytes, list, moment, number } from '$lib/i18n/format';
import { m } from '$lib/paraglide/messages';
import { either, hours, recipients } from './grant';

/** `Mia Berg may not send with robot, to anyone at competitor.example.` */
export function forbidSentence(forbid: Forbid, members: MemberView[], keys: NamedKey[]): string {
  const { member, key, matches } = forbid;
  const name = member && (members.find(({ id }) => id === member)?.name ?? member.slice(0, 8));
  const parts = [
    ...(key ? [m.team_forbid_with({ key: keys.find(({ id }) => id === key)?.name ?? key.slice(0, 8) })] : []),
    ...partsOf(matches),
  ].join(', ');
  if (name) return parts ? m.team_forbid_member({ name, parts }) : m.team_forbid_member_all({ name });
  return parts ? m.team_forbid_everybody({ parts }) : m.team_forbid_everybody_all();
}

/** Whether it stops every message of those whom it binds. */
export function stopsAll({ key, matches }: Forbid): boolean {
  return !key && partsOf(matches).length === 0;
}

function partsOf(of: Matcher): string[] {
  return [
    of.senders && m.team_forbid_as({ senders: either(of.senders) }),
    of.recipients && m.team_forbid_to({ recipients: recipients(of.recipients) }),
    of.recipients_over != null && m.team_forbid_count({ number: number(of.recipients_over) }),
    of.bytes_over != null && m.team_forbid_bytes({ size: bytes(of.bytes_over) }),
    of.attachment_types && m.team_forbid_types({ types: list(of.attachment_types) }),
    of.networks && m.team_limit_networks({ networks: either(of.networks) }),
    of.hours && hours(of.hours),
    of.not_before != null && m.team_limit_from({ date: moment(of.not_before) }),
    of.not_after != null && m.team_limit_until({ date: moment(of.not_after) }),
  ].filter((part) => typeof part === 'string');
}
