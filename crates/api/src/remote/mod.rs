//! What crosses the link between a member's agent and a host. The same shape as the local table; who asks
//! is known from the TLS key, never from a body.
//!
//! Beside the table: `POST /v1/part/<request>/<part>?at=<offset>` takes the bytes of an attachment, and
//! `POST /v1/audit-copy` answers with the bytes of the log, for auditors.

mod wire;

pub use wire::*;

use crate::methods;
use crate::wire::{
    ApprovalDecideRequest, ApprovalListReply, ConfirmAddressReply, ConfirmAddressRequest, Empty,
    InviteChoice, InviteMade, InviteRequest, LeaverReport, MemberChoice, MemberView, PolicyAnswer,
    PolicyQuestion, SendEvent, SharedSendsReply, TeamView,
};

methods! { for_each_remote_method $
    /// Asks to join: the proof of an invite, bound to this connection.
    EnrolProve = "enrol.prove", Stranger, EnrolProof => EnrolView;
    /// How joining stands.
    EnrolState = "enrol.state", Stranger, Empty => EnrolView;

    /// Presents the device's join state; the first request of a member's connection.
    SessionOpen = "session.open", Stranger, SessionRequest => SessionView;
    /// Makes the member's second factor with the host, unless one is proven.
    CodeBegin = "code.begin", Device, Empty => CodeSecret;
    /// Proves it.
    CodeProve = "code.prove", Device, CodeProof => Empty;

    /// What this member may use.
    KeysShared = "keys.shared", Device, Empty => SharedKeysReply;
    /// Whether the member may send a message like that.
    PolicyCheck = "policy.check", Device, PolicyQuestion => PolicyAnswer;
    /// Asks to send: the message without its attachments' bytes. Decided before anything is uploaded.
    SendBegin = "send.begin", Device, Manifest => UploadView;
    /// Sends it, once every part has arrived. Decided again on the final bytes.
    SendCommit = "send.commit", Device, CommitRequest => RemoteReport, while SendEvent;
    /// How a request stands.
    SendState = "send.state", Device, RequestChoice => RequestView;
    /// Gives up an upload.
    SendDrop = "send.drop", Device, RequestChoice => Empty;
    /// The member's own sends, newest first.
    SendsOwn = "sends.own", Device, Empty => SharedSendsReply;

    /// Messages that wait for approval.
    ApprovalsWaiting = "approvals.waiting", Device, Empty => ApprovalListReply;
    /// Answers one.
    ApprovalsDecide = "approvals.decide", Device, ApprovalDecideRequest => Empty;

    /// The newest checkpoint, consistent with the one that the device has.
    CheckpointShow = "checkpoint.show", Device, CheckpointRequest => CheckpointView;
    /// The device's signature on a checkpoint.
    CheckpointCosign = "checkpoint.cosign", Device, Cosignature => Empty;

    /// The team, for an admin.
    TeamLook = "team.look", Device, Empty => TeamView;
    /// The signed records from an epoch on: the newest is what the next one builds on.
    TeamRecords = "team.records", Device, RecordsRequest => RecordsView;
    /// One more record, signed by the admin's device.
    TeamAppend = "team.append", Device, RecordBytes => Empty;
    /// What a custodian's device seals key files to.
    ImportKeyShow = "import.key", Device, Empty => ImportKeyView;
    /// A key file, sealed to the host: it goes in, and never comes out.
    ImportSealed = "import.sealed", Device, SealedKey => NamedKey;
    /// Whether an address is in the log, for an auditor. On record, and so often a minute.
    AuditConfirm = "audit.confirm", Device, ConfirmAddressRequest => ConfirmAddressReply;
    /// What the host's keys are called, for an admin who grants.
    TeamKeys = "team.keys", Device, Empty => NamedKeys;
    /// Invites somebody, for an admin.
    TeamInvite = "team.invite", Device, InviteRequest => InviteMade;
    /// Takes an invite back.
    TeamWithdraw = "team.withdraw", Device, InviteChoice => Empty;
    /// Who waits behind an invite, for the records that let them in.
    TeamApplicant = "team.applicant", Device, InviteChoice => ApplicantView;
    /// Lets in who waits: words, a fresh code of the admin's, and the records, signed.
    TeamAdmit = "team.admit", Device, AdmitRequest => MemberView;
    /// Refuses who waits.
    TeamRefuse = "team.refuse", Device, InviteChoice => Empty;
    /// Lets a member set up the second factor anew.
    TeamResetCode = "team.reset-code", Device, MemberChoice => Empty;
    /// What a member leaves behind.
    TeamLeaver = "team.leaver", Device, MemberChoice => LeaverReport;
    /// May somebody send this?
    TeamAsk = "team.ask", Device, PolicyQuestion => PolicyAnswer;
}
