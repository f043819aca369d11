//! `policy.ask`: may somebody send this?

use serde::{Deserialize, Serialize};
use signet_core::{EmailAddress, Failure, GrantId, KeyId, MemberId, UnixMillis};

/// A question about a message that nobody sends.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct PolicyQuestion {
    /// Who would send.
    pub member: MemberId,
    /// With which key.
    pub key: KeyId,
    /// As whom.
    pub from: EmailAddress,
    /// To whom: To, Cc and Bcc.
    pub recipients: Vec<EmailAddress>,
    /// Where answers go, if not to the sender.
    #[serde(default)]
    pub reply_to: Vec<EmailAddress>,
    /// Subject.
    #[serde(default)]
    pub subject: String,
    /// Bytes of the encoded message.
    #[serde(default)]
    pub bytes: u64,
    /// Names of attachments.
    #[serde(default)]
    pub attachments: Vec<String>,
    /// From which address; unknown if none is given.
    #[serde(default)]
    pub network: Option<std::net::IpAddr>,
    /// When; now if none is given.
    #[serde(default)]
    pub at: Option<UnixMillis>,
}

/// The answer, and which rule decides.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct PolicyAnswer {
    /// `allow`, `deny`, `needs-approval` or `depends`.
    pub decision: String,
    /// The grant that decides, if one does.
    pub grant: Option<GrantId>,
    /// Why not, or what is missing.
    pub failure: Option<Failure>,
    /// What each grant says.
    pub findings: Vec<GrantFindingView>,
}

/// What one grant says to a question.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct GrantFindingView {
    /// Which.
    pub grant: GrantId,
    /// The grant as one sentence.
    pub sentence: String,
    /// Names of the conditions that do not hold.
    pub failing: Vec<String>,
    /// Names of the conditions that cannot be judged before the message is sent.
    pub unknown: Vec<String>,
}
