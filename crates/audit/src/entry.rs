//! What one entry says. [`Draft`] is what the agent writes, [`Entry`] what is read back.

use serde::Serialize;
use signet_core::{Action, Code, EmailAddress, RequestId, Role, UnixMillis};

/// Who asked: the SHA-256 of the public key that the channel authenticated, or nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Actor(Option<[u8; 32]>);

impl Actor {
    /// A caller whom nothing authenticated.
    pub const NOBODY: Self = Self(None);

    /// The holder of the key with this SHA-256.
    pub const fn key_hash(hash: [u8; 32]) -> Self {
        Self(Some(hash))
    }

    /// The 32 bytes, unless it is nobody.
    pub const fn as_bytes(&self) -> Option<&[u8; 32]> {
        self.0.as_ref()
    }
}

/// What was decided, or how it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Allowed and complete in itself: no further entry follows.
    Allowed,
    /// Allowed and about to begin. Durable before the first effect; an outcome with the same request
    /// id follows.
    Intent,
    /// Not allowed, and why.
    Refused(Code),
    /// The outcome of an intent: it happened, once.
    Done,
    /// The outcome of an intent: it did not happen, and why.
    Failed(Code),
    /// The outcome of an intent: nobody can tell, and why.
    Unknown(Code),
}

impl Verdict {
    /// The name used in the log: `allowed`, `intent`, `refused`, `done`, `failed` or `unknown`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Intent => "intent",
            Self::Refused(_) => "refused",
            Self::Done => "done",
            Self::Failed(_) => "failed",
            Self::Unknown(_) => "unknown",
        }
    }

    /// The reason that goes with it.
    pub const fn reason(self) -> Option<Code> {
        match self {
            Self::Allowed | Self::Intent | Self::Done => None,
            Self::Refused(code) | Self::Failed(code) | Self::Unknown(code) => Some(code),
        }
    }
}

/// An entry to be written. Start with [`Draft::new`] and set what applies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// When, by the agent's clock.
    pub time: UnixMillis,
    /// Who asked.
    pub actor: Actor,
    /// In which role; none for a caller whom nothing authenticated.
    pub role: Option<Role>,
    /// What for.
    pub action: Action,
    /// On what: a key id, a setting's name, a backup's name. Empty if there is nothing to name.
    pub target: String,
    /// What was decided, or how it ended.
    pub verdict: Verdict,
    /// How many alike events this entry stands for (refusals are counted, see [`crate::Throttle`]).
    pub count: u64,
    /// Domains of the recipients, sorted, each once.
    pub recipient_domains: Vec<String>,
    /// Keyed HMAC of each recipient's address, sorted.
    pub recipient_hmacs: Vec<[u8; 32]>,
    /// Size of the message after encoding, in bytes.
    pub bytes: Option<u64>,
    /// Keyed HMAC of each attachment's SHA-256, in the order of the message.
    pub attachment_hmacs: Vec<[u8; 32]>,
    /// The message's own `Message-ID`, or Google's id in an outcome.
    pub message_id: Option<String>,
    /// The request: ties intent and outcome together.
    pub request: Option<RequestId>,
    /// The epoch of the policy that decided; 0 until there are grants.
    pub policy_epoch: u64,
}

impl Draft {
    /// A draft with nothing but the five facts that every entry has.
    pub const fn new(
        time: UnixMillis,
        actor: Actor,
        role: Option<Role>,
        action: Action,
        verdict: Verdict,
    ) -> Self {
        Self {
            time,
            actor,
            role,
            action,
            target: String::new(),
            verdict,
            count: 1,
            recipient_domains: Vec::new(),
            recipient_hmacs: Vec::new(),
            bytes: None,
            attachment_hmacs: Vec::new(),
            message_id: None,
            request: None,
            policy_epoch: 0,
        }
    }

    /// The same about that target.
    #[must_use]
    pub fn target(mut self, target: impl Into<String>) -> Self {
        self.target = target.into();
        self
    }

    /// The same for that request.
    #[must_use]
    pub const fn request(mut self, request: RequestId) -> Self {
        self.request = Some(request);
        self
    }

    /// The same with these recipients: their domains in the clear, their addresses as `hmac` of
    /// [`address_text`], both sorted so that they do not show who was To and who was Bcc.
    #[must_use]
    pub fn recipients<'a>(
        mut self,
        addresses: impl IntoIterator<Item = &'a EmailAddress>,
        hmac: impl Fn(&[u8]) -> [u8; 32],
    ) -> Self {
        for address in addresses {
            self.recipient_domains.push(address.domain().to_owned());
            self.recipient_hmacs.push(hmac(address_text(address).as_bytes()));
        }
        self.recipient_domains.sort_unstable();
        self.recipient_domains.dedup();
        self.recipient_hmacs.sort_unstable();
        self.recipient_hmacs.dedup();
        self
    }
}

/// The text of an address that its HMAC is taken of: all lower-case, so that a search finds it in
/// any spelling.
pub fn address_text(address: &EmailAddress) -> String {
    address.as_str().to_ascii_lowercase()
}

/// An entry as read. Names are texts, so that entries of a newer version remain readable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Its place in the log, from 0.
    pub seq: u64,
    /// When, by the agent's clock.
    pub time: UnixMillis,
    /// SHA-256 of the actor's public key in hex; none if nothing authenticated the caller.
    pub actor: Option<String>,
    /// The role's name.
    pub role: Option<String>,
    /// The action's name.
    pub action: String,
    /// What it was about; may be empty.
    pub target: String,
    /// `allowed`, `intent`, `refused`, `done`, `failed` or `unknown`.
    pub decision: String,
    /// The code of the reason.
    pub reason: Option<String>,
    /// How many alike events it stands for.
    pub count: u64,
    /// Domains of the recipients.
    pub recipient_domains: Vec<String>,
    /// HMACs of the recipients' addresses, in hex.
    pub recipient_hmacs: Vec<String>,
    /// Size of the message after encoding, in bytes.
    pub bytes: Option<u64>,
    /// HMACs of the attachments, in hex.
    pub attachment_hmacs: Vec<String>,
    /// Message id.
    pub message_id: Option<String>,
    /// The request.
    pub request: Option<RequestId>,
    /// The epoch of the policy.
    pub policy_epoch: u64,
}
