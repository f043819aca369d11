//! Random hosts, messages and moments, from pools small enough that rules meet messages.

use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use signet_core::{
    Admission, Applicant, Approval, Approved, Approver, Cidr, Conditions, ContentType, DeviceHash, Domain,
    EmailAddress, Envelope, FileName, Forbid, ForbidId, Grant, GrantId, HeaderText, Hours, KeyId, LastCode,
    Matcher, MemberId, Moment, Principal, Question, RecipientRule, Role, Rules, SendDecision, Source,
    TimeZoneName, TypePattern, UnixMillis, Used, Weekday, decide_send,
};

use crate::law::{self, Facts, Verdict};

/// One decision with everything it looks at.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) role: Role,
    pub(crate) source: Source,
    pub(crate) own_address: Option<EmailAddress>,
    pub(crate) grants: Vec<Grant>,
    pub(crate) forbids: Vec<Forbid>,
    pub(crate) unread_forbids: bool,
    pub(crate) message: Message,
    pub(crate) now: UnixMillis,
    pub(crate) code: LastCode,
    /// Messages in this minute and this day, by the grant's place in the list.
    pub(crate) used: Vec<(u32, u32)>,
    pub(crate) approved: Option<Approved>,
}

/// A message with what it owns.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) key: KeyId,
    pub(crate) sub: EmailAddress,
    pub(crate) from: EmailAddress,
    pub(crate) reply_to: Vec<EmailAddress>,
    pub(crate) recipients: Vec<EmailAddress>,
    pub(crate) subject: String,
    pub(crate) bytes: u64,
    pub(crate) attachments: Vec<(FileName, ContentType)>,
}

pub(crate) const ME: MemberId = MemberId::from_bytes([1; 16]);
pub(crate) const OTHER: MemberId = MemberId::from_bytes([2; 16]);
const KEY: KeyId = KeyId::from_bytes([3; 16]);
const OTHER_KEY: KeyId = KeyId::from_bytes([4; 16]);
const DIGEST: [u8; 32] = [5; 32];
/// 2026-01-01T00:00:00Z.
const NEW_YEAR: u64 = 1_767_225_600_000;
const ADDRESSES: [&str; 8] = [
    "qa@example.org",
    "QA@example.org",
    "mia@example.org",
    "mia+tag@example.org",
    "bob@test.example",
    "eve@evil.example",
    "ann@sub.example.org",
    "mia@test.example",
];
const RULES: [&str; 7] = [
    "example.org",
    "test.example",
    "evil.example",
    "sub.example.org",
    "Mia@example.org",
    "bob@test.example",
    "qa@example.org",
];
const NETWORKS: [&str; 7] = [
    "192.0.2.0/24",
    "192.0.2.128/25",
    "198.51.100.7/32",
    "0.0.0.0/0",
    "2001:db8::/32",
    "::/0",
    "::ffff:198.51.100.0/120",
];
const SOURCES: [&str; 6] =
    ["192.0.2.1", "192.0.2.129", "::ffff:198.51.100.7", "198.51.100.8", "2001:db8::5", "2001:db9::5"];

impl World {
    pub(crate) fn principal(&self) -> Principal {
        let device = DeviceHash::from_bytes([9; 32]);
        Principal::admitted(Admission { member: ME, device, role: self.role, source: self.source })
    }

    pub(crate) fn applicant(&self) -> Applicant<'_> {
        Applicant { member: ME, role: self.role, address: self.own_address.as_ref() }
    }

    pub(crate) fn rules(&self) -> Rules<'_> {
        Rules { grants: &self.grants, forbids: &self.forbids, unread_forbids: self.unread_forbids }
    }

    pub(crate) fn envelope(&self) -> Envelope<'_> {
        let m = &self.message;
        Envelope {
            key: m.key,
            sub: &m.sub,
            from: &m.from,
            reply_to: &m.reply_to,
            recipients: &m.recipients,
            subject: &m.subject,
            bytes: m.bytes,
            attachments: &m.attachments,
            digest: Some(DIGEST),
        }
    }

    pub(crate) fn used(&self, id: GrantId) -> Used {
        let place = self.grants.iter().position(|grant| grant.id == id).unwrap();
        let (minute, day) = self.used.get(place).copied().unwrap_or_default();
        Used { minute, day, ..Used::default() }
    }

    pub(crate) fn decide(&self) -> SendDecision {
        let used = |id| self.used(id);
        let moment = Moment { now: self.now, code: self.code, used: &used, approved: self.approved };
        decide_send(&self.principal(), self.own_address.as_ref(), &self.rules(), &self.envelope(), &moment)
    }

    /// Everything known, asked with `used` for the budgets.
    pub(crate) fn question<'a>(&'a self, used: &'a dyn Fn(GrantId) -> Used) -> Question<'a> {
        let moment = Moment { now: self.now, code: self.code, used, approved: None };
        Question::of(&self.envelope()).at(&moment, self.principal().source())
    }

    pub(crate) fn facts(&self) -> Facts {
        let m = &self.message;
        let texts = |list: &[EmailAddress]| list.iter().map(EmailAddress::to_string).collect();
        let budgets = self.grants.iter().zip(&self.used);
        let (then, now) = match self.code {
            LastCode::Never => (None, false),
            LastCode::At(then) => (Some(then.0), false),
            LastCode::WithThisSend => (None, true),
        };
        Facts {
            role: self.role.as_str(),
            member: ME.to_string(),
            own_address: self.own_address.as_ref().map(EmailAddress::to_string),
            source: match self.source {
                Source::Network(address) => Some(address.to_string()),
                Source::Local | Source::Unknown => None,
            },
            key: m.key.to_string(),
            sub: m.sub.to_string(),
            from: m.from.to_string(),
            reply_to: texts(&m.reply_to),
            recipients: texts(&m.recipients),
            subject: m.subject.clone(),
            bytes: m.bytes,
            attachments: m
                .attachments
                .iter()
                .map(|(name, kind)| (name.to_string(), kind.to_string()))
                .collect(),
            now: self.now.0,
            code: (then, now),
            used: budgets.map(|(g, (minute, day))| (g.id.0, ((*minute).into(), (*day).into()))).collect(),
            approved: self.approved.filter(|given| given.digest == DIGEST).map(|given| given.grant.0),
        }
    }

    /// What the second implementation says.
    pub(crate) fn verdict(&self) -> Verdict {
        let (grants, forbids) =
            (serde_json::to_value(&self.grants).unwrap(), serde_json::to_value(&self.forbids).unwrap());
        law::verdict(&self.facts(), &grants, &forbids, self.unread_forbids)
    }
}

/// The decision without its reasons.
pub(crate) fn plain(decision: &SendDecision) -> Verdict {
    match decision {
        SendDecision::Allow { grant } => Verdict::Allow(grant.unwrap().0),
        SendDecision::NeedsApproval { grant, .. } => Verdict::NeedsApproval(grant.0),
        SendDecision::Deny(_) => Verdict::Deny,
    }
}

pub(crate) fn world() -> impl Strategy<Value = World> {
    let senders = prop_oneof![8 => Just(Role::Sender), 6 => Just(Role::TestSender), 1 => select(&Role::ALL)];
    let code = prop_oneof![
        Just(LastCode::Never),
        Just(LastCode::WithThisSend),
        (0..700_000_u64).prop_map(LastCode::at_before),
    ];
    let who = (senders, source(), weighted(0.7, address()));
    let rules = (vec(conditions(), 0..5), vec(forbid(), 0..3), prop::bool::weighted(0.02));
    let approved = weighted(0.5, (0..5_usize, prop::bool::weighted(0.7)));
    (who, rules, message(), now(), code, vec((0..3_u32, 0..3_u32), 5), approved, vec(0..40_u8, 5)).prop_map(
        |(who, (conditions, forbids, unread_forbids), message, now, code, used, approved, others)| {
            let grants: Vec<Grant> = conditions
                .into_iter()
                .enumerate()
                .map(|(place, conditions)| Grant {
                    // Distinct, and not in the order of the list.
                    id: GrantId((place as u64 * 7 + 3) % 11),
                    member: if others[place] == 0 { OTHER } else { ME },
                    key: if others[place] == 1 { OTHER_KEY } else { KEY },
                    conditions,
                    note: HeaderText::default(),
                })
                .collect();
            let forbids = forbids.into_iter().enumerate();
            let approved = approved.and_then(|(place, same)| {
                let digest = if same { DIGEST } else { [6; 32] };
                Some(Approved { grant: grants.get(place)?.id, digest })
            });
            World {
                role: who.0,
                source: who.1,
                own_address: who.2,
                grants,
                forbids: forbids
                    .map(|(place, forbid)| Forbid { id: ForbidId(place as u64), ..forbid })
                    .collect(),
                unread_forbids,
                message,
                now,
                code: match code {
                    // Some lie in the future: the clock was changed.
                    LastCode::At(ago) => LastCode::At(UnixMillis(now.0 + 100_000 - ago.0)),
                    other => other,
                },
                used,
                approved,
            }
        },
    )
}

trait Ago {
    fn at_before(ago: u64) -> Self;
}

impl Ago for LastCode {
    fn at_before(ago: u64) -> Self {
        Self::At(UnixMillis(ago))
    }
}

pub(crate) fn conditions() -> impl Strategy<Value = Conditions> {
    let lists = (
        subsequence(&ADDRESSES[..4], 1..=4),
        weighted(0.3, subsequence(&ADDRESSES[..], 1..=4)),
        weighted(0.7, subsequence(&["example.org", "test.example", "sub.example.org"][..], 1..=3)),
        weighted(0.4, subsequence(&RULES[..], 0..=6)),
    );
    let sizes = (
        weighted(0.2, 0..5_u32),
        weighted(0.2, 0..10_u64),
        weighted(0.3, types()),
        weighted(0.2, networks()),
    );
    let times = (weighted(0.2, hours()), weighted(0.1, now()), weighted(0.1, now()));
    let budgets =
        (weighted(0.2, 0..4_u32), weighted(0.2, 0..4_u32), weighted(0.2, select(&[0, 1, 60, 300, 600][..])));
    (lists, sizes, times, budgets, weighted(0.3, approval())).prop_map(
        |(lists, sizes, times, budgets, approvals)| Conditions {
            senders: parsed(lists.0),
            aliases: parsed(lists.1.unwrap_or_default()),
            test_domains: lists
                .2
                .unwrap_or_default()
                .into_iter()
                .map(|d| Domain::parse(d).unwrap())
                .collect(),
            recipients: lists.3.map(recipient_rules),
            recipients_max: sizes.0,
            bytes_max: sizes.1,
            attachment_types: sizes.2,
            networks: sizes.3,
            hours: times.0,
            not_before: times.1,
            not_after: times.2,
            per_minute: budgets.0,
            per_day: budgets.1,
            code_within: budgets.2,
            approvals,
        },
    )
}

pub(crate) fn forbid() -> impl Strategy<Value = Forbid> {
    let whom = (weighted(0.3, select(&[ME, OTHER][..])), weighted(0.3, select(&[KEY, OTHER_KEY][..])));
    let lists = (
        weighted(0.3, subsequence(&ADDRESSES[..], 1..=2)),
        weighted(0.6, subsequence(&RULES[2..], 1..=2)),
        weighted(0.3, types()),
        weighted(0.3, networks()),
    );
    let rest = (
        weighted(0.3, 0..5_u32),
        weighted(0.3, 0..10_u64),
        weighted(0.3, hours()),
        weighted(0.3, now()),
        weighted(0.3, now()),
    );
    (whom, lists, rest).prop_map(|((member, key), lists, rest)| Forbid {
        id: ForbidId(0),
        member,
        key,
        matches: Matcher {
            senders: lists.0.map(parsed),
            recipients: lists.1.map(recipient_rules),
            recipients_over: rest.0,
            bytes_over: rest.1,
            attachment_types: lists.2,
            networks: lists.3,
            hours: rest.2,
            not_before: rest.3,
            not_after: rest.4,
        },
        note: HeaderText::default(),
    })
}

fn message() -> impl Strategy<Value = Message> {
    let key = prop_oneof![20 => Just(KEY), 1 => Just(OTHER_KEY)];
    let sub = select(&ADDRESSES[..4]);
    let from = weighted(0.3, select(&ADDRESSES[..]));
    let recipients = prop_oneof![9 => vec(address(), 1..4), 1 => Just(Vec::new())];
    let reply_to = prop_oneof![2 => Just(Vec::new()), 1 => vec(address(), 1..3)];
    let subjects =
        ["[TEST] hello", "[TEST]", "hello", " [TEST] hello", "[test] hello", "re: [TEST] hello", ""];
    let subject = prop_oneof![2 => Just(subjects[0]), 1 => select(subjects.to_vec())];
    (key, sub, from, reply_to, recipients, subject, 0..10_u64, vec(file(), 0..3)).prop_map(
        |(key, sub, from, reply_to, recipients, subject, bytes, attachments)| Message {
            key,
            sub: EmailAddress::parse(sub).unwrap(),
            from: EmailAddress::parse(from.unwrap_or(sub)).unwrap(),
            reply_to,
            recipients,
            subject: subject.into(),
            bytes,
            attachments,
        },
    )
}

fn file() -> impl Strategy<Value = (FileName, ContentType)> {
    let name = select(&["a.pdf", "b.PNG", "c.html", "d", "e.exe"][..]);
    let kind = select(&["application/pdf", "image/png", "image/x-odd", "text/html"][..]);
    let honest = select(&[("a.pdf", "application/pdf"), ("b.png", "image/png"), ("d", "image/x-odd")][..]);
    prop_oneof![2 => honest, 1 => (name, kind)]
        .prop_map(|(name, kind)| (FileName::parse(name).unwrap(), ContentType::parse(kind).unwrap()))
}

fn source() -> impl Strategy<Value = Source> {
    prop_oneof![
        20 => select(&SOURCES[..]).prop_map(|text| Source::Network(text.parse().unwrap())),
        1 => Just(Source::Unknown),
        1 => Just(Source::Local),
    ]
}

fn address() -> impl Strategy<Value = EmailAddress> {
    select(&ADDRESSES[..]).prop_map(|text| EmailAddress::parse(text).unwrap())
}

pub(crate) fn networks() -> impl Strategy<Value = Vec<Cidr>> {
    subsequence(&NETWORKS[..], 0..=4)
        .prop_map(|list| list.into_iter().map(|n| Cidr::parse(n).unwrap()).collect())
}

fn types() -> impl Strategy<Value = Vec<TypePattern>> {
    subsequence(&["application/pdf", "image/*", "text/html", "*/*"][..], 0..=3)
        .prop_map(|list| list.into_iter().map(|text| TypePattern::parse(text).unwrap()).collect())
}

fn hours() -> impl Strategy<Value = Hours> {
    let days = [
        Weekday::Monday,
        Weekday::Tuesday,
        Weekday::Wednesday,
        Weekday::Thursday,
        Weekday::Friday,
        Weekday::Saturday,
        Weekday::Sunday,
    ];
    let zone = select(&["UTC", "Europe/Berlin", "Asia/Kolkata"][..]);
    (subsequence(days.to_vec(), 1..=7), 0..1440_u16, 0..=1440_u16, zone)
        .prop_filter_map("beginning and end differ", |(days, from, to, zone)| {
            Hours::new(days, from, to, TimeZoneName::parse(zone).unwrap()).ok()
        })
}

/// Anywhere in 2026, and often around the changes of the clocks.
fn now() -> impl Strategy<Value = UnixMillis> {
    let day = 24 * 3_600_000_u64;
    let change = select(&[1_774_746_000_000_u64, 1_792_890_000_000][..]);
    prop_oneof![
        2 => (0..365 * day).prop_map(|since| UnixMillis(NEW_YEAR + since)),
        1 => (change, 0..2 * day).prop_map(move |(at, since)| UnixMillis(at - day + since)),
    ]
}

fn approval() -> impl Strategy<Value = Approval> {
    (select(&[Approver::Owner, Approver::Admin][..]), 1..9_u32)
        .prop_map(|(by, within_secs)| Approval { by, within_secs })
}

fn parsed(list: Vec<&str>) -> Vec<EmailAddress> {
    list.into_iter().map(|text| EmailAddress::parse(text).unwrap()).collect()
}

fn recipient_rules(list: Vec<&str>) -> Vec<RecipientRule> {
    list.into_iter().map(|text| RecipientRule::parse(text).unwrap()).collect()
}
