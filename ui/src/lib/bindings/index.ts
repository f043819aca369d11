// Written from the method tables by `bindings_are_current` (crates/bridge); do not edit.

export type AddressText = { 
/**
 * The text.
 */
text: string, };

export type AddressesParsed = { 
/**
 * Those to check first, then the good ones in their order; each address once.
 */
entries: Array<ParsedAddress>, 
/**
 * How many were there more than once and have been merged.
 */
merged: number, };

export type Approval = { 
/**
 * Who may.
 */
by: Approver, 
/**
 * After how many seconds a request that nobody answered is denied.
 */
within_secs: number, };

export type ApprovalDecideRequest = { 
/**
 * The request.
 */
request: RequestId, 
/**
 * Whether it may be sent.
 */
approve: boolean, 
/**
 * SHA-256 of the bytes that were looked at, lower-case hex.
 */
sha256: string, 
/**
 * A fresh code, for a yes.
 */
code: string | null, };

export type ApprovalListReply = { 
/**
 * Oldest first.
 */
waiting: Array<ApprovalView>, };

export type ApprovalView = { 
/**
 * The request.
 */
request: RequestId, 
/**
 * Who asks.
 */
member: string, 
/**
 * With which key, by its name.
 */
key: string, 
/**
 * Since when.
 */
since: UnixMillis, 
/**
 * When it is denied unless somebody answers.
 */
until: UnixMillis, 
/**
 * The message, as parsed from the frozen bytes' own draft.
 */
message: Draft, 
/**
 * Attachments with their hashes.
 */
attachments: Array<SentAttachment>, 
/**
 * Bytes of the encoded message.
 */
bytes: number, 
/**
 * SHA-256 of the exact bytes that would be sent, lower-case hex.
 */
sha256: string, };

export type Approver = "owner" | "admin";

export type Attachment = { 
/**
 * Handle of the open descriptor, for a send.
 */
handle?: string | null, 
/**
 * Where the file lies, for people and for sending again.
 */
path?: string | null, 
/**
 * The name its reader sees; by default the file's own.
 */
name?: string | null, 
/**
 * The content type; by default guessed from the name.
 */
content_type?: string | null, 
/**
 * Content-ID, for an inline image.
 */
content_id?: string | null, };

export type AttachmentChoice = { 
/**
 * The message.
 */
id: string, 
/**
 * Which, from 0.
 */
index: number, };

export type AuditAnchorReply = { 
/**
 * Where the log is.
 */
path: string, 
/**
 * Fingerprint of the signing key, from the vault or the log.
 */
fingerprint: string | null, 
/**
 * Entries at the last lock or send, as the keychain remembers.
 */
size: number | null, 
/**
 * The root then, lower-case hex.
 */
root: string | null, 
/**
 * Why the keychain could not be asked, if so.
 */
anchor_failure: Failure | null, };

export type AuditEntryView = { 
/**
 * Its number, from 0.
 */
seq: number, 
/**
 * When.
 */
time: UnixMillis, 
/**
 * One sentence.
 */
sentence: string, 
/**
 * Every field, as exported.
 */
fields: JsonValue, };

export type AuditListReply = { 
/**
 * Newest first.
 */
entries: Array<AuditEntryView>, 
/**
 * Whether there are older ones that match.
 */
more: boolean, };

export type AuditQuery = { 
/**
 * At most so many; 50 by default.
 */
limit?: number | null, 
/**
 * Only entries with a smaller number.
 */
before?: number | null, 
/**
 * Only this entry.
 */
seq?: number | null, 
/**
 * Only this action, such as `send`.
 */
action?: string | null, 
/**
 * Only from this time on.
 */
since?: UnixMillis | null, 
/**
 * Only until this time.
 */
until?: UnixMillis | null, 
/**
 * Only refusals.
 */
refused: boolean, 
/**
 * Only `sends`, `refusals` or `changes`.
 */
kind?: string | null, 
/**
 * Only entries whose sentence or fields contain this.
 */
text?: string | null, };

export type AuditReceipt = { 
/**
 * Entries.
 */
size: number, 
/**
 * Root of the tree, lower-case hex.
 */
root: string, };

export type AuditStatus = { 
/**
 * Entries.
 */
size: number, 
/**
 * Fingerprint of the log's signing key, if there is a log.
 */
fingerprint: string | null, 
/**
 * Why it cannot be written, if so: sending is refused until it can.
 */
failure: Failure | null, };

export type BackupListReply = { 
/**
 * Newest first.
 */
backups: Array<BackupView>, };

export type BackupRequest = { 
/**
 * Absolute path of the file to write; without, a rolling backup in the vault's folder.
 */
path?: string | null, };

export type BackupView = { 
/**
 * Where it lies.
 */
path: string, 
/**
 * When it was written.
 */
written: UnixMillis, 
/**
 * Bytes.
 */
bytes: number, };

export type CeremonyAnswers = { 
/**
 * The ceremony.
 */
id: string, 
/**
 * A code of the (new) seed.
 */
code: string | null, 
/**
 * The asked groups of the kit: number from 1, and text.
 */
kit_groups: Array<[number, string]>, };

export type CeremonyDone = { 
/**
 * The vault.
 */
info: VaultFacts, };

export type CeremonyId = { 
/**
 * The id.
 */
id: string, };

export type CeremonyProven = { 
/**
 * The code is proven, or none is asked.
 */
code: boolean, 
/**
 * The kit's groups are proven, or none are asked.
 */
kit_groups: boolean, };

export type CeremonyRequest = { "kind": "init", 
/**
 * The passphrase to be.
 */
passphrase: string, 
/**
 * How costly the key derivation shall be.
 */
kdf: KdfWish, } | { "kind": "init-host", 
/**
 * The passphrase to be.
 */
passphrase: string, 
/**
 * How costly the key derivation shall be.
 */
kdf: KdfWish, 
/**
 * The host.
 */
host: NewHost, } | { "kind": "passphrase-change", 
/**
 * The one now.
 */
passphrase: string, 
/**
 * A fresh code.
 */
code: string, 
/**
 * The one to be.
 */
new_passphrase: string, } | { "kind": "totp-replace", 
/**
 * The passphrase.
 */
passphrase: string, 
/**
 * A fresh code of the seed until now.
 */
code: string, } | { "kind": "codes-renew", 
/**
 * The passphrase.
 */
passphrase: string, 
/**
 * A fresh code.
 */
code: string, } | { "kind": "kit-renew", 
/**
 * The passphrase.
 */
passphrase: string, 
/**
 * A fresh code.
 */
code: string, } | { "kind": "recover-by-code", 
/**
 * The passphrase.
 */
passphrase: string, 
/**
 * One of the eight codes.
 */
recovery_code: string, } | { "kind": "recover-by-kit", 
/**
 * The nine groups.
 */
kit: string, 
/**
 * The passphrase to be.
 */
new_passphrase: string, };

export type CeremonyShown = { 
/**
 * The ceremony.
 */
id: string, 
/**
 * The new TOTP seed, if there is one.
 */
totp: TotpShown | null, 
/**
 * The new kit, if there is one.
 */
kit: KitShown | null, 
/**
 * Eight new recovery codes.
 */
codes: Array<string>, 
/**
 * Whether a code of the (new) seed must be typed back.
 */
asks_code: boolean, 
/**
 * Which groups of the kit must be typed back, counted from 1.
 */
asks_kit_groups: Array<number>, };

export type CheckReport = { 
/**
 * The steps in order.
 */
steps: Array<CheckStep>, 
/**
 * Whether a message could be sent.
 */
ready: boolean, };

export type CheckRequest = { 
/**
 * The person in whose name mail would be sent.
 */
sender: string, 
/**
 * Which key, if there are several.
 */
key: string | null, };

export type CheckStatus = "ok" | "warning" | "failed" | "skipped";

export type CheckStep = { 
/**
 * `clock`, `keychain`, `key`, `token`, `delegation`.
 */
name: string, 
/**
 * How it went.
 */
status: CheckStatus, 
/**
 * One sentence.
 */
what: string, 
/**
 * Why it failed and the exact remedy.
 */
failure: Failure | null, };

export type Cidr = string;

export type Code = "internal" | "usage" | "unsupported" | "wrong-passphrase-or-code" | "code-already-used" | "clock-off" | "code-table-ended" | "wrong-recovery-code" | "wrong-kit" | "kit-mistyped" | "weak-passphrase" | "set-up-proof-failed" | "locked" | "no-vault" | "vault-exists" | "set-up-expired" | "not-found" | "ambiguous" | "busy" | "keychain-missing" | "keychain-locked" | "keychain-not-answering" | "keychain-lost-write" | "keychain-item-missing" | "keychain-failed" | "vault-damaged" | "vault-newer" | "vault-rolled-back" | "vault-parameters-refused" | "disk-full" | "read-only" | "profile-mismatch" | "backup-unreadable" | "key-file-too-large" | "key-file-unreadable" | "key-file-oauth-client" | "key-file-authorized-user" | "key-file-external-account" | "key-file-other-type" | "key-file-field" | "key-not-rsa" | "key-too-small" | "key-too-large" | "key-inconsistent" | "key-universe" | "key-duplicate" | "original-changed" | "invalid-header" | "invalid-address" | "non-ascii-address" | "invalid-content-type" | "invalid-file-name" | "no-recipient" | "too-many-recipients" | "attachment-missing" | "attachment-unreadable" | "attachment-not-file" | "attachment-changed" | "message-too-large" | "blocked-type" | "message-file-invalid" | "missing-variable" | "unknown-variable" | "handle-unknown" | "denied" | "denied-role" | "denied-own" | "denied-no-grant" | "denied-forbidden" | "denied-sender" | "denied-reply-to" | "denied-recipient" | "denied-recipient-count" | "denied-size" | "denied-attachment" | "denied-subject-prefix" | "denied-network" | "denied-hours" | "denied-not-yet" | "denied-expired" | "denied-rate" | "code-needed" | "approval-needed" | "not-a-host" | "host-address" | "host-full" | "invite-invalid" | "invite-over" | "invite-wrong" | "words-differ" | "not-a-member" | "member-suspended" | "membership-ended" | "device-suspended" | "session-missing" | "member-code-wrong" | "member-code-unset" | "member-code-set" | "upload-gone" | "upload-mismatch" | "approval-refused" | "approval-over" | "approval-changed" | "host-away" | "host-impostor" | "host-forked" | "record-invalid" | "team-changed" | "team-unknown" | "repeated" | "delegation-missing" | "scope-missing" | "sender-unknown" | "key-refused" | "account-disabled" | "clock-skew" | "admin-policy" | "gmail-api-disabled" | "mail-service-off" | "scope-insufficient" | "delegation-denied" | "message-refused" | "google-refused" | "token-rejected" | "daily-limit" | "rate-limited" | "google-unavailable" | "network" | "sandbox-away" | "unexpected-reply" | "interrupted" | "send-unknown" | "audit-unwritable" | "audit-damaged" | "agent-not-running" | "agent-version" | "agent-already-running" | "agent-untrusted" | "peer-refused" | "cancelled";

export type CommandLine = { 
/**
 * The line, quoted for a POSIX shell.
 */
line: string, };

export type CommandWish = { "action": "send", 
/**
 * The message.
 */
draft: Draft, 
/**
 * The key.
 */
key: string | null, } | { "action": "named", 
/**
 * `lock`, `unlock`, `status`, `history`, `history-show`, `drafts`, `key-import`, `key-list`,
 * `key-show`, `key-rename`, `key-remove`, `check`, `audit`, `audit-verify`, `audit-export`,
 * `backup`, `backup-list`, `restore`, `sandbox-inbox`, `sandbox-faults`, `settings`.
 */
name: string, 
/**
 * What it concerns: a file (`key-import`, `restore`) by its handle, all else by name or id.
 */
subject: string | null, };

export type Conditions = { 
/**
 * As whom the member may send: the mailboxes (`sub`) that the key may be used for.
 */
senders: Array<EmailAddress>, 
/**
 * Which `From` addresses may stand in for the mailbox's own.
 */
aliases?: Array<EmailAddress>, 
/**
 * Where a test-sender may send beside the own address. No meaning for other roles.
 */
test_domains?: Array<Domain>, 
/**
 * To whom: every address in To, Cc and Bcc has to match one of them.
 */
recipients?: Array<RecipientRule> | null, 
/**
 * How many addresses in To, Cc and Bcc together, at most.
 */
recipients_max?: number | null, 
/**
 * How many bytes the encoded message has, at most.
 */
bytes_max?: number | null, 
/**
 * Which attachments: each has to match one of them. An empty list: none.
 */
attachment_types?: Array<TypePattern> | null, 
/**
 * From which networks, by the address that the host sees.
 */
networks?: Array<Cidr> | null, 
/**
 * During which hours of the week.
 */
hours?: Hours | null, 
/**
 * The first moment.
 */
not_before?: UnixMillis | null, 
/**
 * The last moment.
 */
not_after?: UnixMillis | null, 
/**
 * How many messages a minute.
 */
per_minute?: number | null, 
/**
 * How many messages a day.
 */
per_day?: number | null, 
/**
 * How many seconds ago the member last gave a code, at most. 0: one together with this very send.
 */
code_within?: number | null, 
/**
 * Somebody has to approve each message.
 */
approvals?: Approval | null, };

export type ConfirmAddressReply = { 
/**
 * Numbers of the entries.
 */
entries: Array<number>, };

export type ConfirmAddressRequest = { 
/**
 * The address.
 */
address: string, };

export type Delivered = { 
/**
 * Its row.
 */
row: InboxRow, 
/**
 * Headers in their order: name and decoded value.
 */
headers: Array<[string, string]>, 
/**
 * The text part.
 */
text: string | null, 
/**
 * The HTML part.
 */
html: string | null, 
/**
 * Where its HTML is shown, with its inline images.
 */
preview: PreviewPlace | null, 
/**
 * Attachments.
 */
attachments: Array<DeliveredFile>, 
/**
 * The source, with attachments folded.
 */
source: SourceView, 
/**
 * HTML and CSS that mail programs do not all show, as sentences with names of programs.
 */
support: Array<SupportNote>, };

export type DeliveredFile = { 
/**
 * Its name.
 */
name: string, 
/**
 * Its content type.
 */
content_type: string, 
/**
 * Bytes.
 */
bytes: number, 
/**
 * SHA-256, lower-case hex.
 */
sha256: string, };

export type DestroyRequest = { 
/**
 * The vault's id, so that nothing is removed by mistake.
 */
vault_id: VaultId, };

export type Destroyed = { 
/**
 * The vault that was.
 */
vault_id: VaultId, 
/**
 * Where its audit log is kept, if there was one; it still verifies by itself.
 */
log?: string | null, };

export type DeviceHash = string;

export type DeviceView = { 
/**
 * SHA-256 of its key.
 */
id: DeviceHash, 
/**
 * Name.
 */
name: string, 
/**
 * Which state.
 */
state: MemberState, 
/**
 * Whether it is connected now.
 */
connected: boolean, 
/**
 * When it connected last.
 */
last_seen: UnixMillis | null, 
/**
 * From where.
 */
last_address: string | null, 
/**
 * Why it was suspended by the host itself, such as a second copy of its key.
 */
warning: string | null, };

export type Domain = string;

export type Draft = { 
/**
 * Sender: an address, or a name with an address.
 */
from: string, 
/**
 * Recipients.
 */
to: Array<string>, 
/**
 * Copies.
 */
cc: Array<string>, 
/**
 * Blind copies.
 */
bcc: Array<string>, 
/**
 * Where answers go, if not to the sender.
 */
reply_to: Array<string>, 
/**
 * Subject.
 */
subject: string, 
/**
 * Plain text.
 */
text?: string | null, 
/**
 * HTML.
 */
html?: string | null, 
/**
 * Attachments and inline images.
 */
attachments: Array<Attachment>, };

export type DraftFromFile = { 
/**
 * The message; attachments by handle.
 */
draft: Draft, 
/**
 * The key that it names.
 */
key: string | null, 
/**
 * Its attachments.
 */
files: Array<FileFacts>, };

export type DraftItem = { 
/**
 * Its id.
 */
id: RequestId, 
/**
 * When it was saved.
 */
saved: UnixMillis, 
/**
 * The message.
 */
draft: Draft, 
/**
 * The key chosen for it.
 */
key: string | null, 
/**
 * What the window wants back.
 */
view: string | null, };

export type DraftListReply = { 
/**
 * Newest first.
 */
drafts: Array<DraftItem>, };

export type DraftSaveRequest = { 
/**
 * The draft to replace; a new one without.
 */
id: RequestId | null, 
/**
 * The message.
 */
draft: Draft, 
/**
 * The key chosen for it.
 */
key: string | null, 
/**
 * What the window wants back, such as the caret's place.
 */
view: string | null, };

export type EmailAddress = string;

export type Empty = Record<symbol, never>;

export type Failure = { 
/**
 * The stable code.
 */
code: Code, 
/**
 * One sentence: what happened. Never a secret.
 */
what: string, 
/**
 * One sentence: what to do.
 */
remedy: string, 
/**
 * Facts for scripts and the details pane, such as `wait_seconds`, `client_id` or `google_message`.
 */
facts?: { [key in string]: string }, };

export type FaultKind = { 
/**
 * Its stable name.
 */
name: string, 
/**
 * What it does, in a sentence.
 */
what: string, 
/**
 * Where it strikes: `token`, `start`, `chunk`, `last-chunk`.
 */
at: string, };

export type FaultSet = { 
/**
 * Its number.
 */
id: number, 
/**
 * Its name.
 */
name: string, 
/**
 * How often it still strikes; none = until it is cleared.
 */
left: number | null, };

export type FaultWish = { 
/**
 * Its name.
 */
name: string, 
/**
 * How often it strikes; none = until it is cleared.
 */
times: number | null, };

export type Faults = { 
/**
 * What there is to choose from.
 */
known: Array<FaultKind>, 
/**
 * Those that are set.
 */
set: Array<FaultSet>, };

export type FileChoices = { 
/**
 * Their handles.
 */
handles: Array<string>, };

export type FileFacts = { 
/**
 * The handle: valid until the window closes.
 */
handle: string, 
/**
 * Its name.
 */
name: string, 
/**
 * Its folder for people: `~/Downloads`.
 */
folder: string, 
/**
 * What is there now.
 */
state: FileState, 
/**
 * Bytes; 0 where it is no file.
 */
bytes: number, 
/**
 * When it was last changed.
 */
modified: UnixMillis | null, 
/**
 * The content type that its name suggests.
 */
content_type: string, 
/**
 * Why Gmail would refuse its type, if it would.
 */
blocked: boolean, };

export type FilePurpose = "attachment" | "key" | "template" | "backup";

export type FileState = "readable" | "folder" | "missing" | "unreadable";

export type Files = { 
/**
 * In the order of the dialog; none if it was cancelled.
 */
files: Array<FileFacts>, };

export type FilesWish = { 
/**
 * What for.
 */
purpose: FilePurpose, 
/**
 * Whether several may be picked.
 */
multiple: boolean, };

export type Finding = { 
/**
 * A stable name.
 */
name: string, 
/**
 * Whether it stops the send.
 */
blocks: boolean, 
/**
 * One sentence.
 */
what: string, 
/**
 * One sentence: what to do.
 */
remedy: string, 
/**
 * What it is about: `field`, `address`, `attachment`, `variable`, `over_bytes` and the like.
 */
facts: { [key in string]: string }, };

export type Forbid = { 
/**
 * Its id.
 */
id: ForbidId, 
/**
 * Whom it binds; nobody named: every member.
 */
member?: MemberId | null, 
/**
 * With which key; none named: every key.
 */
key?: KeyId | null, 
/**
 * Which messages.
 */
matches: Matcher, 
/**
 * What it is for, in the words of whoever made it.
 */
note: HeaderText, };

export type ForbidId = number;

export type ForbidPutRequest = { 
/**
 * The forbid; its id is given by the host when it is 0.
 */
forbid: Forbid, };

export type GoogleKeyId = string;

export type Grant = { 
/**
 * Where several apply, the lowest wins.
 */
id: GrantId, 
/**
 * Who may.
 */
member: MemberId, 
/**
 * With which key.
 */
key: KeyId, 
/**
 * When.
 */
conditions: Conditions, 
/**
 * What it is for, in the words of whoever made it.
 */
note: HeaderText, };

export type GrantChoice = { 
/**
 * Which.
 */
id: GrantId, };

export type GrantFindingView = { 
/**
 * Which.
 */
grant: GrantId, 
/**
 * The grant as one sentence.
 */
sentence: string, 
/**
 * Names of the conditions that do not hold.
 */
failing: Array<string>, 
/**
 * Names of the conditions that cannot be judged before the message is sent.
 */
unknown: Array<string>, };

export type GrantId = number;

export type GrantPutRequest = { 
/**
 * Which to change; none for a new one.
 */
id: GrantId | null, 
/**
 * Whose.
 */
member: MemberId, 
/**
 * What.
 */
grant: GrantWish, };

export type GrantView = { 
/**
 * The grant.
 */
grant: Grant, 
/**
 * The key's name.
 */
key_name: string, 
/**
 * Messages in the last 24 hours.
 */
used_today: number, 
/**
 * The grant as one sentence, in English.
 */
sentence: string, };

export type GrantWish = { 
/**
 * The key.
 */
key: KeyId, 
/**
 * Under which conditions.
 */
conditions: Conditions, 
/**
 * A note for people.
 */
note: string, };

export type HeaderText = string;

export type HeadlessView = { 
/**
 * The folder with the files.
 */
folder: string, 
/**
 * Whether the machine can open the vault with nobody there: then root on it has the keys.
 */
unattended: boolean, 
/**
 * Whether it was opened that way, if it is open.
 */
opened_unattended: boolean, 
/**
 * Why the last start with nobody there left the vault locked, if it did.
 */
failure: Failure | null, };

export type HistoryItem = { 
/**
 * The send.
 */
id: RequestId, 
/**
 * When.
 */
time: UnixMillis, 
/**
 * The account whose key signed.
 */
key: string, 
/**
 * The message.
 */
draft: Draft, 
/**
 * How it ended; none while it is under way.
 */
report: SendReport | null, };

export type HistoryListReply = { 
/**
 * Newest first.
 */
items: Array<HistoryRow>, 
/**
 * Whether there are older ones.
 */
more: boolean, };

export type HistoryQuery = { 
/**
 * At most so many; 50 by default.
 */
limit?: number | null, 
/**
 * Only older than this item.
 */
before?: RequestId | null, 
/**
 * Only those whose sender, recipients or subject contain this.
 */
text?: string | null, 
/**
 * Only those in this state; see [`HistoryRow::state`].
 */
state?: string | null, 
/**
 * Only those signed with the key of this account.
 */
key?: string | null, };

export type HistoryRemoveRequest = { "one": string } | "all";

export type HistoryRow = { 
/**
 * The send.
 */
id: RequestId, 
/**
 * When.
 */
time: UnixMillis, 
/**
 * Sender.
 */
from: string, 
/**
 * Recipients in To.
 */
to: Array<string>, 
/**
 * Recipients in all.
 */
recipients: number, 
/**
 * Subject.
 */
subject: string, 
/**
 * Number of attachments.
 */
attachments: number, 
/**
 * `sent`, `not-sent`, `unknown` or `sending`.
 */
state: string, 
/**
 * The account whose key signed.
 */
key: string, 
/**
 * The error's code, if it failed.
 */
code: Code | null, };

export type HostChoice = { 
/**
 * The beginning of the host's key, hex.
 */
host: string, };

export type HostInitRequest = { 
/**
 * What members see: `Anna's desk`.
 */
name: string, 
/**
 * Address and port to listen at: `0.0.0.0:7465`, `[::]:7465`.
 */
listen: string, 
/**
 * Where members find it, `host:port`; put into invites. By default the listening address.
 */
reachable_at: Array<string>, 
/**
 * Networks that may connect at all; empty for any.
 */
networks: Array<Cidr>, 
/**
 * Proxies that stand before the host and say, in the PROXY protocol, whose connection it is; left as
 * they are if this is left out.
 */
proxies?: Array<Cidr>, 
/**
 * A fresh code of this vault.
 */
code: string, };

export type HostStartRequest = { 
/**
 * Until when; by default until the vault is locked or serving is stopped.
 */
until?: UnixMillis | null, };

export type HostStatus = { 
/**
 * None if this vault is not a host.
 */
host: HostView | null, 
/**
 * None while it does not serve.
 */
serving: ServingView | null, 
/**
 * Why it stopped by itself, if it did.
 */
failure: Failure | null, 
/**
 * For a host on a server.
 */
headless?: HeadlessView, };

export type HostView = { 
/**
 * What members see.
 */
name: string, 
/**
 * SHA-256 of the host's key, lower-case hex: what invites pin.
 */
key: string, 
/**
 * Where it listens.
 */
listen: string, 
/**
 * Where members find it.
 */
reachable_at: Array<string>, 
/**
 * Networks that may connect; empty for any.
 */
networks: Array<Cidr>, 
/**
 * Proxies whose word for an address is taken, if there are any.
 */
proxies?: Array<Cidr>, 
/**
 * How many active members.
 */
members: number, 
/**
 * The number of the newest signed record.
 */
epoch: number, };

export type Hours = { 
/**
 * On which days they begin.
 */
days: Array<Weekday>, 
/**
 * The first minute of the day, from 0 to 1439.
 */
from: number, 
/**
 * The minute that is no longer in it, from 0 to 1440.
 */
to: number, 
/**
 * Whose clocks count.
 */
zone: TimeZoneName, };

export type Inbox = { 
/**
 * Newest first.
 */
messages: Array<InboxRow>, 
/**
 * How many match in all.
 */
total: number, };

export type InboxChoice = { 
/**
 * Its id.
 */
id: string, };

export type InboxQuery = { 
/**
 * Only messages that have this in an address, the subject or a file's name.
 */
text?: string | null, 
/**
 * At most so many; 200 by default.
 */
limit?: number | null, 
/**
 * Leave out so many.
 */
skip?: number | null, };

export type InboxRow = { 
/**
 * Its id.
 */
id: string, 
/**
 * When.
 */
time: UnixMillis, 
/**
 * Sender.
 */
from: string, 
/**
 * Recipients in To, Cc and Bcc.
 */
to: Array<string>, 
/**
 * Subject.
 */
subject: string, 
/**
 * Bytes as delivered.
 */
bytes: number, 
/**
 * Number of attachments.
 */
attachments: number, };

export type InviteChoice = { 
/**
 * Its id, hex.
 */
id: string, };

export type InviteMade = { 
/**
 * The invite.
 */
invite: InviteView, 
/**
 * `signet1-…@host:port`.
 */
text: string, 
/**
 * `signet://join/…`.
 */
link: string, };

export type InviteRequest = { 
/**
 * Name.
 */
name: string, 
/**
 * Own address, if known; a test-sender needs one.
 */
address: EmailAddress | null, 
/**
 * Role.
 */
role: Role, 
/**
 * What is granted at once on joining.
 */
grants: Array<GrantWish>, 
/**
 * When membership ends by itself.
 */
not_after: UnixMillis | null, 
/**
 * How long the invite is good for, in hours; 24 by default, at most 168.
 */
hours: number | null, 
/**
 * Another device for this member instead of a new member.
 */
member: MemberId | null, };

export type InviteStateView = "open" | "pending" | "approved" | "refused" | "expired" | "withdrawn" | "burnt";

export type InviteView = { 
/**
 * Its id, hex.
 */
id: string, 
/**
 * For whom.
 */
name: string, 
/**
 * Role.
 */
role: Role, 
/**
 * Which state.
 */
state: InviteStateView, 
/**
 * When it ends.
 */
expires: UnixMillis, 
/**
 * The words that both screens show, once somebody has proven to have it.
 */
words: [string, string, string] | null, 
/**
 * The name of the device that asks.
 */
device: string | null, 
/**
 * From where it asks.
 */
address: string | null, 
/**
 * What letting its bearer in grants.
 */
grants: Array<PromisedGrant>, 
/**
 * Why to refuse, such as a second device that has the same invite.
 */
warning: string | null, };

export type JoinRequest = { 
/**
 * The invite's text or link, as pasted.
 */
invite: string, 
/**
 * What this device is called.
 */
device: string, 
/**
 * Where the host is, `host:port`, if not as the invite says.
 */
at: string | null, };

export type JoinState = "waiting" | "code-missing" | "joined" | "ended";

export type JoinView = { 
/**
 * The host's key, hex.
 */
host: string, 
/**
 * Its name, as it says.
 */
name: string, 
/**
 * Where it is.
 */
at: string, 
/**
 * The words that both screens show.
 */
words: [string, string, string], 
/**
 * Which state.
 */
state: JoinState, 
/**
 * As whom, once accepted.
 */
member: string | null, 
/**
 * In which role, once accepted.
 */
role: Role | null, 
/**
 * Why it ended, if it did.
 */
failure: Failure | null, };

export type JsonValue = number | string | boolean | Array<JsonValue> | { [key in string]: JsonValue } | null;

export type KdfWish = "calibrated" | "floor";

export type KeyChoice = { 
/**
 * The text to match.
 */
key: string, };

export type KeyFound = { 
/**
 * The file.
 */
file: FileFacts, 
/**
 * The service account.
 */
client_email: string, 
/**
 * Google's id of the key.
 */
google_key_id: string, 
/**
 * Whether the vault has the same key: the file is a copy.
 */
in_vault: boolean, };

export type KeyId = string;

export type KeyImportRequest = { 
/**
 * Handle of the descriptor that holds the key file.
 */
handle: string, 
/**
 * A name for it; by default the account's.
 */
name: string | null, };

export type KeyImported = { 
/**
 * The key.
 */
key: KeyView, 
/**
 * Names this import for `key.remove-original`; for a regular file only.
 */
original: string | null, };

export type KeyListReply = { 
/**
 * In order of import.
 */
keys: Array<KeyView>, };

export type KeyRenameRequest = { 
/**
 * Which.
 */
key: string, 
/**
 * The new name.
 */
name: string, };

export type KeyUse = { 
/**
 * Messages that Google accepted in each of the last 12 weeks, oldest first.
 */
weeks: Array<number>, 
/**
 * Senders in the history that is kept, most used first.
 */
senders: Array<string>, 
/**
 * The last refusal by Google, if nothing was accepted since.
 */
last_failure: Failure | null, 
/**
 * Whether the file it was imported from is still there, unchanged; none if nobody can say.
 */
original_there: boolean | null, };

export type KeyView = { 
/**
 * Its id in this vault.
 */
id: KeyId, 
/**
 * Its name.
 */
name: string, 
/**
 * The service account.
 */
client_email: string, 
/**
 * The number that a Workspace administrator authorises.
 */
client_id: string | null, 
/**
 * The Google Cloud project.
 */
project_id: string | null, 
/**
 * Google's id of the key.
 */
google_key_id: GoogleKeyId, 
/**
 * Size of the RSA key in bits.
 */
bits: number, 
/**
 * When it was imported.
 */
imported: UnixMillis, 
/**
 * When Google made it, where Google's public certificate tells.
 */
created: UnixMillis | null, 
/**
 * When it was last used.
 */
last_used: UnixMillis | null, 
/**
 * The scopes that a Workspace administrator must authorise.
 */
scopes: Array<string>, };

export type KeysFound = { 
/**
 * The folder for people; none if the dialog was cancelled.
 */
folder: string | null, 
/**
 * What was found.
 */
found: Array<KeyFound>, 
/**
 * Files looked at.
 */
looked_at: number, };

export type KitGroups = { 
/**
 * Nine groups of four characters; the last is a check.
 */
groups: Array<string>, };

export type KitShown = { 
/**
 * How many groups of four characters it has; the last is a check.
 */
count: number, 
/**
 * Fingerprint of its public key.
 */
fingerprint: string, 
/**
 * Fingerprint of the audit log's key, printed on the kit.
 */
audit_fingerprint: string | null, };

export type KitWriteRequest = { 
/**
 * The ceremony.
 */
id: string, 
/**
 * Handle of the descriptor to write to.
 */
handle: string, 
/**
 * `en` or `de`.
 */
language: string | null, };

export type LeaverReport = { 
/**
 * Name.
 */
name: string, 
/**
 * Devices that may not connect any more.
 */
devices: Array<string>, 
/**
 * Connections that were closed.
 */
closed: number, 
/**
 * Grants that ended.
 */
grants: number, 
/**
 * Messages that were on their way: stopped, unless Google had them whole already.
 */
under_way: number, 
/**
 * Messages in the last 30 days.
 */
sends_30_days: number, 
/**
 * Names of the keys used in the last 30 days: rotating them at Google is prudent where the person
 * may have had the key file from elsewhere.
 */
keys: Array<string>, 
/**
 * Why it could not be recorded, if so. It took effect all the same.
 */
unrecorded: Failure | null, };

export type LinkFound = { 
/**
 * What is shown.
 */
text: string, 
/**
 * Where it leads.
 */
target: string, };

export type Matcher = { 
/**
 * The mailbox or `From` is one of these.
 */
senders?: Array<EmailAddress> | null, 
/**
 * A recipient, or a Reply-To other than the sender, is one of these.
 */
recipients?: Array<RecipientRule> | null, 
/**
 * There are more recipients than this.
 */
recipients_over?: number | null, 
/**
 * The encoded message has more bytes than this.
 */
bytes_over?: number | null, 
/**
 * An attachment is of one of these types, by its declared type or by its name.
 */
attachment_types?: Array<TypePattern> | null, 
/**
 * It comes from one of these networks.
 */
networks?: Array<Cidr> | null, 
/**
 * It is during these hours.
 */
hours?: Hours | null, 
/**
 * It is this moment or later.
 */
not_before?: UnixMillis | null, 
/**
 * It is this moment or earlier.
 */
not_after?: UnixMillis | null, };

export type MaybeFile = { 
/**
 * The file.
 */
file: FileFacts | null, };

export type MemberApproveRequest = { 
/**
 * The invite's id, hex.
 */
id: string, 
/**
 * The three words that the other screen shows, as heard.
 */
words: [string, string, string], 
/**
 * A fresh code: of this vault, or of the admin's own with the host.
 */
code: string, };

export type MemberChange = { "change": "rename", 
/**
 * The name.
 */
name: string, } | { "change": "suspend" } | { "change": "resume" } | { "change": "role", 
/**
 * The role.
 */
role: Role, } | { "change": "device-rename", 
/**
 * The device.
 */
device: DeviceHash, 
/**
 * The name.
 */
name: string, } | { "change": "device-revoke", 
/**
 * The device.
 */
device: DeviceHash, } | { "change": "device-confirm", 
/**
 * The device.
 */
device: DeviceHash, } | { "change": "code-reset" };

export type MemberChangeRequest = { 
/**
 * Whom.
 */
member: MemberId, 
/**
 * What.
 */
change: MemberChange, };

export type MemberChoice = { 
/**
 * Whom.
 */
member: MemberId, };

export type MemberCodeProof = { 
/**
 * The beginning of the host's key, hex.
 */
host: string, 
/**
 * The code.
 */
code: string, };

export type MemberCodeShown = { 
/**
 * `otpauth://…`, as a QR.
 */
uri: string, 
/**
 * The same secret as text.
 */
secret: string, };

export type MemberId = string;

export type MemberState = "active" | "suspended" | "revoked";

export type MemberView = { 
/**
 * Id.
 */
id: MemberId, 
/**
 * Name.
 */
name: string, 
/**
 * Own address, if known.
 */
address: EmailAddress | null, 
/**
 * Role.
 */
role: Role, 
/**
 * Which state.
 */
state: MemberState, 
/**
 * When membership ends by itself.
 */
not_after: UnixMillis | null, 
/**
 * Devices.
 */
devices: Array<DeviceView>, 
/**
 * Grants, lowest id first.
 */
grants: Array<GrantView>, 
/**
 * Whether the second factor with the host is set.
 */
code_set: boolean, 
/**
 * When the last message was asked for.
 */
last_send: UnixMillis | null, };

export type MessageCheckRequest = { 
/**
 * The message.
 */
draft: Draft, 
/**
 * Bytes of each attachment, in order.
 */
attachment_bytes: Array<number>, 
/**
 * Which key, if there are several.
 */
key: string | null, };

export type MessageChecked = { 
/**
 * Bytes of the whole message after encoding, as sending would build it; without the parts that are
 * not valid yet.
 */
encoded_bytes: number, 
/**
 * Google's limit on that.
 */
limit_bytes: number, 
/**
 * Raw bytes of attachment for which there is still room.
 */
room_bytes: number, 
/**
 * Bytes of the HTML part.
 */
html_bytes: number, 
/**
 * Recipients in To, Cc and Bcc.
 */
recipients: number, 
/**
 * What a person may want to know; those that block come first.
 */
findings: Array<Finding>, };

export type MessageFileReply = { 
/**
 * The message; attachments carry paths. None while `needs` is not empty.
 */
draft: Draft | null, 
/**
 * The key it names, if it does.
 */
key: string | null, 
/**
 * Files that it names as its text or HTML, and that were not given: read them and ask again with
 * their contents in `bodies`.
 */
needs: Array<string>, };

export type MessageFileRequest = { 
/**
 * The text of the file (TOML).
 */
text: string, 
/**
 * Values for its variables.
 */
variables: { [key in string]: string }, 
/**
 * Contents of the files that it names as its text or HTML, by their path as written there.
 */
bodies: { [key in string]: string }, };

export type MessageFileText = { 
/**
 * TOML.
 */
text: string, };

export type MessageVariables = { 
/**
 * Names that want a value, in the order in which they appear.
 */
names: Array<string>, 
/**
 * Names that the file itself gives a value, which another may replace.
 */
defaults: { [key in string]: string }, 
/**
 * Names that have a value of their own, such as `date`, `time`, `uuid`, `n`.
 */
built_in: Array<string>, };

export type MessageWriteRequest = { 
/**
 * The message; attachments are written by their paths.
 */
draft: Draft, 
/**
 * The key, if the file shall name it.
 */
key: string | null, 
/**
 * `{{name}}` in addresses, subject and bodies is a variable, not text.
 */
template: boolean, };

export type NamedKey = { 
/**
 * Id.
 */
id: KeyId, 
/**
 * Name.
 */
name: string, 
/**
 * The service account.
 */
client_email: string, };

export type NamedKeys = { 
/**
 * Each once.
 */
keys: Array<NamedKey>, };

export type Never = never;

export type NewHost = { 
/**
 * What members see.
 */
name: string, 
/**
 * Address and port to listen at.
 */
listen: string, 
/**
 * Where members find it, `host:port`; by default the listening address.
 */
reachable_at: Array<string>, 
/**
 * Networks that may connect at all; empty for any.
 */
networks: Array<Cidr>, 
/**
 * Proxies that are believed about whose connection they pass on.
 */
proxies: Array<Cidr>, };

export type OriginalRemoved = { 
/**
 * Where copies may remain, and how to replace the key at Google.
 */
advice: string, };

export type OwnerCode = { 
/**
 * The six digits.
 */
code: string, };

export type PageBackup = { 
/**
 * Ask for a place; otherwise a rolling one in the vault's folder.
 */
pick: boolean, };

export type PageCeremonyShown = { 
/**
 * The ceremony.
 */
id: string, 
/**
 * The new TOTP seed, if there is one.
 */
totp: PageTotp | null, 
/**
 * The new kit, if there is one.
 */
kit: KitShown | null, 
/**
 * Eight new recovery codes.
 */
codes: Array<string>, 
/**
 * Whether a code of the (new) seed must be typed back.
 */
asks_code: boolean, 
/**
 * Which groups of the kit must be typed back, counted from 1.
 */
asks_kit_groups: Array<number>, };

export type PageInviteMade = { 
/**
 * The invite.
 */
invite: InviteView, 
/**
 * `signet1-…@host:port`.
 */
text: string, 
/**
 * `signet://join/…`.
 */
link: string, 
/**
 * The link as a QR code: rows of modules, `1` dark and `0` light, without a quiet zone.
 */
qr: Array<string>, };

export type PageKeyImport = { 
/**
 * A picked or dropped file.
 */
file: string, 
/**
 * A name for the key.
 */
name: string | null, };

export type PageMessage = { 
/**
 * The message.
 */
draft: Draft, 
/**
 * Which key, if there are several.
 */
key: string | null, };

export type PageOriginal = { 
/**
 * The import.
 */
original: string, 
/**
 * The file.
 */
file: string, };

export type PageRestore = { 
/**
 * A picked file.
 */
file: string, 
/**
 * Replace the vault that is there; it is kept beside.
 */
replace: boolean, };

export type PageSharedImport = { 
/**
 * The beginning of the host's key.
 */
host: string, 
/**
 * A picked or dropped file.
 */
file: string, 
/**
 * What to call the key; the account's name if left out.
 */
name: string | null, };

export type PageTotp = { 
/**
 * The QR code: rows of modules, `1` dark and `0` light, without a quiet zone.
 */
qr: Array<string>, 
/**
 * The seed in base32, in groups of four.
 */
groups: Array<string>, };

export type ParsedAddress = { 
/**
 * As a draft holds it: `Name <local@domain>` or the bare address; as written where it is none.
 */
text: string, 
/**
 * The name, if one was given.
 */
name: string | null, 
/**
 * The address, if it is one.
 */
address: string | null, 
/**
 * Its domain, lower case.
 */
domain: string | null, 
/**
 * Why it cannot be sent to.
 */
failure: Failure | null, };

export type PassphraseRating = { 
/**
 * 0 to 4; below 3 it is refused.
 */
score: number, 
/**
 * What would make it better, if anything.
 */
hint: string | null, };

export type PassphraseSuggestion = { 
/**
 * Five words.
 */
passphrase: string, };

export type PassphraseToRate = { 
/**
 * The passphrase.
 */
passphrase: string, };

export type Place = { "place": "delegation", 
/**
 * The key.
 */
key: string, } | { "place": "make-key", } | { "place": "guide", } | { "place": "folder", };

export type PolicyAnswer = { 
/**
 * `allow`, `deny`, `needs-approval` or `depends`.
 */
decision: string, 
/**
 * The grant that decides, if one does.
 */
grant: GrantId | null, 
/**
 * Why not, or what is missing.
 */
failure: Failure | null, 
/**
 * What each grant says.
 */
findings: Array<GrantFindingView>, };

export type PolicyQuestion = { 
/**
 * Who would send.
 */
member: MemberId, 
/**
 * With which key.
 */
key: KeyId, 
/**
 * As whom.
 */
from: EmailAddress, 
/**
 * To whom: To, Cc and Bcc.
 */
recipients: Array<EmailAddress>, 
/**
 * Where answers go, if not to the sender.
 */
reply_to: Array<EmailAddress>, 
/**
 * Subject.
 */
subject: string, 
/**
 * Bytes of the encoded message.
 */
bytes: number, 
/**
 * Names of attachments.
 */
attachments: Array<string>, 
/**
 * From which address; unknown if none is given.
 */
network: string | null, 
/**
 * When; now if none is given.
 */
at: UnixMillis | null, };

export type Practice = { 
/**
 * Its passphrase. It protects nothing real.
 */
passphrase: string, 
/**
 * A sender that the sandbox lets the key send as.
 */
sender: string, 
/**
 * Somebody to write to.
 */
recipient: string, 
/**
 * A file to attach.
 */
file: FileFacts, };

export type PracticeCode = { 
/**
 * The code; none if this vault is not a practice.
 */
code: string | null, 
/**
 * For how many seconds.
 */
seconds: number, 
/**
 * The passphrase of the practice.
 */
passphrase: string | null, };

export type Prefs = { 
/**
 * Theme.
 */
theme: Theme, 
/**
 * `system`, `en`, `de`, or `en-XA` in test builds.
 */
language: string, 
/**
 * Text size in percent: 80, 90, 100, 110, 125 or 150.
 */
text_size: number, 
/**
 * Rows of lists closer together.
 */
compact: boolean, 
/**
 * Say so when a program other than this window sends.
 */
notifications: boolean, 
/**
 * Closing the window keeps Signet in the tray.
 */
close_to_tray: boolean, 
/**
 * Wait before a message to other domains goes out, in seconds: 0, 5 or 10.
 */
undo_seconds: number, 
/**
 * Domains that count as one's own; without, the sender's.
 */
own_domains: Array<string>, };

export type PrefsPatch = { 
/**
 * See [`Prefs::theme`].
 */
theme?: Theme | null, 
/**
 * See [`Prefs::language`].
 */
language?: string | null, 
/**
 * See [`Prefs::text_size`].
 */
text_size?: number | null, 
/**
 * See [`Prefs::compact`].
 */
compact?: boolean | null, 
/**
 * See [`Prefs::notifications`].
 */
notifications?: boolean | null, 
/**
 * See [`Prefs::close_to_tray`].
 */
close_to_tray?: boolean | null, 
/**
 * See [`Prefs::undo_seconds`].
 */
undo_seconds?: number | null, 
/**
 * See [`Prefs::own_domains`].
 */
own_domains?: Array<string> | null, };

export type PreviewPlace = { 
/**
 * The address for a frame.
 */
url: string, 
/**
 * Every link in it.
 */
links: Array<LinkFound>, 
/**
 * Addresses that it would fetch, and that stay unfetched.
 */
remote: Array<string>, };

export type PreviewWish = { 
/**
 * The HTML.
 */
html: string, 
/**
 * A dark ground instead of a white one.
 */
dark: boolean, 
/**
 * The message's attachments: inline images are shown from them.
 */
attachments: Array<Attachment>, };

export type Profile = "production" | "sandbox";

export type ProfileChoice = { 
/**
 * Which.
 */
profile: Profile, };

export type PromisedGrant = { 
/**
 * The key's name.
 */
key_name: string, 
/**
 * Under which conditions.
 */
conditions: Conditions, 
/**
 * The grant as one sentence: "may send as qa@… to anyone at example.org, 20 a day".
 */
sentence: string, };

export type RecipientRule = string;

export type RemoveOriginalRequest = { 
/**
 * The import, as `key.import` named it.
 */
original: string, 
/**
 * Where the file lies.
 */
path: string, };

export type Removed = { 
/**
 * Number of rows.
 */
removed: number, };

export type RequestId = string;

export type RestoreReply = { 
/**
 * The vault.
 */
vault_id: VaultId, 
/**
 * Where the vault that was there is kept.
 */
replaced: string | null, 
/**
 * Whether it opens with passphrase and code, or with the kit only.
 */
needs_kit: boolean, };

export type RestoreRequest = { 
/**
 * Absolute path of the backup.
 */
path: string, 
/**
 * Replace a vault that is there; it is kept beside as a backup.
 */
replace: boolean, 
/**
 * For a host on a server: keep the keychain items in files. Only where there is no vault yet.
 */
headless?: boolean | null, };

export type Role = "owner" | "admin" | "custodian" | "sender" | "test-sender" | "auditor";

export type RowChoice = { 
/**
 * The text to match.
 */
id: string, };

export type SandboxState = { 
/**
 * Whether it answers.
 */
running: boolean, 
/**
 * Where, on this computer.
 */
url: string | null, 
/**
 * Messages in its inbox.
 */
messages: number, };

export type SaveWish = { 
/**
 * What for.
 */
purpose: FilePurpose, 
/**
 * The name that is offered.
 */
suggested: string, };

export type SendChoice = { 
/**
 * The send.
 */
request_id: RequestId, };

export type SendEvent = { "event": "started", 
/**
 * The send.
 */
request_id: RequestId, 
/**
 * Bytes of the whole encoded message.
 */
bytes: number, 
/**
 * What a person may want to know before it goes out.
 */
findings: Array<Finding>, } | { "event": "phase", 
/**
 * Which.
 */
phase: SendPhase, } | { "event": "progress", 
/**
 * Bytes sent.
 */
sent: number, 
/**
 * Bytes in all.
 */
total: number, } | { "event": "waiting", 
/**
 * How long, in milliseconds.
 */
millis: number, 
/**
 * Why.
 */
reason: string, };

export type SendListReply = { 
/**
 * Oldest first.
 */
sends: Array<SendUnderWay>, };

export type SendMode = "send" | "dry-run" | { "eml": string };

export type SendOutcome = { "outcome": "sent", 
/**
 * Gmail's id of the message.
 */
message_id: string, 
/**
 * Gmail's id of the thread.
 */
thread_id: string, } | { "outcome": "not-sent", 
/**
 * Why.
 */
failure: Failure, } | { "outcome": "unknown", 
/**
 * Why.
 */
failure: Failure, } | { "outcome": "dry-run" } | { "outcome": "written" };

export type SendPhase = "reading" | "recording" | "token" | "uploading" | "confirming";

export type SendReport = { 
/**
 * The send.
 */
request_id: RequestId, 
/**
 * How it ended.
 */
outcome: SendOutcome, 
/**
 * Bytes of the whole encoded message.
 */
bytes: number, 
/**
 * How long it took, in milliseconds.
 */
millis: number, 
/**
 * Recipients in To, Cc and Bcc.
 */
recipients: number, 
/**
 * What was found before sending.
 */
findings: Array<Finding>, 
/**
 * The attachments as they went out.
 */
attachments: Array<SentAttachment>, 
/**
 * What the message would be, for a dry run: its headers.
 */
preview?: string | null, 
/**
 * Entries in the audit log after this send, and its root.
 */
audit: AuditReceipt | null, 
/**
 * How long each phase took, in order.
 */
timeline: Array<SendStep>, 
/**
 * It ended so before: this request only asked for what is known of it, and sent nothing.
 */
earlier?: boolean, };

export type SendRequest = { 
/**
 * The message.
 */
draft: Draft, 
/**
 * Which key, if there are several.
 */
key: string | null, 
/**
 * What to do with it.
 */
mode: SendMode, 
/**
 * Send even if Gmail is known to block an attachment's type.
 */
allow_blocked: boolean, };

export type SendStep = { 
/**
 * Which.
 */
phase: SendPhase, 
/**
 * How long it took, in milliseconds.
 */
millis: number, };

export type SendUnderWay = { 
/**
 * The send.
 */
request_id: RequestId, 
/**
 * Since when.
 */
since: UnixMillis, 
/**
 * The sender.
 */
sender: string, 
/**
 * The subject.
 */
subject: string, 
/**
 * Bytes handed to Google so far.
 */
sent: number, 
/**
 * Bytes in all.
 */
total: number, };

export type SentAttachment = { 
/**
 * The name its reader sees.
 */
name: string, 
/**
 * Content type.
 */
content_type: string, 
/**
 * Bytes before encoding.
 */
bytes: number, 
/**
 * SHA-256, lower-case hex.
 */
sha256: string, 
/**
 * Where the file lay.
 */
path: string | null, };

export type ServingView = { 
/**
 * Since when.
 */
since: UnixMillis, 
/**
 * Until when, if it ends by itself before the vault is locked.
 */
until: UnixMillis | null, 
/**
 * The address that it listens at.
 */
address: string, 
/**
 * Names of the members who are connected.
 */
connected: Array<string>, 
/**
 * Messages of members under way.
 */
sending: number, };

export type Settings = { 
/**
 * Lock after so many seconds without use; 0 = never. 600 by default.
 */
idle_lock_seconds: number, 
/**
 * Lock when the computer sleeps.
 */
lock_on_suspend: boolean, 
/**
 * Lock when the screen is locked.
 */
lock_on_screen_lock: boolean, 
/**
 * Keep sent messages for so many days; 0 = keep none. 90 by default.
 */
history_days: number, 
/**
 * `system`, `none` or a URL. The sandbox never uses one.
 */
proxy: string, };

export type SettingsPatch = { 
/**
 * See [`Settings::idle_lock_seconds`].
 */
idle_lock_seconds?: number | null, 
/**
 * See [`Settings::lock_on_suspend`].
 */
lock_on_suspend?: boolean | null, 
/**
 * See [`Settings::lock_on_screen_lock`].
 */
lock_on_screen_lock?: boolean | null, 
/**
 * See [`Settings::history_days`].
 */
history_days?: number | null, 
/**
 * See [`Settings::proxy`].
 */
proxy?: string | null, };

export type SharedAccepted = { 
/**
 * The host's name.
 */
name: string, 
/**
 * Why the device had stopped trusting it.
 */
alarm: string, 
/**
 * How many entries of its log the device had seen.
 */
seen: number, };

export type SharedAuditReply = { 
/**
 * The copy.
 */
path: string, 
/**
 * Fingerprint of the log's key, as the host's key vouches for it.
 */
fingerprint: string, 
/**
 * The newest size that this device has seen before.
 */
size: number | null, 
/**
 * The root then, hex.
 */
root: string | null, };

export type SharedConfirmRequest = { 
/**
 * The beginning of the host's key.
 */
host: string, 
/**
 * The address.
 */
address: string, };

export type SharedHost = { 
/**
 * The host's key, hex.
 */
host: string, 
/**
 * Its name.
 */
name: string, 
/**
 * Where it is.
 */
at: string, 
/**
 * As whom this device belongs to it.
 */
member: string, 
/**
 * In which role.
 */
role: Role, 
/**
 * Whether the second factor is set.
 */
code_set: boolean, 
/**
 * Whether it answers now; else `failure` says why not, and the rest is as it was last.
 */
reachable: boolean, 
/**
 * Why not.
 */
failure: Failure | null, 
/**
 * The keys.
 */
keys: Array<SharedKey>, 
/**
 * A warning about the host's log, such as a fork.
 */
alarm: string | null, };

export type SharedImportRequest = { 
/**
 * The beginning of the host's key.
 */
host: string, 
/**
 * The file, handed over.
 */
handle: string, 
/**
 * What to call the key; the account's name if left out.
 */
name: string | null, };

export type SharedImported = { 
/**
 * Its id at the host.
 */
id: KeyId, 
/**
 * Its name.
 */
name: string, 
/**
 * The service account.
 */
client_email: string, 
/**
 * The number that a Workspace administrator authorises.
 */
client_id: string, 
/**
 * The scopes that a Workspace administrator must authorise.
 */
scopes: Array<string>, 
/**
 * Names the file that it came from, to remove it.
 */
original: string | null, };

export type SharedKey = { 
/**
 * How requests name it: `<first 8 digits of the host's key>/<key id>`.
 */
id: string, 
/**
 * Its name.
 */
name: string, 
/**
 * The service account.
 */
client_email: string, 
/**
 * What may be done with it.
 */
grants: Array<GrantView>, };

export type SharedListReply = { 
/**
 * One for each host.
 */
hosts: Array<SharedHost>, };

export type SharedSend = { 
/**
 * The request.
 */
request: RequestId, 
/**
 * When.
 */
time: UnixMillis, 
/**
 * The sender.
 */
from: string, 
/**
 * How many recipients.
 */
recipients: number, 
/**
 * The subject.
 */
subject: string, 
/**
 * `sending`, `waiting`, `sent`, `not-sent` or `unknown`.
 */
state: string, 
/**
 * Why, if it was not sent.
 */
failure: Failure | null, 
/**
 * Google's id, once accepted.
 */
message_id: string | null, 
/**
 * Bytes of the encoded message.
 */
bytes: number, };

export type SharedSendChoice = { 
/**
 * The beginning of the host's key.
 */
host: string, 
/**
 * The request, as the host lists it or as the failure named it.
 */
request: RequestId, };

export type SharedSendRequest = { 
/**
 * The message.
 */
draft: Draft, 
/**
 * Which key, as [`SharedKey::id`].
 */
key: string, 
/**
 * Send even if Gmail is known to block an attachment's type.
 */
allow_blocked: boolean, 
/**
 * A fresh code, where the grant wants one.
 */
code: string | null, 
/**
 * The id of an earlier try of the same message, so that it is not sent twice.
 */
request: RequestId | null, };

export type SharedSendsReply = { 
/**
 * Newest first.
 */
sends: Array<SharedSend>, };

export type SourcePart = { "kind": "headers", 
/**
 * As they are.
 */
text: string, } | { "kind": "text", 
/**
 * As they are.
 */
text: string, } | { "kind": "folded", 
/**
 * Encoded bytes.
 */
bytes: number, 
/**
 * How they are encoded, such as `base64`.
 */
encoding: string, };

export type SourceView = { 
/**
 * Bytes in all.
 */
bytes: number, 
/**
 * The text, with the bytes of attachments folded away.
 */
parts: Array<SourcePart>, };

export type StatusReport = { 
/**
 * Version of the agent.
 */
version: string, 
/**
 * Process id of the agent.
 */
pid: number, 
/**
 * Which profile it serves.
 */
profile: Profile, 
/**
 * The folder with vault and log.
 */
folder: string, 
/**
 * The agent's own log file.
 */
log_file: string, 
/**
 * The vault.
 */
vault: VaultStatus, 
/**
 * Entries in the audit log, if there is one.
 */
audit: AuditStatus, 
/**
 * Sends under way.
 */
sending: number, 
/**
 * For a host on a server: its keychain items lie in files.
 */
headless?: HeadlessView, 
/**
 * Why process protection is incomplete, if it is.
 */
unprotected?: Array<string>, };

export type SupportNote = { 
/**
 * The feature: `display: flex`, `<video>`.
 */
feature: string, 
/**
 * What is known of it.
 */
note: string, };

export type TeamAtReply = { 
/**
 * What that method returns.
 */
reply: JsonValue, };

export type TeamAtRequest = { 
/**
 * The beginning of the host's key.
 */
host: string, 
/**
 * Which method: `team.show`, `team.keys`, `invite.make`, `member.approve`, …
 */
method: string, 
/**
 * What that method takes.
 */
request: JsonValue, };

export type TeamView = { 
/**
 * Members, in the order in which they joined.
 */
members: Array<MemberView>, 
/**
 * Invites that are open or wait for approval.
 */
invites: Array<InviteView>, 
/**
 * What is forbidden whatever is granted.
 */
forbids: Array<Forbid>, 
/**
 * The number of the newest signed record.
 */
epoch: number, };

export type TemplateChoice = { 
/**
 * Its handle.
 */
file: string, };

export type TemplateFillRequest = { 
/**
 * Its handle.
 */
file: string, 
/**
 * Values.
 */
variables: { [key in string]: string }, };

export type TemplateRead = { 
/**
 * Its handle, to fill it in.
 */
file: string, 
/**
 * Its name.
 */
name: string, 
/**
 * What it wants to know.
 */
variables: MessageVariables, };

export type Theme = "system" | "light" | "dark";

export type TimeZoneName = string;

export type TotpShown = { 
/**
 * `otpauth://` for the QR code.
 */
uri: string, 
/**
 * The same in base32, for typing.
 */
secret: string, };

export type Tray = "there" | "absent";

export type TypePattern = string;

export type UnattendedMade = { 
/**
 * 64 hexadecimal digits.
 */
secret: string, };

export type UnixMillis = number;

export type UnlockRequest = { 
/**
 * The passphrase.
 */
passphrase: string, 
/**
 * The six digits.
 */
code: string, 
/**
 * Try more steps: the user says that the phone's clock may be off.
 */
wide: boolean, };

export type Unlocked = { 
/**
 * The vault.
 */
info: VaultFacts, 
/**
 * When it will lock itself unless it is used.
 */
locks_at: UnixMillis | null, 
/**
 * Sends of an earlier run that were settled now, as sentences.
 */
settled?: Array<string>, };

export type VaultFacts = { 
/**
 * Its id.
 */
vault_id: VaultId, 
/**
 * Its profile.
 */
profile: Profile, 
/**
 * Fingerprint of the recovery kit's public key, as printed on the kit.
 */
kit_fingerprint: string, 
/**
 * Key derivation, for people: `Argon2id, 256 MiB, 3 passes, 4 lanes`.
 */
kdf: string, 
/**
 * Recovery codes not used yet.
 */
codes_left: number, };

export type VaultId = string;

export type VaultStatus = { "state": "absent" } | { "state": "unusable", 
/**
 * Why.
 */
failure: Failure, } | { "state": "locked", 
/**
 * What is known without opening it.
 */
info: VaultFacts, } | { "state": "unlocked", 
/**
 * What is known without opening it.
 */
info: VaultFacts, 
/**
 * Since when.
 */
since: UnixMillis, 
/**
 * When it will lock itself unless it is used.
 */
locks_at: UnixMillis | null, 
/**
 * How many keys it holds.
 */
keys: number, };

export type Verified = { "result": "unbroken", 
/**
 * Entries.
 */
entries: number, 
/**
 * When the first was written.
 */
since: UnixMillis | null, 
/**
 * The root, lower-case hex.
 */
root: string, 
/**
 * What is worth knowing all the same, as sentences.
 */
notes: Array<string>, } | { "result": "cannot-check", 
/**
 * Why.
 */
failure: Failure, } | { "result": "broken", 
/**
 * The first entry that is affected, if one can be named.
 */
entry: number | null, 
/**
 * Each check that fails, as a sentence.
 */
findings: Array<string>, };

export type VerifyProgress = { 
/**
 * Entries checked.
 */
done: number, 
/**
 * Entries in all.
 */
total: number, };

export type WatchEvent = { "event": "status", 
/**
 * The state.
 */
status: StatusReport, } | { "event": "send-began", 
/**
 * The send.
 */
request_id: RequestId, 
/**
 * The program that asked, by the kernel's word: `signet`, `signet-app`.
 */
program: string, 
/**
 * Its process id.
 */
pid: number, } | { "event": "send-ended", 
/**
 * The send.
 */
request_id: RequestId, 
/**
 * `sent`, `not-sent` or `unknown`.
 */
state: string, } | { "event": "changed", 
/**
 * `history`, `drafts`, `keys`, `settings`, `audit` or `team`.
 */
area: string, };

export type Weekday = "monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday";

export type WindowEvent = { "event": "status", 
/**
 * The state.
 */
status: StatusReport, } | { "event": "away", 
/**
 * Why.
 */
failure: Failure, } | { "event": "changed", 
/**
 * Which.
 */
area: string, } | { "event": "send-began", 
/**
 * The send.
 */
request_id: RequestId, 
/**
 * Which program.
 */
program: string, } | { "event": "send-ended", 
/**
 * The send.
 */
request_id: RequestId, 
/**
 * `sent`, `not-sent` or `unknown`.
 */
state: string, } | { "event": "hover", 
/**
 * Whether they are.
 */
over: boolean, } | { "event": "dropped", 
/**
 * Which.
 */
files: Array<FileFacts>, } | { "event": "link", 
/**
 * Its text.
 */
text: string, } | { "event": "go", 
/**
 * Where.
 */
place: string, };

export type WindowFacts = { 
/**
 * Version of the window.
 */
version: string, 
/**
 * `linux`, `macos` or `windows`.
 */
platform: string, 
/**
 * The profile it works in.
 */
profile: Profile, 
/**
 * The desktop's language and region, as BCP 47: `en-GB`. Never the page's own guess.
 */
locale: string, 
/**
 * The person's choices.
 */
prefs: Prefs, 
/**
 * Whether there is a tray to close into, and why not otherwise.
 */
tray: Tray, 
/**
 * Whether the window was started for the practice.
 */
practice: boolean, 
/**
 * Whether this is a test build: the state gallery is there.
 */
gallery: boolean, };

/** Every method that a page may call. */
export interface Methods {
  "address.parse": { request: AddressText; response: AddressesParsed; event: never };
  "agent.start": { request: Empty; response: StatusReport; event: never };
  "agent.stop": { request: Empty; response: Empty; event: never };
  "approval.decide": { request: ApprovalDecideRequest; response: Empty; event: never };
  "approval.list": { request: Empty; response: ApprovalListReply; event: never };
  "audit.anchor": { request: Empty; response: AuditAnchorReply; event: never };
  "audit.confirm-address": { request: ConfirmAddressRequest; response: ConfirmAddressReply; event: never };
  "audit.export": { request: Empty; response: MaybeFile; event: never };
  "audit.list": { request: AuditQuery; response: AuditListReply; event: never };
  "audit.verify": { request: Empty; response: Verified; event: VerifyProgress };
  "backup": { request: PageBackup; response: MaybeFile; event: never };
  "backup.list": { request: Empty; response: BackupListReply; event: never };
  "ceremony.begin": { request: CeremonyRequest; response: PageCeremonyShown; event: never };
  "ceremony.drop": { request: CeremonyId; response: Empty; event: never };
  "ceremony.finish": { request: CeremonyAnswers; response: CeremonyDone; event: never };
  "ceremony.prove": { request: CeremonyAnswers; response: CeremonyProven; event: never };
  "check": { request: CheckRequest; response: CheckReport; event: CheckStep };
  "command.show": { request: CommandWish; response: CommandLine; event: never };
  "draft.list": { request: Empty; response: DraftListReply; event: never };
  "draft.remove": { request: RowChoice; response: Removed; event: never };
  "draft.save": { request: DraftSaveRequest; response: DraftItem; event: never };
  "draft.versions": { request: RowChoice; response: DraftListReply; event: never };
  "files.look": { request: FileChoices; response: Files; event: never };
  "files.pick": { request: FilesWish; response: Files; event: never };
  "files.save": { request: SaveWish; response: MaybeFile; event: never };
  "forbid.put": { request: ForbidPutRequest; response: Empty; event: never };
  "forbid.remove": { request: GrantChoice; response: Empty; event: never };
  "grant.put": { request: GrantPutRequest; response: GrantView; event: never };
  "grant.remove": { request: GrantChoice; response: Empty; event: never };
  "history.list": { request: HistoryQuery; response: HistoryListReply; event: never };
  "history.remove": { request: HistoryRemoveRequest; response: Removed; event: never };
  "history.show": { request: RowChoice; response: HistoryItem; event: never };
  "host.init": { request: HostInitRequest; response: HostStatus; event: never };
  "host.show": { request: Empty; response: HostStatus; event: never };
  "host.start": { request: HostStartRequest; response: HostStatus; event: never };
  "host.stop": { request: Empty; response: HostStatus; event: never };
  "invite.make": { request: InviteRequest; response: PageInviteMade; event: never };
  "invite.withdraw": { request: InviteChoice; response: Empty; event: never };
  "join.begin": { request: JoinRequest; response: JoinView; event: never };
  "join.code": { request: HostChoice; response: PageTotp; event: never };
  "join.leave": { request: HostChoice; response: Empty; event: never };
  "join.prove": { request: MemberCodeProof; response: JoinView; event: never };
  "join.show": { request: HostChoice; response: JoinView; event: never };
  "key.import": { request: PageKeyImport; response: KeyImported; event: never };
  "key.list": { request: Empty; response: KeyListReply; event: never };
  "key.remove": { request: KeyChoice; response: KeyView; event: never };
  "key.remove-original": { request: PageOriginal; response: OriginalRemoved; event: never };
  "key.rename": { request: KeyRenameRequest; response: KeyView; event: never };
  "key.use": { request: KeyChoice; response: KeyUse; event: never };
  "keys.elsewhere": { request: Empty; response: KeysFound; event: never };
  "kit.print": { request: CeremonyId; response: Empty; event: never };
  "kit.save": { request: CeremonyId; response: MaybeFile; event: never };
  "lock": { request: Empty; response: Empty; event: never };
  "member.approve": { request: MemberApproveRequest; response: MemberView; event: never };
  "member.change": { request: MemberChangeRequest; response: MemberView; event: never };
  "member.refuse": { request: InviteChoice; response: Empty; event: never };
  "member.revoke": { request: MemberChoice; response: LeaverReport; event: never };
  "message.check": { request: PageMessage; response: MessageChecked; event: never };
  "message.save": { request: PageMessage; response: MaybeFile; event: never };
  "message.source": { request: PageMessage; response: SourceView; event: never };
  "passphrase.rate": { request: PassphraseToRate; response: PassphraseRating; event: never };
  "passphrase.suggest": { request: Empty; response: PassphraseSuggestion; event: never };
  "place.open": { request: Place; response: Empty; event: never };
  "policy.ask": { request: PolicyQuestion; response: PolicyAnswer; event: never };
  "practice.begin": { request: Empty; response: Practice; event: never };
  "practice.phone": { request: Empty; response: PracticeCode; event: never };
  "prefs.change": { request: PrefsPatch; response: Prefs; event: never };
  "preview.open": { request: PreviewWish; response: PreviewPlace; event: never };
  "profile.switch": { request: ProfileChoice; response: WindowFacts; event: never };
  "restore": { request: PageRestore; response: RestoreReply; event: never };
  "sandbox.attachment": { request: AttachmentChoice; response: MaybeFile; event: never };
  "sandbox.fault-add": { request: FaultWish; response: Faults; event: never };
  "sandbox.faults": { request: Empty; response: Faults; event: never };
  "sandbox.faults-clear": { request: Empty; response: Faults; event: never };
  "sandbox.inbox": { request: InboxQuery; response: Inbox; event: never };
  "sandbox.message": { request: InboxChoice; response: Delivered; event: never };
  "sandbox.new-key": { request: Empty; response: MaybeFile; event: never };
  "sandbox.start": { request: Empty; response: SandboxState; event: never };
  "sandbox.status": { request: Empty; response: SandboxState; event: never };
  "send": { request: SendRequest; response: SendReport; event: SendEvent };
  "send.cancel": { request: SendChoice; response: Empty; event: never };
  "send.list": { request: Empty; response: SendListReply; event: never };
  "send.watch": { request: SendChoice; response: SendReport; event: SendEvent };
  "settings.change": { request: SettingsPatch; response: Settings; event: never };
  "settings.show": { request: Empty; response: Settings; event: never };
  "shared.accept": { request: HostChoice; response: SharedAccepted; event: never };
  "shared.confirm-address": { request: SharedConfirmRequest; response: ConfirmAddressReply; event: never };
  "shared.import": { request: PageSharedImport; response: SharedImported; event: never };
  "shared.list": { request: Empty; response: SharedListReply; event: never };
  "shared.send": { request: SharedSendRequest; response: SendReport; event: SendEvent };
  "shared.sends": { request: HostChoice; response: SharedSendsReply; event: never };
  "shared.verify": { request: HostChoice; response: Verified; event: VerifyProgress };
  "shared.withdraw": { request: SharedSendChoice; response: Empty; event: never };
  "status": { request: Empty; response: StatusReport; event: never };
  "team.at": { request: TeamAtRequest; response: TeamAtReply; event: never };
  "team.show": { request: Empty; response: TeamView; event: never };
  "template.fill": { request: TemplateFillRequest; response: DraftFromFile; event: never };
  "template.open": { request: TemplateChoice; response: TemplateRead; event: never };
  "template.save": { request: PageMessage; response: MaybeFile; event: never };
  "unlock": { request: UnlockRequest; response: Unlocked; event: never };
  "vault.destroy": { request: DestroyRequest; response: Destroyed; event: never };
  "watch": { request: Empty; response: Empty; event: WatchEvent };
  "window.events": { request: Empty; response: Empty; event: WindowEvent };
  "window.facts": { request: Empty; response: WindowFacts; event: never };
}

/** What `team.at` takes and gives, by method. */
export interface FarMethods {
  "approval.decide": { request: ApprovalDecideRequest; response: Empty; event: never };
  "approval.list": { request: Empty; response: ApprovalListReply; event: never };
  "forbid.put": { request: ForbidPutRequest; response: Empty; event: never };
  "forbid.remove": { request: GrantChoice; response: Empty; event: never };
  "grant.put": { request: GrantPutRequest; response: GrantView; event: never };
  "grant.remove": { request: GrantChoice; response: Empty; event: never };
  "invite.make": { request: InviteRequest; response: PageInviteMade; event: never };
  "invite.withdraw": { request: InviteChoice; response: Empty; event: never };
  "member.approve": { request: MemberApproveRequest; response: MemberView; event: never };
  "member.change": { request: MemberChangeRequest; response: MemberView; event: never };
  "member.refuse": { request: InviteChoice; response: Empty; event: never };
  "member.revoke": { request: MemberChoice; response: LeaverReport; event: never };
  "policy.ask": { request: PolicyQuestion; response: PolicyAnswer; event: never };
  "team.keys": { request: Empty; response: NamedKeys; event: never };
  "team.show": { request: Empty; response: TeamView; event: never };
}

/** Every code, for maps that must be complete. */
export const CODES = [
  "internal",
  "usage",
  "unsupported",
  "wrong-passphrase-or-code",
  "code-already-used",
  "clock-off",
  "code-table-ended",
  "wrong-recovery-code",
  "wrong-kit",
  "kit-mistyped",
  "weak-passphrase",
  "set-up-proof-failed",
  "locked",
  "no-vault",
  "vault-exists",
  "set-up-expired",
  "not-found",
  "ambiguous",
  "busy",
  "keychain-missing",
  "keychain-locked",
  "keychain-not-answering",
  "keychain-lost-write",
  "keychain-item-missing",
  "keychain-failed",
  "vault-damaged",
  "vault-newer",
  "vault-rolled-back",
  "vault-parameters-refused",
  "disk-full",
  "read-only",
  "profile-mismatch",
  "backup-unreadable",
  "key-file-too-large",
  "key-file-unreadable",
  "key-file-oauth-client",
  "key-file-authorized-user",
  "key-file-external-account",
  "key-file-other-type",
  "key-file-field",
  "key-not-rsa",
  "key-too-small",
  "key-too-large",
  "key-inconsistent",
  "key-universe",
  "key-duplicate",
  "original-changed",
  "invalid-header",
  "invalid-address",
  "non-ascii-address",
  "invalid-content-type",
  "invalid-file-name",
  "no-recipient",
  "too-many-recipients",
  "attachment-missing",
  "attachment-unreadable",
  "attachment-not-file",
  "attachment-changed",
  "message-too-large",
  "blocked-type",
  "message-file-invalid",
  "missing-variable",
  "unknown-variable",
  "handle-unknown",
  "denied",
  "denied-role",
  "denied-own",
  "denied-no-grant",
  "denied-forbidden",
  "denied-sender",
  "denied-reply-to",
  "denied-recipient",
  "denied-recipient-count",
  "denied-size",
  "denied-attachment",
  "denied-subject-prefix",
  "denied-network",
  "denied-hours",
  "denied-not-yet",
  "denied-expired",
  "denied-rate",
  "code-needed",
  "approval-needed",
  "not-a-host",
  "host-address",
  "host-full",
  "invite-invalid",
  "invite-over",
  "invite-wrong",
  "words-differ",
  "not-a-member",
  "member-suspended",
  "membership-ended",
  "device-suspended",
  "session-missing",
  "member-code-wrong",
  "member-code-unset",
  "member-code-set",
  "upload-gone",
  "upload-mismatch",
  "approval-refused",
  "approval-over",
  "approval-changed",
  "host-away",
  "host-impostor",
  "host-forked",
  "record-invalid",
  "team-changed",
  "team-unknown",
  "repeated",
  "delegation-missing",
  "scope-missing",
  "sender-unknown",
  "key-refused",
  "account-disabled",
  "clock-skew",
  "admin-policy",
  "gmail-api-disabled",
  "mail-service-off",
  "scope-insufficient",
  "delegation-denied",
  "message-refused",
  "google-refused",
  "token-rejected",
  "daily-limit",
  "rate-limited",
  "google-unavailable",
  "network",
  "sandbox-away",
  "unexpected-reply",
  "interrupted",
  "send-unknown",
  "audit-unwritable",
  "audit-damaged",
  "agent-not-running",
  "agent-version",
  "agent-already-running",
  "agent-untrusted",
  "peer-refused",
  "cancelled",
] as const satisfies readonly Code[];

/** The English sentences of each code. */
export const SENTENCES: Record<Code, { what: string; remedy: string }> = {
  "internal": { what: "Signet ran into a fault of its own.", remedy: "Try again; if it happens again, report it with the log that `signet status` names." },
  "usage": { what: "That command line is not complete or not valid.", remedy: "Run the command with --help to see what it takes." },
  "unsupported": { what: "This version of Signet cannot do that.", remedy: "Look in the README under limits." },
  "wrong-passphrase-or-code": { what: "That passphrase and code do not open this vault.", remedy: "Check both and try again with the next code; nothing is erased, however often you try." },
  "code-already-used": { what: "That code has already been used.", remedy: "Wait for the next code in your authenticator app." },
  "clock-off": { what: "This computer's clock disagrees with the time this vault last saw.", remedy: "Set the clock, or add --wide if the phone's clock is the one that is off." },
  "code-table-ended": { what: "The vault was last opened over 400 days ago, so codes no longer open it.", remedy: "Open it with a recovery code and the passphrase: `signet recover --code`." },
  "wrong-recovery-code": { what: "That passphrase and recovery code do not open this vault.", remedy: "Each recovery code works once; check the list you printed and try another." },
  "wrong-kit": { what: "That recovery kit does not belong to this vault.", remedy: "Compare the fingerprint printed on the kit with the one `signet status` shows." },
  "kit-mistyped": { what: "That is not a complete recovery kit: its check characters do not match.", remedy: "Type the groups again as printed." },
  "weak-passphrase": { what: "That passphrase is too easy to guess.", remedy: "Use a longer one, for example the five words that `signet init` offers." },
  "set-up-proof-failed": { what: "The code or the kit groups typed back do not match.", remedy: "Check that the phone's clock is right and that the kit was written down, then type them again." },
  "locked": { what: "The vault is locked.", remedy: "Run `signet unlock` first." },
  "no-vault": { what: "There is no vault here yet.", remedy: "Run `signet init` to create one." },
  "vault-exists": { what: "There is a vault here already.", remedy: "Use it with `signet unlock`, or remove it with `signet vault destroy`." },
  "set-up-expired": { what: "That set-up is no longer open.", remedy: "Start again with `signet init`; nothing was created." },
  "not-found": { what: "There is no such item.", remedy: "List what there is, for example with `signet key list`." },
  "ambiguous": { what: "More than one item matches.", remedy: "Name one of them by its id." },
  "busy": { what: "Another operation is still running.", remedy: "Wait for it to finish and try again." },
  "keychain-missing": { what: "No keychain answers in this session.", remedy: "Start a Secret Service provider such as gnome-keyring or KWallet; Signet never falls back to a file." },
  "keychain-locked": { what: "The keychain is locked.", remedy: "Unlock it (on GNOME: open Passwords and Keys), then try again." },
  "keychain-not-answering": { what: "The keychain did not answer in time.", remedy: "Look for a password prompt of the keychain, or restart it, then try again." },
  "keychain-lost-write": { what: "The keychain said it stored an item, but does not have it.", remedy: "Nothing was changed; restart the keychain service and try again." },
  "keychain-item-missing": { what: "The keychain no longer has an item that this vault needs.", remedy: "If the keychain was reset or restored, open the vault with the recovery kit: `signet recover --kit`." },
  "keychain-failed": { what: "The keychain refused the request.", remedy: "Restart the keychain service and try again." },
  "vault-damaged": { what: "The vault file is damaged or was changed by something else.", remedy: "Restore a backup: `signet backup list`, then `signet restore FILE`." },
  "vault-newer": { what: "The vault was written by a newer version of Signet.", remedy: "Install that version or a later one." },
  "vault-rolled-back": { what: "The vault file is older than the keychain expects.", remedy: "Put the newer file back, or open this copy with the recovery kit: `signet recover --kit`." },
  "vault-parameters-refused": { what: "The vault file asks for key-derivation settings outside the allowed range.", remedy: "The file was changed or is not Signet's; restore a backup." },
  "disk-full": { what: "The disk is full.", remedy: "Free some space and try again; nothing was changed." },
  "read-only": { what: "The vault's folder cannot be written.", remedy: "Make it writable for your user, then try again; nothing was changed." },
  "profile-mismatch": { what: "That belongs to the other profile: sandbox and production never mix.", remedy: "Use the matching profile, with or without --sandbox." },
  "backup-unreadable": { what: "That file is not a Signet backup or is damaged.", remedy: "Choose another backup." },
  "key-file-too-large": { what: "That file is larger than 64 KiB, so it is not a service-account key.", remedy: "Choose the JSON key file that Google made." },
  "key-file-unreadable": { what: "That is not a JSON key file.", remedy: "Choose the JSON key file that Google made for the service account." },
  "key-file-oauth-client": { what: "This is an OAuth client file; it cannot send as other people.", remedy: "Make a key for a service account in the Google Cloud console under IAM, Service Accounts, Keys." },
  "key-file-authorized-user": { what: "This is a user's own login (authorized_user), not a service-account key.", remedy: "Make a key for a service account in the Google Cloud console under IAM, Service Accounts, Keys." },
  "key-file-external-account": { what: "This is a workload identity file (external_account); it holds no key.", remedy: "Make a key for a service account, or ask for keyless sending, which comes later." },
  "key-file-other-type": { what: "That credential file is of a type Signet does not know.", remedy: "Choose a file whose type is service_account." },
  "key-file-field": { what: "The key file lacks a field or has one that is not valid.", remedy: "Download the key again from the Google Cloud console." },
  "key-not-rsa": { what: "The private key in that file is not an RSA key.", remedy: "Make a new key for the service account; Google's are RSA." },
  "key-too-small": { what: "The RSA key has fewer than 2048 bits.", remedy: "Make a new key for the service account." },
  "key-too-large": { what: "The RSA key has more than 4096 bits, which not every keychain can hold.", remedy: "Make a key of 2048 bits." },
  "key-inconsistent": { what: "The private key does not match itself; the file is damaged.", remedy: "Download the key again from the Google Cloud console." },
  "key-universe": { what: "The key belongs to another Google universe than googleapis.com.", remedy: "Signet works with googleapis.com only." },
  "key-duplicate": { what: "This key is in the vault already.", remedy: "Nothing to do; `signet key list` shows it." },
  "original-changed": { what: "The file changed after it was imported, so it was not removed.", remedy: "Look at the file and remove it yourself if it is the key." },
  "invalid-header": { what: "A header value holds a line break or a NUL character.", remedy: "Remove the line break." },
  "invalid-address": { what: "That is not a valid e-mail address.", remedy: "Check the spelling." },
  "non-ascii-address": { what: "The part before the @ has characters that Gmail cannot send to.", remedy: "Ask the recipient for an address in plain letters." },
  "invalid-content-type": { what: "That is not a valid content type.", remedy: "Use the form type/subtype, for example application/pdf." },
  "invalid-file-name": { what: "That attachment name cannot be used.", remedy: "Give a name without line breaks, slashes or control characters." },
  "no-recipient": { what: "The message has no recipient.", remedy: "Add at least one address in To, Cc or Bcc." },
  "too-many-recipients": { what: "Gmail takes at most 500 recipients in one message.", remedy: "Send it in parts." },
  "attachment-missing": { what: "An attachment is not there.", remedy: "Check the path." },
  "attachment-unreadable": { what: "An attachment cannot be read.", remedy: "Check its permissions." },
  "attachment-not-file": { what: "An attachment is a folder or a device, not a file.", remedy: "Attach a file; for a folder, make an archive first." },
  "attachment-changed": { what: "An attachment changed while it was being sent, so nothing was sent.", remedy: "Wait until the file is complete and send again." },
  "message-too-large": { what: "The message is larger than Gmail's limit of 36,700,160 bytes after encoding.", remedy: "Remove or shrink an attachment, or share it by link." },
  "blocked-type": { what: "Gmail blocks attachments of that type.", remedy: "Share it by link, or add --allow-blocked to try anyway." },
  "message-file-invalid": { what: "The message file cannot be used.", remedy: "Compare it with the example in `signet send --help`." },
  "missing-variable": { what: "The message file uses a variable that was not given.", remedy: "Give it with --set name=value." },
  "unknown-variable": { what: "A variable was given that the message file does not use.", remedy: "Check the name after --set." },
  "handle-unknown": { what: "That file handle is not known or was used already.", remedy: "Open the file again." },
  "denied": { what: "The policy does not allow that.", remedy: "Ask the owner of this vault." },
  "denied-role": { what: "Your role on this host does not include that.", remedy: "Ask the host's owner if you need it." },
  "denied-own": { what: "Nobody can decide that about themselves.", remedy: "Ask the host's owner or another admin." },
  "denied-no-grant": { what: "Nothing allows you to send with this key.", remedy: "Ask the host's owner or an admin for a grant." },
  "denied-forbidden": { what: "A rule of this host forbids this message.", remedy: "Ask the host's owner; the details name the rule." },
  "denied-sender": { what: "You may not send as this address.", remedy: "Choose a sender that your grant lists." },
  "denied-reply-to": { what: "Replies may not go to that address.", remedy: "Leave Reply-To empty, or use the sender or an allowed recipient." },
  "denied-recipient": { what: "You may not send to one of these recipients.", remedy: "Remove the recipient that the details name, or ask for a wider grant." },
  "denied-recipient-count": { what: "The message has more recipients than you may write to at once.", remedy: "Send it in parts." },
  "denied-size": { what: "The message is larger than you may send.", remedy: "Remove or shrink an attachment, or share it by link." },
  "denied-attachment": { what: "You may not send an attachment of that type.", remedy: "Remove the attachment that the details name, or ask for a wider grant." },
  "denied-subject-prefix": { what: "The subject of a test message has to start with [TEST].", remedy: "Put [TEST] in front of the subject." },
  "denied-network": { what: "You may not do that from the network you are in.", remedy: "Connect from a network that your grant lists." },
  "denied-hours": { what: "You may not send at this time of the week.", remedy: "Send within the hours that your grant lists." },
  "denied-not-yet": { what: "Your grant does not apply yet.", remedy: "Wait until the date in the details." },
  "denied-expired": { what: "Your grant has ended.", remedy: "Ask the host's owner or an admin to extend it." },
  "denied-rate": { what: "You have sent as many messages as you may for now.", remedy: "Wait until the time in the details." },
  "code-needed": { what: "That needs a fresh code from your authenticator app.", remedy: "Type the current code and try again." },
  "approval-needed": { what: "That needs somebody's approval first.", remedy: "Wait for the answer; nothing was sent yet." },
  "not-a-host": { what: "This vault does not serve a team.", remedy: "Make it a host first: `signet host init`." },
  "host-address": { what: "The host cannot listen at that address.", remedy: "Choose another address or port with `signet host init --listen`, or stop what uses it." },
  "host-full": { what: "The host has no room for more uploads just now.", remedy: "Try again in a minute; nothing was sent." },
  "invite-invalid": { what: "That is not a complete invite.", remedy: "Copy the whole text again, from signet1- to its end." },
  "invite-over": { what: "That invite is not valid any more.", remedy: "Ask for a new one; each is for one person and a short time." },
  "invite-wrong": { what: "The host does not accept that invite.", remedy: "Copy the whole text again, or ask for a new one." },
  "words-differ": { what: "Those are not the words on the other screen.", remedy: "If they truly differ, refuse: somebody else may have the invite." },
  "not-a-member": { what: "This device does not belong to that team.", remedy: "Ask the owner for an invite." },
  "member-suspended": { what: "Your membership is suspended.", remedy: "Ask the host's owner." },
  "membership-ended": { what: "Your membership has ended.", remedy: "Ask the host's owner for a new invite if you need it; `signet join leave` forgets this host." },
  "device-suspended": { what: "This device is suspended: a second copy of its key may exist.", remedy: "Ask the host's owner to confirm this device." },
  "session-missing": { what: "The connection has not been opened as a member.", remedy: "Connect again." },
  "member-code-wrong": { what: "That code is not right, or was used before.", remedy: "Wait for the next code in your authenticator app; after five wrong ones you have to wait a while." },
  "member-code-unset": { what: "Your code with this host is not set up yet.", remedy: "Set it up first: `signet join code`." },
  "member-code-set": { what: "Your code with this host is set up already.", remedy: "If you lost it, ask the host's owner to reset it." },
  "upload-gone": { what: "The host no longer has this upload.", remedy: "Send again; nothing was sent." },
  "upload-mismatch": { what: "What arrived at the host is not what was announced.", remedy: "Send again; nothing was sent." },
  "approval-refused": { what: "The message was not approved; nothing was sent.", remedy: "Ask whoever decided, then send again." },
  "approval-over": { what: "Nobody approved the message in time; nothing was sent.", remedy: "Ask for approval and send again." },
  "approval-changed": { what: "That is not the message that waits.", remedy: "Look at it again, then decide." },
  "host-away": { what: "The host does not answer.", remedy: "Ask its owner whether it is serving, or check the network." },
  "host-impostor": { what: "Another machine answers at the host's address.", remedy: "Do not go on; ask the host's owner whether the address is right." },
  "host-forked": { what: "The host's log contradicts what this device has seen before.", remedy: "Do not send; tell the host's owner, and keep this device as evidence." },
  "record-invalid": { what: "A record of the team is not valid.", remedy: "Do not rely on it; tell the host's owner." },
  "team-changed": { what: "The team has changed, so that does not fit any more.", remedy: "Look at the team again, then repeat the change if it is still needed." },
  "team-unknown": { what: "There is no such member, device, grant or rule.", remedy: "List the team and use an id from there." },
  "repeated": { what: "This request was made before.", remedy: "Look at how it ended; it is not done a second time." },
  "delegation-missing": { what: "The Workspace administrator has not authorised this service account.", remedy: "Ask the administrator to add the client id with the scope in the Admin console under Security, API controls, Domain-wide delegation; it can take up to 24 hours." },
  "scope-missing": { what: "The service account is authorised, but not for the scope that sending needs.", remedy: "Ask the administrator to add the scope to the client id's entry." },
  "sender-unknown": { what: "Google does not know that sender in this Workspace domain.", remedy: "Check the sender's address; it must be a user, not a group or an alias." },
  "key-refused": { what: "Google refuses this key: it is disabled, deleted or expired.", remedy: "Look at the key in the Google Cloud console, make a new one and import it." },
  "account-disabled": { what: "The service account is disabled or deleted.", remedy: "Enable it in the Google Cloud console." },
  "clock-skew": { what: "Google refuses the request because this computer's clock is wrong.", remedy: "Set the clock and try again." },
  "admin-policy": { what: "A policy of the Workspace administrator forbids this.", remedy: "Ask the administrator." },
  "gmail-api-disabled": { what: "The Gmail API is not enabled in the key's Google Cloud project.", remedy: "Enable it in the Google Cloud console, wait a few minutes and try again." },
  "mail-service-off": { what: "That user has no Gmail mailbox.", remedy: "Choose a sender who has Gmail, or ask the administrator to turn it on." },
  "scope-insufficient": { what: "Google says that the token lacks the scope for sending.", remedy: "Ask the administrator to authorise the scope gmail.send for the client id." },
  "delegation-denied": { what: "Google denies access to that mailbox.", remedy: "Check that the sender is the mailbox's own address." },
  "message-refused": { what: "Google refuses the message.", remedy: "Google's own words are in the details; correct the message and send again." },
  "google-refused": { what: "Google refuses the request.", remedy: "Google's own words are in the details." },
  "token-rejected": { what: "Google rejects the access token.", remedy: "Try again; if it stays, check the key with `signet check`." },
  "daily-limit": { what: "The sender's or the project's daily limit is used up.", remedy: "Wait up to 24 hours, or use another sender." },
  "rate-limited": { what: "Google asks to send more slowly.", remedy: "Wait a little and send again; nothing was sent." },
  "google-unavailable": { what: "Google answers with a server error.", remedy: "Try again in a few minutes; nothing was sent." },
  "network": { what: "Google cannot be reached from this computer.", remedy: "Check the connection and the proxy setting; nothing was sent." },
  "sandbox-away": { what: "The sandbox does not answer.", remedy: "Start it with `signet sandbox start`." },
  "unexpected-reply": { what: "Something other than Google answered.", remedy: "Check for a proxy or a sign-in page of the network." },
  "interrupted": { what: "The send was interrupted before it was complete; nothing was sent.", remedy: "Send it again." },
  "send-unknown": { what: "The message may or may not have been sent.", remedy: "Look in the sender's Sent folder before you send it again." },
  "audit-unwritable": { what: "The audit log cannot be written, so nothing was sent.", remedy: "Free space or make the folder writable; locking, status and backup still work." },
  "audit-damaged": { what: "The audit log does not verify.", remedy: "Run `signet audit verify` to see which check fails, and keep a copy of the file." },
  "agent-not-running": { what: "The agent is not running.", remedy: "Start it with `signet agent start`." },
  "agent-version": { what: "The agent that is running is of another version.", remedy: "Stop it with `signet agent stop`, then try again." },
  "agent-already-running": { what: "Another agent already uses this vault.", remedy: "Use that one, or stop it with `signet agent stop`." },
  "agent-untrusted": { what: "The socket does not belong to you, so nothing was sent to it.", remedy: "Remove the socket and start the agent again." },
  "peer-refused": { what: "The agent serves its own user only.", remedy: "Run the command as the user who owns the vault." },
  "cancelled": { what: "Cancelled; nothing was sent.", remedy: "Send it again whenever you like." },
};
