//! The method table: the one place where a method is declared.

use crate::methods;
#[allow(clippy::wildcard_imports)] // the table names nearly every wire type
use crate::wire::*;

methods! { $
    /// What state agent, vault, keychain and log are in.
    Status = "status", Anyone, Empty => StatusReport;
    /// Follows state and sends until the caller goes away.
    Watch = "watch", Anyone, Empty => Empty, while WatchEvent;
    /// Stops the agent; an unlocked vault is locked first.
    AgentStop = "agent.stop", Anyone, Empty => Empty;

    /// Begins what shows new secrets and asks for proof: set-up, renewals, recovery.
    CeremonyBegin = "ceremony.begin", Anyone, CeremonyRequest => CeremonyShown;
    /// The groups of the kit, for a terminal; a window never asks for them.
    CeremonyKitShow = "ceremony.kit-show", Anyone, CeremonyId => KitGroups;
    /// Writes the kit as a PDF to an open file.
    CeremonyKitWrite = "ceremony.kit-write", Anyone, KitWriteRequest => Empty;
    /// Proves a code or groups ahead of the end; what is proven need not be given again.
    CeremonyProve = "ceremony.prove", Anyone, CeremonyAnswers => CeremonyProven;
    /// Ends it with the proofs; only now anything changes.
    CeremonyFinish = "ceremony.finish", Anyone, CeremonyAnswers => CeremonyDone;
    /// Gives it up; nothing has changed.
    CeremonyDrop = "ceremony.drop", Anyone, CeremonyId => Empty;
    /// Offers a passphrase of five words.
    PassphraseSuggest = "passphrase.suggest", Anyone, Empty => PassphraseSuggestion;
    /// Rates a passphrase from 0 to 4.
    PassphraseRate = "passphrase.rate", Anyone, PassphraseToRate => PassphraseRating;

    /// Opens the vault.
    Unlock = "unlock", Anyone, UnlockRequest => Unlocked;
    /// Closes the vault and forgets every key and token.
    Lock = "lock", Anyone, Empty => Empty;

    /// Imports a service-account key from a descriptor.
    KeyImport = "key.import", Unlocked, KeyImportRequest => KeyImported;
    /// Removes the file a key was imported from, if it is still the same.
    KeyRemoveOriginal = "key.remove-original", Anyone, RemoveOriginalRequest => OriginalRemoved;
    /// Lists the keys.
    KeyList = "key.list", Unlocked, Empty => KeyListReply;
    /// Renames a key.
    KeyRename = "key.rename", Unlocked, KeyRenameRequest => KeyView;
    /// Removes a key from vault and keychain.
    KeyRemove = "key.remove", Unlocked, KeyChoice => KeyView;

    /// How a key has been used.
    KeyUseShow = "key.use", Unlocked, KeyChoice => KeyUse;

    /// Walks clock, keychain, key, token and delegation, and sends nothing.
    Check = "check", Unlocked, CheckRequest => CheckReport, while CheckStep;

    /// Reads addresses as people paste them.
    AddressParse = "address.parse", Anyone, AddressText => AddressesParsed;
    /// Looks at a message without building or sending it.
    MessageCheck = "message.check", Unlocked, MessageCheckRequest => MessageChecked;
    /// Names the variables of a message file.
    MessageVariablesList = "message.variables", Anyone, MessageFileRequest => MessageVariables;
    /// Writes a draft as a message file.
    MessageWrite = "message.write", Unlocked, MessageWriteRequest => MessageFileText;
    /// Reads a message file with variables into a draft.
    MessageRead = "message.read", Anyone, MessageFileRequest => MessageFileReply;
    /// Sends a message, or shows or writes what would be sent.
    Send = "send", Unlocked, SendRequest => SendReport, while SendEvent;
    /// Lists the sends under way.
    SendList = "send.list", Unlocked, Empty => SendListReply;
    /// Follows a send that another client started.
    SendWatch = "send.watch", Unlocked, SendChoice => SendReport, while SendEvent;
    /// Cancels a send; what Google has already accepted stays sent.
    SendCancel = "send.cancel", Anyone, SendChoice => Empty;

    /// Lists what was sent, newest first.
    HistoryList = "history.list", Unlocked, HistoryQuery => HistoryListReply;
    /// Shows one sent message with its result.
    HistoryShow = "history.show", Unlocked, RowChoice => HistoryItem;
    /// Forgets one sent message, or all of them.
    HistoryRemove = "history.remove", Unlocked, HistoryRemoveRequest => Removed;
    /// Saves a draft.
    DraftSave = "draft.save", Unlocked, DraftSaveRequest => DraftItem;
    /// Lists the drafts, newest first.
    DraftList = "draft.list", Unlocked, Empty => DraftListReply;
    /// Lists the earlier versions of a draft, newest first; at most ten, for 7 days.
    DraftVersions = "draft.versions", Unlocked, RowChoice => DraftListReply;
    /// Removes a draft.
    DraftRemove = "draft.remove", Unlocked, RowChoice => Removed;

    /// Lists the audit log, newest first.
    AuditList = "audit.list", Anyone, AuditQuery => AuditListReply;
    /// Where the log is and what is remembered of it, for a verification by the client.
    AuditAnchor = "audit.anchor", Anyone, Empty => AuditAnchorReply;
    /// Says whether an address is in the log; the question is itself recorded.
    AuditConfirmAddress = "audit.confirm-address", Unlocked, ConfirmAddressRequest => ConfirmAddressReply;

    /// Shows the settings.
    SettingsShow = "settings.show", Unlocked, Empty => Settings;
    /// Changes settings.
    SettingsChange = "settings.change", Unlocked, SettingsPatch => Settings;

    /// Writes a backup.
    Backup = "backup", Anyone, BackupRequest => BackupView;
    /// Lists the rolling backups.
    BackupList = "backup.list", Anyone, Empty => BackupListReply;
    /// Puts a backup in place of the vault.
    Restore = "restore", Anyone, RestoreRequest => RestoreReply;
    /// Removes the vault and everything it has in the keychain.
    VaultDestroy = "vault.destroy", Anyone, DestroyRequest => Destroyed;

    /// Whether and how this vault serves a team.
    HostShow = "host.show", Unlocked, Empty => HostStatus;
    /// Makes this vault a host.
    HostInit = "host.init", Unlocked, HostInitRequest => HostStatus;
    /// Begins to serve the team.
    HostStart = "host.start", Unlocked, HostStartRequest => HostStatus;
    /// Stops serving; connections are closed.
    HostStop = "host.stop", Unlocked, Empty => HostStatus;
    /// Lets the machine open the host's vault with nobody there; gives the secret for it, once.
    HostUnattendedEnable = "host.unattended-enable", Unlocked, OwnerCode => UnattendedMade;
    /// Ends that.
    HostUnattendedDisable = "host.unattended-disable", Unlocked, OwnerCode => HostStatus;
    /// The team: members, devices, grants, invites.
    TeamShow = "team.show", Unlocked, Empty => TeamView;
    /// Makes an invite.
    InviteMake = "invite.make", Unlocked, InviteRequest => InviteMade;
    /// Takes an invite back.
    InviteWithdraw = "invite.withdraw", Unlocked, InviteChoice => Empty;
    /// Accepts whoever has proven to have an invite.
    MemberApprove = "member.approve", Unlocked, MemberApproveRequest => MemberView;
    /// Refuses whoever has proven to have an invite.
    MemberRefuse = "member.refuse", Unlocked, InviteChoice => Empty;
    /// Changes a member or a device.
    MemberUpdate = "member.change", Unlocked, MemberChangeRequest => MemberView;
    /// Ends a membership: devices, grants and connections at once.
    MemberRevoke = "member.revoke", Unlocked, MemberChoice => LeaverReport;
    /// Makes or changes a grant.
    GrantPut = "grant.put", Unlocked, GrantPutRequest => GrantView;
    /// Ends a grant.
    GrantRemove = "grant.remove", Unlocked, GrantChoice => Empty;
    /// Makes or changes a forbid.
    ForbidPut = "forbid.put", Unlocked, ForbidPutRequest => Empty;
    /// Ends a forbid.
    ForbidRemove = "forbid.remove", Unlocked, GrantChoice => Empty;
    /// May somebody send this? Answers with the rule that decides.
    PolicyAsk = "policy.ask", Unlocked, PolicyQuestion => PolicyAnswer;
    /// The same methods at the host of somebody else, for its admins.
    TeamAt = "team.at", Anyone, TeamAtRequest => TeamAtReply;
    /// Messages that wait for approval.
    ApprovalList = "approval.list", Unlocked, Empty => ApprovalListReply;
    /// Answers one.
    ApprovalDecide = "approval.decide", Unlocked, ApprovalDecideRequest => Empty;

    /// Asks to join a team, with an invite.
    JoinBegin = "join.begin", Anyone, JoinRequest => JoinView;
    /// How joining stands; asks the host.
    JoinShow = "join.show", Anyone, HostChoice => JoinView;
    /// Shows the secret of the second factor with the host, until it is proven.
    JoinCode = "join.code", Anyone, HostChoice => MemberCodeShown;
    /// Proves the second factor.
    JoinProve = "join.prove", Anyone, MemberCodeProof => JoinView;
    /// Leaves a team, or gives up joining: this device forgets its key.
    JoinLeave = "join.leave", Anyone, HostChoice => Empty;
    /// What others share with this device.
    SharedList = "shared.list", Anyone, Empty => SharedListReply;
    /// Sends a message through the host that has the key.
    SharedSend = "shared.send", Anyone, SharedSendRequest => SendReport, while SendEvent;
    /// Own sends through a host, newest first.
    SharedSends = "shared.sends", Anyone, HostChoice => SharedSendsReply;
    /// Takes an own message back that waits for approval.
    SharedWithdraw = "shared.withdraw", Anyone, SharedSendChoice => Empty;
    /// Trusts a host again whose log or records contradict what this device has seen.
    SharedAccept = "shared.accept", Anyone, HostChoice => SharedAccepted;
    /// Copies the host's log to this machine, for an auditor's `verify`.
    SharedAudit = "shared.audit", Anyone, HostChoice => SharedAuditReply;
    /// Whether an address is in a host's log, for auditors.
    SharedConfirm = "shared.confirm-address", Anyone, SharedConfirmRequest => ConfirmAddressReply;
    /// Seals a key file to a host, for custodians.
    SharedImport = "shared.import", Anyone, SharedImportRequest => SharedImported;
}
