import { explain } from '$lib/errors/explain';
import { list, number } from '$lib/i18n/format';
import { m } from '$lib/paraglide/messages';
import { codeOf, whole, type Ending, type Happening } from './entry';

type Who = (inputs: { who: string }) => string;

/** What is behind the ids in the log. */
export interface Names {
  /** A key or member that an entry is about; the text itself where nothing is known of it. */
  target: (target: string) => string;
  /** The member whose device did it. */
  actor: (actor: string | null) => string | undefined;
}

/** What was done, and what somebody wanted to do, by the action's name. */
const ACTIONS: Record<string, { did: Who; wanted: Who }> = {
  check: { did: m.activity_did_check, wanted: m.activity_wanted_check },
  'key-import': { did: m.activity_did_key_import, wanted: m.activity_wanted_key_import },
  'key-rename': { did: m.activity_did_key_rename, wanted: m.activity_wanted_key_rename },
  'key-remove': { did: m.activity_did_key_remove, wanted: m.activity_wanted_key_remove },
  init: { did: m.activity_did_init, wanted: m.activity_wanted_init },
  unlock: { did: m.activity_did_unlock, wanted: m.activity_wanted_unlock },
  lock: { did: m.activity_did_lock, wanted: m.activity_wanted_lock },
  recover: { did: m.activity_did_recover, wanted: m.activity_wanted_recover },
  'passphrase-change': { did: m.activity_did_passphrase, wanted: m.activity_wanted_passphrase },
  'totp-replace': { did: m.activity_did_phone, wanted: m.activity_wanted_phone },
  'codes-renew': { did: m.activity_did_codes, wanted: m.activity_wanted_codes },
  'kit-renew': { did: m.activity_did_kit, wanted: m.activity_wanted_kit },
  backup: { did: m.activity_did_backup, wanted: m.activity_wanted_backup },
  restore: { did: m.activity_did_restore, wanted: m.activity_wanted_restore },
  'vault-destroy': { did: m.activity_did_destroy, wanted: m.activity_wanted_destroy },
  'settings-change': { did: m.activity_did_settings, wanted: m.activity_wanted_settings },
  'audit-confirm-address': { did: m.activity_did_confirm, wanted: m.activity_wanted_confirm },
  'host-init': { did: m.activity_did_host_init, wanted: m.activity_wanted_host_init },
  'host-start': { did: m.activity_did_host_start, wanted: m.activity_wanted_host_start },
  'host-stop': { did: m.activity_did_host_stop, wanted: m.activity_wanted_host_stop },
  'host-unattended': { did: m.activity_did_host_unattended, wanted: m.activity_wanted_host_unattended },
  'invite-make': { did: m.activity_did_invite_make, wanted: m.activity_wanted_invite_make },
  'invite-withdraw': { did: m.activity_did_invite_withdraw, wanted: m.activity_wanted_invite_withdraw },
  enrol: { did: m.activity_did_enrol, wanted: m.activity_wanted_enrol },
  'member-approve': { did: m.activity_did_member_approve, wanted: m.activity_wanted_member_approve },
  'member-refuse': { did: m.activity_did_member_refuse, wanted: m.activity_wanted_member_refuse },
  'member-change': { did: m.activity_did_member_change, wanted: m.activity_wanted_member_change },
  'member-revoke': { did: m.activity_did_member_revoke, wanted: m.activity_wanted_member_revoke },
  'member-code-set': { did: m.activity_did_member_code_set, wanted: m.activity_wanted_member_code_set },
  'session-open': { did: m.activity_did_session_open, wanted: m.activity_wanted_session_open },
  'grant-make': { did: m.activity_did_grant_make, wanted: m.activity_wanted_grant_make },
  'grant-change': { did: m.activity_did_grant_change, wanted: m.activity_wanted_grant_change },
  'grant-remove': { did: m.activity_did_grant_remove, wanted: m.activity_wanted_grant_remove },
  'forbid-make': { did: m.activity_did_forbid_make, wanted: m.activity_wanted_forbid_make },
  'forbid-remove': { did: m.activity_did_forbid_remove, wanted: m.activity_wanted_forbid_remove },
  'approval-decide': { did: m.activity_did_approval_decide, wanted: m.activity_wanted_approval_decide },
  'team-read': { did: m.activity_did_team_read, wanted: m.activity_wanted_team_read },
  'sends-list': { did: m.activity_did_sends_list, wanted: m.activity_wanted_sends_list },
  'audit-read': { did: m.activity_did_audit_read, wanted: m.activity_wanted_audit_read },
  'audit-verify': { did: m.activity_did_audit_verify, wanted: m.activity_wanted_audit_verify },
  'key-import-sealed': { did: m.activity_did_key_import_sealed, wanted: m.activity_wanted_key_import_sealed },
};

/** Actor, verb, object: what happened, as one sentence. */
export function sentence(row: Happening, names?: Names): string {
  const facts = whole(row);
  const who = whoOf(facts.role, names?.actor(facts.actor));
  const did = row.ending === 'done';
  if (facts.action === 'send') {
    // The bytes were frozen for somebody's yes; nothing was sent.
    if (facts.decision === 'allowed') return m.activity_did_ask_send({ who });
    const count = facts.recipient_hmacs.length;
    const to = { who, count, number: number(count), domains: list(facts.recipient_domains) };
    if (count === 0) return did ? m.activity_did_send({ who }) : m.activity_wanted_send({ who });
    return did ? m.activity_did_send_to(to) : m.activity_wanted_send_to(to);
  }
  const words = ACTIONS[facts.action];
  if (!words) return m.activity_did_other({ who, action: facts.action });
  return did ? words.did({ who }) : words.wanted({ who });
}

/** Who it was, as the sentence's first word. */
export function whoOf(role: string | null, name?: string): string {
  if (name !== undefined) return name;
  if (role === 'owner') return m.activity_who_owner();
  return role === null ? m.activity_who_nobody() : m.activity_who_member({ role });
}

/** How it ended, in a word. */
export function endingWord(ending: Ending): string {
  const words = {
    done: m.activity_end_done,
    refused: m.activity_end_refused,
    failed: m.activity_end_failed,
    unknown: m.activity_end_unknown,
    begun: m.activity_end_begun,
  };
  return words[ending]();
}

/** Why, as a sentence in the reader's language; a reason of a newer log as it is written. */
export function reasonOf(reason: string | null): string | undefined {
  if (reason === null) return undefined;
  const code = codeOf(reason);
  return code ? explain({ code, what: '', remedy: '' }).what : reason;
}
