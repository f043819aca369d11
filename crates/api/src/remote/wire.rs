//! The types that cross the link. Bytes are lower-case hex.

use serde::{Deserialize, Serialize};
use signet_core::{EmailAddress, KeyId, MemberId, RequestId, Role, UnixMillis};

use crate::wire::{Draft, GrantWish, InviteStateView, SendReport, SharedKey, WireSecret};

/// The proof of an invite.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnrolProof {
    /// The invite's id, 8 bytes.
    pub invite: String,
    /// HMAC over the ids, both keys and the connection's exporter, 32 bytes.
    pub proof: String,
    /// What the device is called.
    pub device: String,
}

/// How joining stands.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EnrolView {
    /// The host's name.
    pub host: String,
    /// Which state.
    pub state: InviteStateView,
    /// As whom, once approved.
    pub member: Option<String>,
    /// In which role, once approved.
    pub role: Option<Role>,
}

/// The join state of a device.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionRequest {
    /// What the host gave last, 32 bytes; none on the first connection.
    pub state: Option<String>,
    /// The size of the log that the device has seen.
    pub seen: u64,
}

/// An open session.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SessionView {
    /// What to present next time, 32 bytes; stored before anything else is done.
    pub next: String,
    /// The host's name.
    pub host: String,
    /// The member.
    pub member: MemberId,
    /// The member's name.
    pub name: String,
    /// The member's role.
    pub role: Role,
    /// Whether the second factor is set.
    pub code_set: bool,
    /// The owner's public key, which signs the team's records: 32 bytes.
    pub owner: String,
    /// The number of the newest record.
    pub epoch: u64,
}

/// The secret of the second factor. Given until one code of it is proven.
#[derive(Debug, Serialize, Deserialize)]
pub struct CodeSecret {
    /// `otpauth://…`.
    pub uri: WireSecret,
    /// The same in base32.
    pub secret: WireSecret,
}

/// A code.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeProof {
    /// Six digits.
    pub code: String,
}

/// What a member may use.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SharedKeysReply {
    /// The keys; [`SharedKey::id`] is the key's id at the host.
    pub keys: Vec<SharedKey>,
}

/// A message without its attachments' bytes.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The request, made by the client; the same one for a retry.
    pub request: RequestId,
    /// With which key.
    pub key: KeyId,
    /// The message; its attachments have no handle and no path.
    pub draft: Draft,
    /// Size and hash of each attachment, in the draft's order.
    pub parts: Vec<PartFacts>,
    /// Send even if Gmail is known to block an attachment's type.
    pub allow_blocked: bool,
    /// A fresh code, where the grant wants one.
    #[serde(default)]
    pub code: Option<String>,
}

/// An attachment that is to come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartFacts {
    /// Bytes.
    pub bytes: u64,
    /// SHA-256, 32 bytes.
    pub sha256: String,
}

/// What is still to be uploaded.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UploadView {
    /// For each part, how many bytes the host has.
    pub have: Vec<u64>,
    /// Whether the message will wait for approval.
    pub needs_approval: bool,
}

/// Sends what was uploaded.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommitRequest {
    /// The request.
    pub request: RequestId,
    /// The size of the log that the device has seen.
    pub seen: u64,
}

/// How a send through a host ended, with what the log says of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RemoteReport {
    /// How it ended. None if it waits for approval.
    pub report: Option<SendReport>,
    /// The checkpoint that covers its entries.
    pub checkpoint: Option<CheckpointView>,
    /// The entry of its outcome; of its intent, if the outcome could not be recorded.
    #[serde(default)]
    pub entry: Option<ProvenEntry>,
}

/// An entry of the log, with the proof that a checkpoint covers it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProvenEntry {
    /// Its place.
    pub seq: u64,
    /// Its bytes.
    pub entry: String,
    /// Inclusion in the checkpoint's tree (RFC 6962), 32 bytes each.
    pub proof: Vec<String>,
}

/// Chooses a request.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestChoice {
    /// The request.
    pub request: RequestId,
    /// The size of the log that the device has seen.
    #[serde(default)]
    pub seen: u64,
}

/// How a request stands.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RequestView {
    /// The name under which the host lists it.
    pub request: RequestId,
    /// `unknown-request`, `uploading`, `waiting`, `sending` or `ended`.
    pub state: String,
    /// How it ended.
    pub report: Option<SendReport>,
    /// The checkpoint that covers the entry of its intent, if there was one.
    #[serde(default)]
    pub checkpoint: Option<CheckpointView>,
    /// That entry.
    #[serde(default)]
    pub entry: Option<ProvenEntry>,
}

/// Asks for the newest checkpoint.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckpointRequest {
    /// The size of the log that the device has seen.
    pub seen: u64,
    /// Another size that it was shown meanwhile, to be continued by the same checkpoint.
    #[serde(default)]
    pub also: Option<u64>,
}

/// A checkpoint of the log.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CheckpointView {
    /// The signed note (C2SP tlog-checkpoint).
    pub note: String,
    /// Entries.
    pub size: u64,
    /// Root, 32 bytes.
    pub root: String,
    /// The public key that signs it, 32 bytes.
    pub key: String,
    /// Consistency with the size that the device named (RFC 6962), 32 bytes each.
    pub consistency: Vec<String>,
    /// The same with the other size that it named.
    #[serde(default)]
    pub also: Vec<String>,
    /// The newest cosignatures of the other devices.
    pub cosignatures: Vec<Cosignature>,
}

/// A device's signature on a checkpoint: it has seen this size and root.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cosignature {
    /// The device's public key, 32 bytes.
    pub key: String,
    /// Entries.
    pub size: u64,
    /// Root, 32 bytes.
    pub root: String,
    /// What the checkpoint said of the team's records.
    #[serde(default)]
    pub records: Option<RecordsNamed>,
    /// Ed25519 over `signet1/witness`, origin, size, root and records, 64 bytes.
    pub signature: String,
    /// Consistency of that size with the newest checkpoint; empty in a request.
    #[serde(default)]
    pub consistency: Vec<String>,
}

/// How far the team's records had come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordsNamed {
    /// How many there were.
    pub epoch: u64,
    /// SHA-256 of the newest, 32 bytes.
    pub head: String,
}

/// Asks for signed records.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordsRequest {
    /// From this epoch on.
    pub from: u64,
}

/// Signed records, in order.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RecordsView {
    /// Each as its bytes.
    pub records: Vec<String>,
    /// Whether there are more.
    pub more: bool,
}

/// One signed record.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordBytes {
    /// Its bytes.
    pub record: String,
}

/// The host's keys by name.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct NamedKeys {
    /// Each once.
    pub keys: Vec<NamedKey>,
}

/// A key as whoever grants it sees it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct NamedKey {
    /// Id.
    pub id: KeyId,
    /// Name.
    pub name: String,
    /// The service account.
    pub client_email: String,
}

/// Who waits behind an invite, and as what they were invited.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ApplicantView {
    /// The new member's name.
    pub name: String,
    /// The member's own address, if known.
    pub address: Option<EmailAddress>,
    /// Role.
    pub role: Role,
    /// What is granted at once.
    pub grants: Vec<GrantWish>,
    /// When membership ends by itself.
    pub not_after: Option<UnixMillis>,
    /// Whose other device it is; none for a new member.
    pub member: Option<MemberId>,
    /// The public key of the device that waits, 32 bytes.
    pub key: String,
    /// What that device is called.
    pub device: String,
}

/// Lets in who waits behind an invite.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdmitRequest {
    /// The invite's id, 8 bytes.
    pub id: String,
    /// The three words of the other screen, as heard.
    pub words: [String; 3],
    /// A fresh code of the admin's own with the host.
    pub code: String,
    /// The record of the member or the device, then one for each grant, each signed by the admin's device.
    pub records: Vec<String>,
}

/// What key files are sealed to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ImportKeyView {
    /// X25519, 32 bytes.
    pub key: String,
}

/// A key file, sealed.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealedKey {
    /// What the seal is bound to, beside the device.
    pub request: RequestId,
    /// What to call the key; the account's name if left out.
    pub name: Option<String>,
    /// The sealed file.
    pub sealed: String,
}
