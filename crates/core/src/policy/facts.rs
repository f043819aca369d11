//! What a decision looks at: the message, the moment, and who asks.

use std::fmt;

use crate::{ContentType, EmailAddress, FileName, GrantId, KeyId, MemberId, Role, Source, UnixMillis};

/// The message that is about to be sent, as it was parsed from what is about to be sent.
#[derive(Clone, Copy, Debug)]
pub struct Envelope<'a> {
    /// The key it is to be sent with.
    pub key: KeyId,
    /// The mailbox that the key is used for.
    pub sub: &'a EmailAddress,
    /// The `From` address.
    pub from: &'a EmailAddress,
    /// The addresses in Reply-To.
    pub reply_to: &'a [EmailAddress],
    /// Every address in To, Cc and Bcc.
    pub recipients: &'a [EmailAddress],
    /// The subject, decoded.
    pub subject: &'a str,
    /// How many bytes the encoded message has.
    pub bytes: u64,
    /// Name and declared type of each attachment.
    pub attachments: &'a [(FileName, ContentType)],
    /// The SHA-256 of the final bytes; none while they are not final. Only an approval looks at it.
    pub digest: Option<[u8; 32]>,
}

/// When it is, and what came before.
#[derive(Clone, Copy)]
pub struct Moment<'a> {
    /// The time.
    pub now: UnixMillis,
    /// When the member last gave a code.
    pub code: LastCode,
    /// What a grant's budget has been charged already.
    pub used: &'a dyn Fn(GrantId) -> Used,
    /// The approval of this message, if somebody gave one.
    pub approved: Option<Approved>,
}

/// When the member last gave a valid code of the second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LastCode {
    /// Not since the host knows them.
    Never,
    /// Then.
    At(UnixMillis),
    /// Together with this very send.
    WithThisSend,
}

/// How many messages a grant's budget has been charged in the minute and the day that now is in, and
/// when room will be free again where the host can tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Used {
    /// Messages in this minute.
    pub minute: u32,
    /// Messages in this day.
    pub day: u32,
    /// When a message of this minute no longer counts.
    pub minute_free_at: Option<UnixMillis>,
    /// When a message of this day no longer counts.
    pub day_free_at: Option<UnixMillis>,
}

/// An approval that [`crate::decide_approval`] let somebody give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Approved {
    /// Under which grant.
    pub grant: GrantId,
    /// The SHA-256 of the bytes that were shown and approved.
    pub digest: [u8; 32],
}

/// A member who sends, or about whom is asked.
#[derive(Clone, Copy, Debug)]
pub struct Applicant<'a> {
    /// Who.
    pub member: MemberId,
    /// Their role.
    pub role: Role,
    /// Their own address, by the record.
    pub address: Option<&'a EmailAddress>,
}

/// A message of which not everything is known yet: what is none could be anything.
#[derive(Clone, Copy)]
pub struct Question<'a> {
    /// The key it is to be sent with.
    pub key: KeyId,
    /// Where the request will come from; none: from some network.
    pub source: Option<Source>,
    /// The mailbox that the key is used for.
    pub sub: Option<&'a EmailAddress>,
    /// The `From` address.
    pub from: Option<&'a EmailAddress>,
    /// The addresses in Reply-To.
    pub reply_to: Option<&'a [EmailAddress]>,
    /// Every address in To, Cc and Bcc.
    pub recipients: Option<&'a [EmailAddress]>,
    /// The subject.
    pub subject: Option<&'a str>,
    /// How many bytes the encoded message has.
    pub bytes: Option<u64>,
    /// Name and declared type of each attachment.
    pub attachments: Option<&'a [(FileName, ContentType)]>,
    /// The time.
    pub now: Option<UnixMillis>,
    /// When the member last gave a code.
    pub code: Option<LastCode>,
    /// What a grant's budget has been charged already.
    pub used: Option<&'a dyn Fn(GrantId) -> Used>,
}

impl<'a> Question<'a> {
    /// Nothing known but the key.
    pub const fn about(key: KeyId) -> Self {
        Self {
            key,
            source: None,
            sub: None,
            from: None,
            reply_to: None,
            recipients: None,
            subject: None,
            bytes: None,
            attachments: None,
            now: None,
            code: None,
            used: None,
        }
    }

    /// Everything known about the message; nothing about when and from where it will be sent.
    pub const fn of(envelope: &Envelope<'a>) -> Self {
        Self {
            sub: Some(envelope.sub),
            from: Some(envelope.from),
            reply_to: Some(envelope.reply_to),
            recipients: Some(envelope.recipients),
            subject: Some(envelope.subject),
            bytes: Some(envelope.bytes),
            attachments: Some(envelope.attachments),
            ..Self::about(envelope.key)
        }
    }

    /// The same at that moment, from there. Approvals are left out: they are not a condition's facts.
    #[must_use]
    pub const fn at(self, moment: &Moment<'a>, source: Source) -> Self {
        Self {
            source: Some(source),
            now: Some(moment.now),
            code: Some(moment.code),
            used: Some(moment.used),
            ..self
        }
    }
}

impl fmt::Debug for Moment<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Moment").field("now", &self.now).field("code", &self.code).finish_non_exhaustive()
    }
}
