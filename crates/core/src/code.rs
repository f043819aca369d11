//! The one table of error codes. The window and scripts switch on these, never on text.

use crate::Kind;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $kind:ident, $what:literal, $remedy:literal;)*) => {
        #[allow(clippy::doc_markdown, reason = "the docs are the sentences that users read")]
        /// A stable error code: `as_str` is what crosses the wire and what scripts compare.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
        pub enum Code { $(#[doc = $what] #[cfg_attr(feature = "bindings", ts(rename = $text))] $name,)* }

        impl Code {
            /// Every code, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The stable text of the code.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// The kind, which decides the exit code.
            pub const fn kind(self) -> Kind {
                match self { $(Self::$name => Kind::$kind,)* }
            }

            /// One sentence for the user: what happened.
            pub const fn what(self) -> &'static str {
                match self { $(Self::$name => $what,)* }
            }

            /// One sentence for the user: what to do.
            pub const fn remedy(self) -> &'static str {
                match self { $(Self::$name => $remedy,)* }
            }
        }
    };
}

codes! {
    // Signet itself
    Internal = "internal", Internal, "Signet ran into a fault of its own.", "Try again; if it happens again, report it with the log that `signet status` names.";
    Usage = "usage", Usage, "That command line is not complete or not valid.", "Run the command with --help to see what it takes.";
    Unsupported = "unsupported", Usage, "This version of Signet cannot do that.", "Look in the README under limits.";

    // Secrets
    WrongSecret = "wrong-passphrase-or-code", Secret, "That passphrase and code do not open this vault.", "Check both and try again with the next code; nothing is erased, however often you try.";
    CodeUsed = "code-already-used", Secret, "That code has already been used.", "Wait for the next code in your authenticator app.";
    ClockOff = "clock-off", Secret, "This computer's clock disagrees with the time this vault last saw.", "Set the clock, or add --wide if the phone's clock is the one that is off.";
    TableEnded = "code-table-ended", Secret, "The vault was last opened over 400 days ago, so codes no longer open it.", "Open it with a recovery code and the passphrase: `signet recover --code`.";
    WrongRecoveryCode = "wrong-recovery-code", Secret, "That passphrase and recovery code do not open this vault.", "Each recovery code works once; check the list you printed and try another.";
    WrongKit = "wrong-kit", Secret, "That recovery kit does not belong to this vault.", "Compare the fingerprint printed on the kit with the one `signet status` shows.";
    KitMistyped = "kit-mistyped", Secret, "That is not a complete recovery kit: its check characters do not match.", "Type the groups again as printed.";
    WeakPassphrase = "weak-passphrase", Secret, "That passphrase is too easy to guess.", "Use a longer one, for example the five words that `signet init` offers.";
    ProofFailed = "set-up-proof-failed", Secret, "The code or the kit groups typed back do not match.", "Check that the phone's clock is right and that the kit was written down, then type them again.";

    // State
    Locked = "locked", State, "The vault is locked.", "Run `signet unlock` first.";
    NoVault = "no-vault", State, "There is no vault here yet.", "Run `signet init` to create one.";
    VaultExists = "vault-exists", State, "There is a vault here already.", "Use it with `signet unlock`, or remove it with `signet vault destroy`.";
    SetupExpired = "set-up-expired", State, "That set-up is no longer open.", "Start again with `signet init`; nothing was created.";
    NotFound = "not-found", State, "There is no such item.", "List what there is, for example with `signet key list`.";
    Ambiguous = "ambiguous", State, "More than one item matches.", "Name one of them by its id.";
    Busy = "busy", State, "Another operation is still running.", "Wait for it to finish and try again.";

    // Keychain
    KeychainMissing = "keychain-missing", Keychain, "No keychain answers in this session.", "Start a Secret Service provider such as gnome-keyring or KWallet; Signet never falls back to a file.";
    KeychainLocked = "keychain-locked", Keychain, "The keychain is locked.", "Unlock it (on GNOME: open Passwords and Keys), then try again.";
    KeychainHung = "keychain-not-answering", Keychain, "The keychain did not answer in time.", "Look for a password prompt of the keychain, or restart it, then try again.";
    KeychainLostWrite = "keychain-lost-write", Keychain, "The keychain said it stored an item, but does not have it.", "Nothing was changed; restart the keychain service and try again.";
    KeychainItemMissing = "keychain-item-missing", Keychain, "The keychain no longer has an item that this vault needs.", "If the keychain was reset or restored, open the vault with the recovery kit: `signet recover --kit`.";
    KeychainFailed = "keychain-failed", Keychain, "The keychain refused the request.", "Restart the keychain service and try again.";

    // Vault file
    VaultDamaged = "vault-damaged", Vault, "The vault file is damaged or was changed by something else.", "Restore a backup: `signet backup list`, then `signet restore FILE`.";
    VaultNewer = "vault-newer", Vault, "The vault was written by a newer version of Signet.", "Install that version or a later one.";
    VaultRolledBack = "vault-rolled-back", Vault, "The vault file is older than the keychain expects.", "Put the newer file back, or open this copy with the recovery kit: `signet recover --kit`.";
    VaultParameters = "vault-parameters-refused", Vault, "The vault file asks for key-derivation settings outside the allowed range.", "The file was changed or is not Signet's; restore a backup.";
    DiskFull = "disk-full", Vault, "The disk is full.", "Free some space and try again; nothing was changed.";
    ReadOnly = "read-only", Vault, "The vault's folder cannot be written.", "Make it writable for your user, then try again; nothing was changed.";
    ProfileMismatch = "profile-mismatch", Vault, "That belongs to the other profile: sandbox and production never mix.", "Use the matching profile, with or without --sandbox.";
    BackupUnreadable = "backup-unreadable", Vault, "That file is not a Signet backup or is damaged.", "Choose another backup.";

    // Key files
    KeyFileTooLarge = "key-file-too-large", Input, "That file is larger than 64 KiB, so it is not a service-account key.", "Choose the JSON key file that Google made.";
    KeyFileUnreadable = "key-file-unreadable", Input, "That is not a JSON key file.", "Choose the JSON key file that Google made for the service account.";
    KeyFileOauthClient = "key-file-oauth-client", Input, "This is an OAuth client file; it cannot send as other people.", "Make a key for a service account in the Google Cloud console under IAM, Service Accounts, Keys.";
    KeyFileAuthorizedUser = "key-file-authorized-user", Input, "This is a user's own login (authorized_user), not a service-account key.", "Make a key for a service account in the Google Cloud console under IAM, Service Accounts, Keys.";
    KeyFileExternalAccount = "key-file-external-account", Input, "This is a workload identity file (external_account); it holds no key.", "Make a key for a service account, or ask for keyless sending, which comes later.";
    KeyFileOtherType = "key-file-other-type", Input, "That credential file is of a type Signet does not know.", "Choose a file whose type is service_account.";
    KeyFileField = "key-file-field", Input, "The key file lacks a field or has one that is not valid.", "Download the key again from the Google Cloud console.";
    KeyNotRsa = "key-not-rsa", Input, "The private key in that file is not an RSA key.", "Make a new key for the service account; Google's are RSA.";
    KeyTooSmall = "key-too-small", Input, "The RSA key has fewer than 2048 bits.", "Make a new key for the service account.";
    KeyTooLarge = "key-too-large", Input, "The RSA key has more than 4096 bits, which not every keychain can hold.", "Make a key of 2048 bits.";
    KeyInconsistent = "key-inconsistent", Input, "The private key does not match itself; the file is damaged.", "Download the key again from the Google Cloud console.";
    KeyUniverse = "key-universe", Input, "The key belongs to another Google universe than googleapis.com.", "Signet works with googleapis.com only.";
    KeyDuplicate = "key-duplicate", Input, "This key is in the vault already.", "Nothing to do; `signet key list` shows it.";
    OriginalChanged = "original-changed", Input, "The file changed after it was imported, so it was not removed.", "Look at the file and remove it yourself if it is the key.";

    // Messages
    InvalidHeader = "invalid-header", Input, "A header value holds a line break or a NUL character.", "Remove the line break.";
    InvalidAddress = "invalid-address", Input, "That is not a valid e-mail address.", "Check the spelling.";
    NonAsciiAddress = "non-ascii-address", Input, "The part before the @ has characters that Gmail cannot send to.", "Ask the recipient for an address in plain letters.";
    InvalidContentType = "invalid-content-type", Input, "That is not a valid content type.", "Use the form type/subtype, for example application/pdf.";
    InvalidFileName = "invalid-file-name", Input, "That attachment name cannot be used.", "Give a name without line breaks, slashes or control characters.";
    NoRecipient = "no-recipient", Input, "The message has no recipient.", "Add at least one address in To, Cc or Bcc.";
    TooManyRecipients = "too-many-recipients", Input, "Gmail takes at most 500 recipients in one message.", "Send it in parts.";
    AttachmentMissing = "attachment-missing", Input, "An attachment is not there.", "Check the path.";
    AttachmentUnreadable = "attachment-unreadable", Input, "An attachment cannot be read.", "Check its permissions.";
    AttachmentNotFile = "attachment-not-file", Input, "An attachment is a folder or a device, not a file.", "Attach a file; for a folder, make an archive first.";
    AttachmentChanged = "attachment-changed", Input, "An attachment changed while it was being sent, so nothing was sent.", "Wait until the file is complete and send again.";
    MessageTooLarge = "message-too-large", Input, "The message is larger than Gmail's limit of 36,700,160 bytes after encoding.", "Remove or shrink an attachment, or share it by link.";
    BlockedType = "blocked-type", Input, "Gmail blocks attachments of that type.", "Share it by link, or add --allow-blocked to try anyway.";
    MessageFile = "message-file-invalid", Input, "The message file cannot be used.", "Compare it with the example in `signet send --help`.";
    MissingVariable = "missing-variable", Input, "The message file uses a variable that was not given.", "Give it with --set name=value.";
    UnknownVariable = "unknown-variable", Input, "A variable was given that the message file does not use.", "Check the name after --set.";
    HandleUnknown = "handle-unknown", Input, "That file handle is not known or was used already.", "Open the file again.";

    // Policy
    Denied = "denied", Policy, "The policy does not allow that.", "Ask the owner of this vault.";
    DeniedRole = "denied-role", Policy, "Your role on this host does not include that.", "Ask the host's owner if you need it.";
    DeniedOwn = "denied-own", Policy, "Nobody can decide that about themselves.", "Ask the host's owner or another admin.";
    DeniedNoGrant = "denied-no-grant", Policy, "Nothing allows you to send with this key.", "Ask the host's owner or an admin for a grant.";
    DeniedForbidden = "denied-forbidden", Policy, "A rule of this host forbids this message.", "Ask the host's owner; the details name the rule.";
    DeniedSender = "denied-sender", Policy, "You may not send as this address.", "Choose a sender that your grant lists.";
    DeniedReplyTo = "denied-reply-to", Policy, "Replies may not go to that address.", "Leave Reply-To empty, or use the sender or an allowed recipient.";
    DeniedRecipient = "denied-recipient", Policy, "You may not send to one of these recipients.", "Remove the recipient that the details name, or ask for a wider grant.";
    DeniedRecipientCount = "denied-recipient-count", Policy, "The message has more recipients than you may write to at once.", "Send it in parts.";
    DeniedSize = "denied-size", Policy, "The message is larger than you may send.", "Remove or shrink an attachment, or share it by link.";
    DeniedAttachment = "denied-attachment", Policy, "You may not send an attachment of that type.", "Remove the attachment that the details name, or ask for a wider grant.";
    DeniedSubjectPrefix = "denied-subject-prefix", Policy, "The subject of a test message has to start with [TEST].", "Put [TEST] in front of the subject.";
    DeniedNetwork = "denied-network", Policy, "You may not do that from the network you are in.", "Connect from a network that your grant lists.";
    DeniedHours = "denied-hours", Policy, "You may not send at this time of the week.", "Send within the hours that your grant lists.";
    DeniedNotYet = "denied-not-yet", Policy, "Your grant does not apply yet.", "Wait until the date in the details.";
    DeniedExpired = "denied-expired", Policy, "Your grant has ended.", "Ask the host's owner or an admin to extend it.";
    DeniedRate = "denied-rate", Policy, "You have sent as many messages as you may for now.", "Wait until the time in the details.";
    CodeNeeded = "code-needed", Policy, "That needs a fresh code from your authenticator app.", "Type the current code and try again.";
    ApprovalNeeded = "approval-needed", Policy, "That needs somebody's approval first.", "Wait for the answer; nothing was sent yet.";

    HostNone = "not-a-host", State, "This vault does not serve a team.", "Make it a host first: `signet host init`.";
    HostAddress = "host-address", State, "The host cannot listen at that address.", "Choose another address or port with `signet host init --listen`, or stop what uses it.";
    HostFull = "host-full", Temporary, "The host has no room for more uploads just now.", "Try again in a minute; nothing was sent.";
    InviteInvalid = "invite-invalid", Input, "That is not a complete invite.", "Copy the whole text again, from signet1- to its end.";
    InviteOver = "invite-over", Policy, "That invite is not valid any more.", "Ask for a new one; each is for one person and a short time.";
    InviteWrong = "invite-wrong", Policy, "The host does not accept that invite.", "Copy the whole text again, or ask for a new one.";
    WordsDiffer = "words-differ", Policy, "Those are not the words on the other screen.", "If they truly differ, refuse: somebody else may have the invite.";
    NotMember = "not-a-member", Policy, "This device does not belong to that team.", "Ask the owner for an invite.";
    MemberSuspended = "member-suspended", Policy, "Your membership is suspended.", "Ask the host's owner.";
    MemberEnded = "membership-ended", Policy, "Your membership has ended.", "Ask the host's owner for a new invite if you need it; `signet join leave` forgets this host.";
    DeviceSuspended = "device-suspended", Policy, "This device is suspended: a second copy of its key may exist.", "Ask the host's owner to confirm this device.";
    SessionMissing = "session-missing", Policy, "The connection has not been opened as a member.", "Connect again.";
    MemberCodeWrong = "member-code-wrong", Secret, "That code is not right, or was used before.", "Wait for the next code in your authenticator app; after five wrong ones you have to wait a while.";
    MemberCodeUnset = "member-code-unset", State, "Your code with this host is not set up yet.", "Set it up first: `signet join code`.";
    MemberCodeSet = "member-code-set", State, "Your code with this host is set up already.", "If you lost it, ask the host's owner to reset it.";
    UploadGone = "upload-gone", Temporary, "The host no longer has this upload.", "Send again; nothing was sent.";
    UploadMismatch = "upload-mismatch", Input, "What arrived at the host is not what was announced.", "Send again; nothing was sent.";
    ApprovalRefused = "approval-refused", Policy, "The message was not approved; nothing was sent.", "Ask whoever decided, then send again.";
    ApprovalOver = "approval-over", Policy, "Nobody approved the message in time; nothing was sent.", "Ask for approval and send again.";
    ApprovalChanged = "approval-changed", Policy, "That is not the message that waits.", "Look at it again, then decide.";
    HostAway = "host-away", Temporary, "The host does not answer.", "Ask its owner whether it is serving, or check the network.";
    HostImpostor = "host-impostor", Policy, "Another machine answers at the host's address.", "Do not go on; ask the host's owner whether the address is right.";
    HostForked = "host-forked", Audit, "The host's log contradicts what this device has seen before.", "Do not send; tell the host's owner, and keep this device as evidence.";
    RecordInvalid = "record-invalid", Audit, "A record of the team is not valid.", "Do not rely on it; tell the host's owner.";
    TeamChanged = "team-changed", State, "The team has changed, so that does not fit any more.", "Look at the team again, then repeat the change if it is still needed.";
    TeamUnknown = "team-unknown", Input, "There is no such member, device, grant or rule.", "List the team and use an id from there.";
    Repeated = "repeated", State, "This request was made before.", "Look at how it ended; it is not done a second time.";

    // Google: what a person has to change
    DelegationMissing = "delegation-missing", Google, "The Workspace administrator has not authorised this service account.", "Ask the administrator to add the client id with the scope in the Admin console under Security, API controls, Domain-wide delegation; it can take up to 24 hours.";
    ScopeMissing = "scope-missing", Google, "The service account is authorised, but not for the scope that sending needs.", "Ask the administrator to add the scope to the client id's entry.";
    SenderUnknown = "sender-unknown", Google, "Google does not know that sender in this Workspace domain.", "Check the sender's address; it must be a user, not a group or an alias.";
    KeyRefused = "key-refused", Google, "Google refuses this key: it is disabled, deleted or expired.", "Look at the key in the Google Cloud console, make a new one and import it.";
    AccountDisabled = "account-disabled", Google, "The service account is disabled or deleted.", "Enable it in the Google Cloud console.";
    ClockSkew = "clock-skew", Google, "Google refuses the request because this computer's clock is wrong.", "Set the clock and try again.";
    AdminPolicy = "admin-policy", Google, "A policy of the Workspace administrator forbids this.", "Ask the administrator.";
    GmailDisabled = "gmail-api-disabled", Google, "The Gmail API is not enabled in the key's Google Cloud project.", "Enable it in the Google Cloud console, wait a few minutes and try again.";
    MailServiceOff = "mail-service-off", Google, "That user has no Gmail mailbox.", "Choose a sender who has Gmail, or ask the administrator to turn it on.";
    ScopeInsufficient = "scope-insufficient", Google, "Google says that the token lacks the scope for sending.", "Ask the administrator to authorise the scope gmail.send for the client id.";
    DelegationDenied = "delegation-denied", Google, "Google denies access to that mailbox.", "Check that the sender is the mailbox's own address.";
    MessageRefused = "message-refused", Google, "Google refuses the message.", "Google's own words are in the details; correct the message and send again.";
    GoogleRefused = "google-refused", Google, "Google refuses the request.", "Google's own words are in the details.";
    TokenRejected = "token-rejected", Google, "Google rejects the access token.", "Try again; if it stays, check the key with `signet check`.";
    DailyLimit = "daily-limit", Google, "The sender's or the project's daily limit is used up.", "Wait up to 24 hours, or use another sender.";

    // Google: what may pass
    RateLimited = "rate-limited", Temporary, "Google asks to send more slowly.", "Wait a little and send again; nothing was sent.";
    GoogleUnavailable = "google-unavailable", Temporary, "Google answers with a server error.", "Try again in a few minutes; nothing was sent.";
    Network = "network", Temporary, "Google cannot be reached from this computer.", "Check the connection and the proxy setting; nothing was sent.";
    SandboxAway = "sandbox-away", Temporary, "The sandbox does not answer.", "Start it with `signet sandbox start`.";
    UnexpectedReply = "unexpected-reply", Temporary, "Something other than Google answered.", "Check for a proxy or a sign-in page of the network.";
    Interrupted = "interrupted", Temporary, "The send was interrupted before it was complete; nothing was sent.", "Send it again.";
    SendUnknown = "send-unknown", Unknown, "The message may or may not have been sent.", "Look in the sender's Sent folder before you send it again.";

    // Audit
    AuditUnwritable = "audit-unwritable", Audit, "The audit log cannot be written, so nothing was sent.", "Free space or make the folder writable; locking, status and backup still work.";
    AuditDamaged = "audit-damaged", Audit, "The audit log does not verify.", "Run `signet audit verify` to see which check fails, and keep a copy of the file.";

    // Agent
    AgentAway = "agent-not-running", Agent, "The agent is not running.", "Start it with `signet agent start`.";
    AgentVersion = "agent-version", Agent, "The agent that is running is of another version.", "Stop it with `signet agent stop`, then try again.";
    AgentElsewhere = "agent-already-running", Agent, "Another agent already uses this vault.", "Use that one, or stop it with `signet agent stop`.";
    AgentUntrusted = "agent-untrusted", Agent, "The socket does not belong to you, so nothing was sent to it.", "Remove the socket and start the agent again.";
    PeerRefused = "peer-refused", Agent, "The agent serves its own user only.", "Run the command as the user who owns the vault.";

    // The user
    Cancelled = "cancelled", Cancelled, "Cancelled; nothing was sent.", "Send it again whenever you like.";
}

impl Code {
    /// The code with that text, if there is one.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.as_str() == text)
    }
}

impl serde::Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> serde::Deserialize<'de> for Code {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        // A newer agent may know more codes; the client still shows its sentences.
        Ok(Self::parse(&text).unwrap_or(Self::Internal))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_code_is_distinct_and_speaks_in_sentences() {
        let mut seen = BTreeSet::new();
        for code in Code::ALL {
            assert!(seen.insert(code.as_str()), "{code:?} twice");
            assert_eq!(Code::parse(code.as_str()), Some(*code));
            for sentence in [code.what(), code.remedy()] {
                assert!(sentence.ends_with('.'), "{code:?}: {sentence}");
                assert!(sentence.starts_with(char::is_uppercase), "{code:?}: {sentence}");
            }
        }
    }
}
