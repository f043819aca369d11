import type { Code } from '$lib/bindings';
import { m } from '$lib/paraglide/messages';
import { bytes, moment, number, span, text, type Named } from './named';

/** What the window can do about a failure, beyond trying again. */
export type FailureAction =
  | 'unlock'
  | 'start-agent'
  | 'start-sandbox'
  | 'open-admin'
  | 'make-key'
  | 'open-folder'
  | 'restore'
  | 'recover-by-code'
  | 'recover-by-kit';

export interface CodeEntry {
  /** What happened. */
  what: () => string;
  /** What to do, in the window: never a command for a terminal. */
  remedy: () => string;
  /** What happened, with a fact in it, where the failure carries one. */
  named?: Named;
  /** Red only for what is broken; amber for what a person can put right. */
  tone: 'warn' | 'danger';
  /** Whether trying the same again can help. */
  retry: boolean;
  action?: FailureAction;
}

/** Every code; a new one without an entry does not compile. */
export const CODES = {
  internal: entry(m.code_internal_what, m.code_internal_remedy, { tone: 'danger', retry: true }),
  usage: entry(m.code_usage_what, m.code_usage_remedy),
  unsupported: entry(m.code_unsupported_what, m.code_unsupported_remedy),
  'wrong-passphrase-or-code': entry(
    m.code_wrong_passphrase_or_code_what,
    m.code_wrong_passphrase_or_code_remedy,
  ),
  'code-already-used': entry(m.code_code_already_used_what, m.code_code_already_used_remedy, {
    named: number('wait_seconds', m.code_code_already_used_named),
  }),
  'clock-off': entry(m.code_clock_off_what, m.code_clock_off_remedy, {
    named: span('behind_seconds', m.code_clock_off_named),
  }),
  'code-table-ended': entry(m.code_code_table_ended_what, m.code_code_table_ended_remedy, {
    action: 'recover-by-code',
  }),
  'wrong-recovery-code': entry(m.code_wrong_recovery_code_what, m.code_wrong_recovery_code_remedy),
  'wrong-kit': entry(m.code_wrong_kit_what, m.code_wrong_kit_remedy),
  'kit-mistyped': entry(m.code_kit_mistyped_what, m.code_kit_mistyped_remedy),
  'weak-passphrase': entry(m.code_weak_passphrase_what, m.code_weak_passphrase_remedy),
  'set-up-proof-failed': entry(m.code_set_up_proof_failed_what, m.code_set_up_proof_failed_remedy),
  locked: entry(m.code_locked_what, m.code_locked_remedy, { action: 'unlock' }),
  'no-vault': entry(m.code_no_vault_what, m.code_no_vault_remedy),
  'vault-exists': entry(m.code_vault_exists_what, m.code_vault_exists_remedy),
  'set-up-expired': entry(m.code_set_up_expired_what, m.code_set_up_expired_remedy),
  'not-found': entry(m.code_not_found_what, m.code_not_found_remedy),
  ambiguous: entry(m.code_ambiguous_what, m.code_ambiguous_remedy),
  busy: entry(m.code_busy_what, m.code_busy_remedy, { retry: true }),
  'keychain-missing': entry(m.code_keychain_missing_what, m.code_keychain_missing_remedy, { retry: true }),
  'keychain-locked': entry(m.code_keychain_locked_what, m.code_keychain_locked_remedy, { retry: true }),
  'keychain-not-answering': entry(m.code_keychain_not_answering_what, m.code_keychain_not_answering_remedy, {
    retry: true,
  }),
  'keychain-lost-write': entry(m.code_keychain_lost_write_what, m.code_keychain_lost_write_remedy, {
    retry: true,
  }),
  'keychain-item-missing': entry(m.code_keychain_item_missing_what, m.code_keychain_item_missing_remedy, {
    retry: true,
    action: 'recover-by-kit',
  }),
  'keychain-failed': entry(m.code_keychain_failed_what, m.code_keychain_failed_remedy, { retry: true }),
  'vault-damaged': entry(m.code_vault_damaged_what, m.code_vault_damaged_remedy, {
    tone: 'danger',
    action: 'restore',
  }),
  'vault-newer': entry(m.code_vault_newer_what, m.code_vault_newer_remedy),
  'vault-rolled-back': entry(m.code_vault_rolled_back_what, m.code_vault_rolled_back_remedy, {
    tone: 'danger',
    action: 'recover-by-kit',
  }),
  'vault-parameters-refused': entry(
    m.code_vault_parameters_refused_what,
    m.code_vault_parameters_refused_remedy,
    { tone: 'danger', action: 'restore' },
  ),
  'disk-full': entry(m.code_disk_full_what, m.code_disk_full_remedy, { retry: true }),
  'read-only': entry(m.code_read_only_what, m.code_read_only_remedy, { retry: true, action: 'open-folder' }),
  'profile-mismatch': entry(m.code_profile_mismatch_what, m.code_profile_mismatch_remedy),
  'backup-unreadable': entry(m.code_backup_unreadable_what, m.code_backup_unreadable_remedy),
  'key-file-too-large': entry(m.code_key_file_too_large_what, m.code_key_file_too_large_remedy, {
    action: 'make-key',
  }),
  'key-file-unreadable': entry(m.code_key_file_unreadable_what, m.code_key_file_unreadable_remedy, {
    action: 'make-key',
  }),
  'key-file-oauth-client': entry(m.code_key_file_oauth_client_what, m.code_key_file_oauth_client_remedy, {
    action: 'make-key',
  }),
  'key-file-authorized-user': entry(
    m.code_key_file_authorized_user_what,
    m.code_key_file_authorized_user_remedy,
    { action: 'make-key' },
  ),
  'key-file-external-account': entry(
    m.code_key_file_external_account_what,
    m.code_key_file_external_account_remedy,
    { action: 'make-key' },
  ),
  'key-file-other-type': entry(m.code_key_file_other_type_what, m.code_key_file_other_type_remedy, {
    action: 'make-key',
  }),
  'key-file-field': entry(m.code_key_file_field_what, m.code_key_file_field_remedy, {
    action: 'make-key',
    named: text('field', m.code_key_file_field_named),
  }),
  'key-not-rsa': entry(m.code_key_not_rsa_what, m.code_key_not_rsa_remedy, { action: 'make-key' }),
  'key-too-small': entry(m.code_key_too_small_what, m.code_key_too_small_remedy, { action: 'make-key' }),
  'key-too-large': entry(m.code_key_too_large_what, m.code_key_too_large_remedy, { action: 'make-key' }),
  'key-inconsistent': entry(m.code_key_inconsistent_what, m.code_key_inconsistent_remedy, {
    action: 'make-key',
  }),
  'key-universe': entry(m.code_key_universe_what, m.code_key_universe_remedy),
  'key-duplicate': entry(m.code_key_duplicate_what, m.code_key_duplicate_remedy),
  'original-changed': entry(m.code_original_changed_what, m.code_original_changed_remedy),
  'invalid-header': entry(m.code_invalid_header_what, m.code_invalid_header_remedy),
  'invalid-address': entry(m.code_invalid_address_what, m.code_invalid_address_remedy, {
    named: text('address', m.code_invalid_address_named),
  }),
  'non-ascii-address': entry(m.code_non_ascii_address_what, m.code_non_ascii_address_remedy, {
    named: text('address', m.code_non_ascii_address_named),
  }),
  'invalid-content-type': entry(m.code_invalid_content_type_what, m.code_invalid_content_type_remedy),
  'invalid-file-name': entry(m.code_invalid_file_name_what, m.code_invalid_file_name_remedy),
  'no-recipient': entry(m.code_no_recipient_what, m.code_no_recipient_remedy),
  'too-many-recipients': entry(m.code_too_many_recipients_what, m.code_too_many_recipients_remedy),
  'attachment-missing': entry(m.code_attachment_missing_what, m.code_attachment_missing_remedy, {
    named: text('attachment', m.code_attachment_missing_named),
  }),
  'attachment-unreadable': entry(m.code_attachment_unreadable_what, m.code_attachment_unreadable_remedy, {
    named: text('attachment', m.code_attachment_unreadable_named),
  }),
  'attachment-not-file': entry(m.code_attachment_not_file_what, m.code_attachment_not_file_remedy, {
    named: text('attachment', m.code_attachment_not_file_named),
  }),
  'attachment-changed': entry(m.code_attachment_changed_what, m.code_attachment_changed_remedy, {
    retry: true,
    named: text('attachment', m.code_attachment_changed_named),
  }),
  'message-too-large': entry(m.code_message_too_large_what, m.code_message_too_large_remedy, {
    named: bytes('encoded_bytes', m.code_message_too_large_named),
  }),
  'blocked-type': entry(m.code_blocked_type_what, m.code_blocked_type_remedy, {
    named: text('attachment', m.code_blocked_type_named),
  }),
  'message-file-invalid': entry(m.code_message_file_invalid_what, m.code_message_file_invalid_remedy),
  'missing-variable': entry(m.code_missing_variable_what, m.code_missing_variable_remedy, {
    named: text('variables', m.code_missing_variable_named),
  }),
  'unknown-variable': entry(m.code_unknown_variable_what, m.code_unknown_variable_remedy, {
    named: text('variables', m.code_unknown_variable_named),
  }),
  'handle-unknown': entry(m.code_handle_unknown_what, m.code_handle_unknown_remedy),
  denied: entry(m.code_denied_what, m.code_denied_remedy),
  'denied-role': entry(m.code_denied_role_what, m.code_denied_role_remedy),
  'denied-own': entry(m.code_denied_own_what, m.code_denied_own_remedy),
  'denied-no-grant': entry(m.code_denied_no_grant_what, m.code_denied_no_grant_remedy),
  'denied-forbidden': entry(m.code_denied_forbidden_what, m.code_denied_forbidden_remedy),
  'denied-sender': entry(m.code_denied_sender_what, m.code_denied_sender_remedy, {
    named: text('sender', m.code_denied_sender_named),
  }),
  'denied-reply-to': entry(m.code_denied_reply_to_what, m.code_denied_reply_to_remedy, {
    named: text('reply_to', m.code_denied_reply_to_named),
  }),
  'denied-recipient': entry(m.code_denied_recipient_what, m.code_denied_recipient_remedy, {
    named: text('recipient', m.code_denied_recipient_named),
  }),
  'denied-recipient-count': entry(m.code_denied_recipient_count_what, m.code_denied_recipient_count_remedy, {
    named: number('recipients_max', m.code_denied_recipient_count_named),
  }),
  'denied-size': entry(m.code_denied_size_what, m.code_denied_size_remedy, {
    named: bytes('bytes_max', m.code_denied_size_named),
  }),
  'denied-attachment': entry(m.code_denied_attachment_what, m.code_denied_attachment_remedy, {
    named: text('attachment', m.code_denied_attachment_named),
  }),
  'denied-subject-prefix': entry(m.code_denied_subject_prefix_what, m.code_denied_subject_prefix_remedy),
  'denied-network': entry(m.code_denied_network_what, m.code_denied_network_remedy, {
    named: text('network', m.code_denied_network_named),
  }),
  'denied-hours': entry(m.code_denied_hours_what, m.code_denied_hours_remedy, {
    named: text('hours', m.code_denied_hours_named),
  }),
  'denied-not-yet': entry(m.code_denied_not_yet_what, m.code_denied_not_yet_remedy, {
    named: moment('not_before', m.code_denied_not_yet_named),
  }),
  'denied-expired': entry(m.code_denied_expired_what, m.code_denied_expired_remedy, {
    named: moment('not_after', m.code_denied_expired_named),
  }),
  'denied-rate': entry(m.code_denied_rate_what, m.code_denied_rate_remedy, {
    named: moment('free_at', m.code_denied_rate_named),
  }),
  'code-needed': entry(m.code_code_needed_what, m.code_code_needed_remedy),
  'approval-needed': entry(m.code_approval_needed_what, m.code_approval_needed_remedy),
  'not-a-host': entry(m.code_not_a_host_what, m.code_not_a_host_remedy),
  'host-address': entry(m.code_host_address_what, m.code_host_address_remedy),
  'host-full': entry(m.code_host_full_what, m.code_host_full_remedy, { retry: true }),
  'invite-invalid': entry(m.code_invite_invalid_what, m.code_invite_invalid_remedy),
  'invite-over': entry(m.code_invite_over_what, m.code_invite_over_remedy),
  'invite-wrong': entry(m.code_invite_wrong_what, m.code_invite_wrong_remedy),
  'words-differ': entry(m.code_words_differ_what, m.code_words_differ_remedy),
  'not-a-member': entry(m.code_not_a_member_what, m.code_not_a_member_remedy),
  'member-suspended': entry(m.code_member_suspended_what, m.code_member_suspended_remedy),
  'membership-ended': entry(m.code_membership_ended_what, m.code_membership_ended_remedy),
  'device-suspended': entry(m.code_device_suspended_what, m.code_device_suspended_remedy),
  'session-missing': entry(m.code_session_missing_what, m.code_session_missing_remedy, { retry: true }),
  'member-code-wrong': entry(m.code_member_code_wrong_what, m.code_member_code_wrong_remedy),
  'member-code-unset': entry(m.code_member_code_unset_what, m.code_member_code_unset_remedy),
  'member-code-set': entry(m.code_member_code_set_what, m.code_member_code_set_remedy),
  'upload-gone': entry(m.code_upload_gone_what, m.code_upload_gone_remedy, { retry: true }),
  'upload-mismatch': entry(m.code_upload_mismatch_what, m.code_upload_mismatch_remedy, { retry: true }),
  'approval-refused': entry(m.code_approval_refused_what, m.code_approval_refused_remedy),
  'approval-over': entry(m.code_approval_over_what, m.code_approval_over_remedy),
  'approval-changed': entry(m.code_approval_changed_what, m.code_approval_changed_remedy, { retry: true }),
  'host-away': entry(m.code_host_away_what, m.code_host_away_remedy, { retry: true }),
  'host-impostor': entry(m.code_host_impostor_what, m.code_host_impostor_remedy, { tone: 'danger' }),
  'host-forked': entry(m.code_host_forked_what, m.code_host_forked_remedy, { tone: 'danger' }),
  'record-invalid': entry(m.code_record_invalid_what, m.code_record_invalid_remedy, { tone: 'danger' }),
  'team-changed': entry(m.code_team_changed_what, m.code_team_changed_remedy),
  'team-unknown': entry(m.code_team_unknown_what, m.code_team_unknown_remedy),
  repeated: entry(m.code_repeated_what, m.code_repeated_remedy),
  'delegation-missing': entry(m.code_delegation_missing_what, m.code_delegation_missing_remedy, {
    retry: true,
    action: 'open-admin',
    named: text('subject', m.code_delegation_missing_named),
  }),
  'scope-missing': entry(m.code_scope_missing_what, m.code_scope_missing_remedy, {
    retry: true,
    action: 'open-admin',
  }),
  'sender-unknown': entry(m.code_sender_unknown_what, m.code_sender_unknown_remedy, {
    named: text('subject', m.code_sender_unknown_named),
  }),
  'key-refused': entry(m.code_key_refused_what, m.code_key_refused_remedy, { action: 'make-key' }),
  'account-disabled': entry(m.code_account_disabled_what, m.code_account_disabled_remedy, { retry: true }),
  'clock-skew': entry(m.code_clock_skew_what, m.code_clock_skew_remedy, {
    retry: true,
    named: span('offset_seconds', m.code_clock_skew_named),
  }),
  'admin-policy': entry(m.code_admin_policy_what, m.code_admin_policy_remedy),
  'gmail-api-disabled': entry(m.code_gmail_api_disabled_what, m.code_gmail_api_disabled_remedy, {
    retry: true,
  }),
  'mail-service-off': entry(m.code_mail_service_off_what, m.code_mail_service_off_remedy),
  'scope-insufficient': entry(m.code_scope_insufficient_what, m.code_scope_insufficient_remedy, {
    retry: true,
    action: 'open-admin',
  }),
  'delegation-denied': entry(m.code_delegation_denied_what, m.code_delegation_denied_remedy),
  'message-refused': entry(m.code_message_refused_what, m.code_message_refused_remedy),
  'google-refused': entry(m.code_google_refused_what, m.code_google_refused_remedy),
  'token-rejected': entry(m.code_token_rejected_what, m.code_token_rejected_remedy, { retry: true }),
  'daily-limit': entry(m.code_daily_limit_what, m.code_daily_limit_remedy),
  'rate-limited': entry(m.code_rate_limited_what, m.code_rate_limited_remedy, {
    retry: true,
    named: span('wait_seconds', m.code_rate_limited_named),
  }),
  'google-unavailable': entry(m.code_google_unavailable_what, m.code_google_unavailable_remedy, {
    retry: true,
  }),
  network: entry(m.code_network_what, m.code_network_remedy, { retry: true }),
  'sandbox-away': entry(m.code_sandbox_away_what, m.code_sandbox_away_remedy, {
    retry: true,
    action: 'start-sandbox',
  }),
  'unexpected-reply': entry(m.code_unexpected_reply_what, m.code_unexpected_reply_remedy, { retry: true }),
  interrupted: entry(m.code_interrupted_what, m.code_interrupted_remedy, { retry: true }),
  'send-unknown': entry(m.code_send_unknown_what, m.code_send_unknown_remedy),
  'audit-unwritable': entry(m.code_audit_unwritable_what, m.code_audit_unwritable_remedy, {
    retry: true,
    action: 'open-folder',
  }),
  'audit-damaged': entry(m.code_audit_damaged_what, m.code_audit_damaged_remedy, { tone: 'danger' }),
  'agent-not-running': entry(m.code_agent_not_running_what, m.code_agent_not_running_remedy, {
    action: 'start-agent',
  }),
  'agent-version': entry(m.code_agent_version_what, m.code_agent_version_remedy, { action: 'start-agent' }),
  'agent-already-running': entry(m.code_agent_already_running_what, m.code_agent_already_running_remedy, {
    retry: true,
  }),
  'agent-untrusted': entry(m.code_agent_untrusted_what, m.code_agent_untrusted_remedy, { tone: 'danger' }),
  'peer-refused': entry(m.code_peer_refused_what, m.code_peer_refused_remedy),
  cancelled: entry(m.code_cancelled_what, m.code_cancelled_remedy),
} satisfies Record<Code, CodeEntry>;

function entry(
  what: () => string,
  remedy: () => string,
  more: Partial<Omit<CodeEntry, 'what' | 'remedy'>> = {},
): CodeEntry {
  return { what, remedy, tone: 'warn', retry: false, ...more };
}
