//! What a page may call beyond the agent's own methods. Where a name is in both tables, this row is
//! what a page gets: paths become handles, and what a page must not see stays behind.

use signet_api::methods;
#[allow(clippy::wildcard_imports)] // the table names nearly every wire type
use signet_api::wire::*;

#[allow(clippy::wildcard_imports)]
use crate::wire::*;

methods! { $
    /// What the window is: version, profile, preferences.
    WindowFactsShow = "window.facts", Anyone, Empty => WindowFacts;
    /// Follows what happens around the page: state, drops, links, sends of others.
    WindowEvents = "window.events", Anyone, Empty => Empty, while WindowEvent;
    /// Changes preferences of the window; they are known before any vault is open.
    PrefsChange = "prefs.change", Anyone, PrefsPatch => Prefs;
    /// Goes over to the other profile.
    ProfileSwitch = "profile.switch", Anyone, ProfileChoice => WindowFacts;
    /// Starts the agent, or a current one in place of an older one that holds no open vault.
    AgentStart = "agent.start", Anyone, Empty => StatusReport;
    /// Opens one of the fixed places outside the window.
    PlaceOpen = "place.open", Anyone, Place => Empty;
    /// The same action as a line for a terminal.
    CommandShow = "command.show", Anyone, CommandWish => CommandLine;

    /// Asks for files with the system's dialog.
    FilesPick = "files.pick", Anyone, FilesWish => Files;
    /// Asks where to write a file, with the system's dialog.
    FilesSave = "files.save", Anyone, SaveWish => MaybeFile;
    /// Looks at files again.
    FilesLook = "files.look", Anyone, FileChoices => Files;

    /// Begins what shows new secrets; the kit's groups stay behind.
    CeremonyBegin = "ceremony.begin", Anyone, CeremonyRequest => PageCeremonyShown;
    /// Asks where to keep the kit, and has the agent write it there.
    KitSave = "kit.save", Anyone, CeremonyId => MaybeFile;
    /// Opens the kit in the system's viewer, from a folder in memory, to be printed.
    KitPrint = "kit.print", Anyone, CeremonyId => Empty;

    /// Makes the sandbox vault of the practice: its passphrase and phone are the window's.
    PracticeBegin = "practice.begin", Anyone, Empty => Practice;
    /// The practice's phone; none if this vault is not a practice.
    PracticePhone = "practice.phone", Anyone, Empty => PracticeCode;

    /// Imports a key file.
    KeyImport = "key.import", Unlocked, PageKeyImport => KeyImported;
    /// Removes the file it came from, if it is still the same.
    KeyRemoveOriginal = "key.remove-original", Anyone, PageOriginal => OriginalRemoved;
    /// Looks in a folder that the person picks for more key files.
    KeysElsewhere = "keys.elsewhere", Unlocked, Empty => KeysFound;

    /// Looks at a message before it is sent.
    MessageCheck = "message.check", Unlocked, PageMessage => MessageChecked;
    /// The exact bytes that would be sent, with attachments folded.
    MessageSource = "message.source", Unlocked, PageMessage => SourceView;
    /// Writes the exact bytes to a file that the person picks.
    MessageSave = "message.save", Unlocked, PageMessage => MaybeFile;
    /// Reads a message file that the person picked.
    TemplateOpen = "template.open", Unlocked, TemplateChoice => TemplateRead;
    /// Fills in a message file.
    TemplateFill = "template.fill", Unlocked, TemplateFillRequest => DraftFromFile;
    /// Writes a draft as a message file that the person picks.
    TemplateSave = "template.save", Unlocked, PageMessage => MaybeFile;
    /// Puts HTML behind an address of its own, to be shown in a frame that can do nothing.
    PreviewOpen = "preview.open", Unlocked, PreviewWish => PreviewPlace;

    /// Sends a message; attachments by handle.
    Send = "send", Unlocked, SendRequest => SendReport, while SendEvent;
    /// Saves a draft; attachments by handle.
    DraftSave = "draft.save", Unlocked, DraftSaveRequest => DraftItem;
    /// Lists the drafts; attachments by handle.
    DraftList = "draft.list", Unlocked, Empty => DraftListReply;
    /// Lists the earlier versions of a draft; attachments by handle.
    DraftVersions = "draft.versions", Unlocked, RowChoice => DraftListReply;
    /// Shows one sent message; attachments by handle.
    HistoryShow = "history.show", Unlocked, RowChoice => HistoryItem;

    /// Verifies the log in this process, without the agent's word.
    AuditVerify = "audit.verify", Anyone, Empty => Verified, while VerifyProgress;
    /// Writes the log to a file that the person picks, one JSON object a line.
    AuditExport = "audit.export", Anyone, Empty => MaybeFile;

    /// Makes an invite, with its link drawn.
    InviteMake = "invite.make", Unlocked, InviteRequest => PageInviteMade;
    /// Does one of an admin's methods at a host of somebody else.
    TeamAt = "team.at", Anyone, TeamAtRequest => TeamAtReply;
    /// Shows the secret of the second factor with a host, drawn, until it is proven.
    JoinCode = "join.code", Anyone, HostChoice => PageTotp;
    /// Sends a message through the host that has the key; attachments by handle.
    SharedSend = "shared.send", Anyone, SharedSendRequest => SendReport, while SendEvent;
    /// Seals a key file to a host, as a custodian.
    SharedImport = "shared.import", Anyone, PageSharedImport => SharedImported;
    /// Copies a host's log and verifies it in this process, without the host's word.
    SharedVerify = "shared.verify", Anyone, HostChoice => Verified, while VerifyProgress;

    /// Writes a backup to a file that the person picks, or a rolling one.
    Backup = "backup", Anyone, PageBackup => MaybeFile;
    /// Puts a backup in place of the vault.
    Restore = "restore", Anyone, PageRestore => RestoreReply;

    /// The sandbox: whether it runs, since when.
    SandboxStatus = "sandbox.status", Anyone, Empty => SandboxState;
    /// Starts it unless it runs.
    SandboxStart = "sandbox.start", Anyone, Empty => SandboxState;
    /// Makes a key file that the sandbox knows, and hands it over like a picked one.
    SandboxNewKey = "sandbox.new-key", Anyone, Empty => MaybeFile;
    /// Its inbox, newest first.
    SandboxInbox = "sandbox.inbox", Anyone, InboxQuery => Inbox;
    /// One delivered message.
    SandboxMessage = "sandbox.message", Anyone, InboxChoice => Delivered;
    /// Writes an attachment of a delivered message to a file that the person picks.
    SandboxAttachment = "sandbox.attachment", Anyone, AttachmentChoice => MaybeFile;
    /// The faults there are and those set.
    SandboxFaults = "sandbox.faults", Anyone, Empty => Faults;
    /// Makes the sandbox fail.
    SandboxFaultAdd = "sandbox.fault-add", Anyone, FaultWish => Faults;
    /// Puts an end to faults.
    SandboxFaultsClear = "sandbox.faults-clear", Anyone, Empty => Faults;
}

/// Methods of the agent that a page never gets.
pub const WITHHELD: &[&str] = &[
    "ceremony.kit-show",
    "ceremony.kit-write",
    "host.unattended-disable",
    "host.unattended-enable",
    "message.read",
    "message.variables",
    "message.write",
    "shared.audit",
];
