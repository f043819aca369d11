//! Whether one condition of one grant holds; whether one forbid matches.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::once::Facts;
use super::recipient::is_same;
use super::send::TEST_PREFIX;
use crate::{
    Applicant, Code, EmailAddress, Forbid, Grant, Hours, LastCode, RecipientRule, Role, Source, UnixMillis,
    Used,
};

/// Whether something holds, as far as the facts go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Held {
    Yes,
    No,
    Unknown,
}

impl Held {
    /// Whether it holds, where what is unknown counts as that.
    pub(super) const fn or_if_unknown(self, counts: bool) -> bool {
        match self {
            Self::Yes => true,
            Self::No => false,
            Self::Unknown => counts,
        }
    }
}

macro_rules! condition_names {
    ($($(#[$doc:meta])* $name:ident = $text:literal => $code:ident;)*) => {
        /// What a grant can fail on. In the order in which they are looked at and named.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        #[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
        pub enum ConditionName { $($(#[$doc])* $name,)* }

        impl ConditionName {
            /// Every one, in order.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The name in facts.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// Whether it is about messages sent before this one.
            pub const fn is_budget(self) -> bool {
                matches!(self, Self::PerMinute | Self::PerDay)
            }

            /// What a message is denied with when this is what it fails on.
            pub const fn code(self) -> Code {
                match self { $(Self::$name => Code::$code,)* }
            }
        }
    };
}

condition_names! {
    /// The mailbox (`sub`) is one that the grant lists.
    Senders = "senders" => DeniedSender;
    /// `From` is the mailbox, or an alias that the grant lists.
    From = "from" => DeniedSender;
    /// Reply-To is empty, the sender, or an allowed recipient.
    ReplyTo = "reply-to" => DeniedReplyTo;
    /// There is a recipient, and each is one that the grant lists.
    Recipients = "recipients" => DeniedRecipient;
    /// A test-sender writes to the own address or to listed test domains.
    TestRecipients = "test-recipients" => DeniedRecipient;
    /// A test-sender's subject starts with `[TEST]`.
    SubjectPrefix = "subject-prefix" => DeniedSubjectPrefix;
    /// Not too many recipients.
    RecipientsMax = "recipients-max" => DeniedRecipientCount;
    /// Not too large.
    BytesMax = "bytes-max" => DeniedSize;
    /// Each attachment is of a listed type.
    AttachmentTypes = "attachment-types" => DeniedAttachment;
    /// From a listed network.
    Networks = "networks" => DeniedNetwork;
    /// Within the hours.
    Hours = "hours" => DeniedHours;
    /// Not too early.
    NotBefore = "not-before" => DeniedNotYet;
    /// Not too late.
    NotAfter = "not-after" => DeniedExpired;
    /// Room in this minute.
    PerMinute = "per-minute" => DeniedRate;
    /// Room in this day.
    PerDay = "per-day" => DeniedRate;
    /// A code that is fresh enough.
    CodeWithin = "code-within" => CodeNeeded;
}

/// Whether the condition of that name holds.
pub(super) fn held(name: ConditionName, who: &Applicant, grant: &Grant, asked: &Facts) -> Held {
    let c = &grant.conditions;
    let is_test = matches!(who.role, Role::TestSender);
    match name {
        ConditionName::Senders => known(asked.sub, |sub| lists(&c.senders, sub)),
        ConditionName::From => match (asked.from, asked.sub) {
            (Some(from), _) if !is_test && lists(&c.aliases, from) => Held::Yes,
            (Some(from), Some(sub)) => is_same(from, sub).into(),
            _ => Held::Unknown,
        },
        ConditionName::ReplyTo => reply_to(is_test, grant, asked),
        ConditionName::Recipients => known(asked.recipients, |recipients| {
            !recipients.is_empty() && recipients.iter().all(|to| allows(c.recipients.as_deref(), to))
        }),
        ConditionName::TestRecipients if is_test => known(asked.recipients, |recipients| {
            let own = |to| who.address.is_some_and(|own| is_same(own, to));
            recipients.iter().all(|to| own(to) || c.test_domains.iter().any(|domain| domain.holds(to)))
        }),
        ConditionName::SubjectPrefix if is_test => {
            known(asked.subject, |subject| subject.starts_with(TEST_PREFIX))
        }
        ConditionName::TestRecipients | ConditionName::SubjectPrefix => Held::Yes,
        ConditionName::RecipientsMax => limited(c.recipients_max, asked.recipients, |max, recipients| {
            u32::try_from(recipients.len()).is_ok_and(|count| count <= max)
        }),
        ConditionName::BytesMax => limited(c.bytes_max, asked.bytes, |max, bytes| bytes <= max),
        ConditionName::AttachmentTypes => {
            limited(c.attachment_types.as_deref(), asked.attachments(), |types, attachments| {
                attachments.iter().all(|file| file.is_allowed(types))
            })
        }
        ConditionName::Networks => limited(c.networks.as_deref(), asked.source, |networks, source| {
            address(source).is_some_and(|address| networks.iter().any(|network| network.contains(address)))
        }),
        ConditionName::Hours => within_hours(c.hours.as_ref(), asked),
        ConditionName::NotBefore => limited(c.not_before, asked.now, |first, now| now >= first),
        ConditionName::NotAfter => limited(c.not_after, asked.now, |last, now| now <= last),
        ConditionName::PerMinute => {
            limited(c.per_minute, used(grant, asked, c.per_minute), |max, used| used.minute < max)
        }
        ConditionName::PerDay => {
            limited(c.per_day, used(grant, asked, c.per_day), |max, used| used.day < max)
        }
        ConditionName::CodeWithin => match (c.code_within, asked.code, asked.now) {
            (None, ..) | (_, Some(LastCode::WithThisSend), _) => Held::Yes,
            (Some(0), Some(_), _) | (_, Some(LastCode::Never), _) => Held::No,
            (Some(most), Some(LastCode::At(then)), Some(now)) => is_fresh(then, now, most).into(),
            _ => Held::Unknown,
        },
    }
}

/// Whether the forbid is about this member's message.
pub(super) fn matches(who: &Applicant, forbid: &Forbid, asked: &Facts) -> Held {
    let others = forbid.member.is_some_and(|member| member != who.member);
    if others || forbid.key.is_some_and(|key| key != asked.key) {
        return Held::No;
    }
    let m = &forbid.matches;
    let parts = [
        match (m.senders.as_deref(), asked.sub, asked.from) {
            (None, ..) => Held::Yes,
            (Some(list), sub, from) if [sub, from].into_iter().flatten().any(|a| lists(list, a)) => Held::Yes,
            (Some(_), Some(_), Some(_)) => Held::No,
            _ => Held::Unknown,
        },
        m.recipients.as_deref().map_or(Held::Yes, |rules| reaches(rules, asked)),
        limited(m.recipients_over, asked.recipients, |limit, recipients| {
            u32::try_from(recipients.len()).is_ok_and(|count| count > limit)
        }),
        limited(m.bytes_over, asked.bytes, |limit, bytes| bytes > limit),
        limited(m.attachment_types.as_deref(), asked.attachments(), |types, attachments| {
            attachments.iter().any(|file| file.is_forbidden(types))
        }),
        limited(m.networks.as_deref(), asked.source, |networks, source| {
            address(source).is_none_or(|address| networks.iter().any(|network| network.contains(address)))
        }),
        within_hours(m.hours.as_ref(), asked),
        limited(m.not_before, asked.now, |first, now| now >= first),
        limited(m.not_after, asked.now, |last, now| now <= last),
    ];
    match () {
        () if parts.contains(&Held::No) => Held::No,
        () if parts.contains(&Held::Unknown) => Held::Unknown,
        () => Held::Yes,
    }
}

/// Whether mail may go there, as far as the list of recipients goes.
pub(super) fn allows(rules: Option<&[RecipientRule]>, recipient: &EmailAddress) -> bool {
    rules.is_none_or(|rules| rules.iter().any(|rule| rule.allows(recipient)))
}

/// Whether the list has that mailbox.
fn lists(list: &[EmailAddress], address: &EmailAddress) -> bool {
    list.iter().any(|listed| is_same(listed, address))
}

fn reply_to(is_test: bool, grant: &Grant, asked: &Facts) -> Held {
    let Some(addresses) = asked.reply_to else { return Held::Unknown };
    if is_test {
        return addresses.is_empty().into();
    }
    let rules = grant.conditions.recipients.as_deref();
    let mut foreign = addresses.iter().filter(|to| !is_sender(to, asked) && !allows(rules, to)).peekable();
    match (foreign.peek(), asked.sub, asked.from) {
        (None, ..) => Held::Yes,
        (Some(_), Some(_), Some(_)) => Held::No,
        _ => Held::Unknown,
    }
}

/// Whether mail, or the answer to it, goes where these rules point.
fn reaches(rules: &[RecipientRule], asked: &Facts) -> Held {
    let hit = |to: &EmailAddress| rules.iter().any(|rule| rule.forbids(to));
    if asked.recipients.is_some_and(|recipients| recipients.iter().any(hit)) {
        return Held::Yes;
    }
    let answers = asked.reply_to.map(|list| list.iter().any(|to| hit(to) && !is_sender(to, asked)));
    match (answers, asked.recipients) {
        (Some(true), _) if asked.sub.is_some() && asked.from.is_some() => Held::Yes,
        (Some(false), Some(_)) => Held::No,
        _ => Held::Unknown,
    }
}

fn is_sender(address: &EmailAddress, asked: &Facts) -> bool {
    [asked.sub, asked.from].into_iter().flatten().any(|sender| is_same(sender, address))
}

fn within_hours(hours: Option<&Hours>, asked: &Facts) -> Held {
    hours.map_or(Held::Yes, |hours| asked.within(hours).map_or(Held::Unknown, Into::into))
}

/// A code from the future is not fresh: the clock was changed.
fn is_fresh(then: UnixMillis, now: UnixMillis, most_seconds: u32) -> bool {
    then <= now && now.0 - then.0 <= u64::from(most_seconds) * 1000
}

/// Asked only where there is a limit: the answer may take a look into a database.
fn used(grant: &Grant, asked: &Facts, limit: Option<u32>) -> Option<Used> {
    limit.and(asked.used).map(|used| used(grant.id))
}

const fn address(source: Source) -> Option<IpAddr> {
    match source {
        Source::Network(address) => Some(address),
        Source::Local | Source::Unknown => None,
    }
}

fn known<T>(fact: Option<T>, holds: impl FnOnce(T) -> bool) -> Held {
    fact.map_or(Held::Unknown, |fact| holds(fact).into())
}

fn limited<L, T>(limit: Option<L>, fact: Option<T>, holds: impl FnOnce(L, T) -> bool) -> Held {
    limit.map_or(Held::Yes, |limit| known(fact, |fact| holds(limit, fact)))
}

impl From<bool> for Held {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}
