//! How long a decision about a message takes: `cargo run --release -p signet-core --example decide`.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement")]

use std::hint::black_box;
use std::time::Instant;

use signet_core::{
    Admission, Cidr, Conditions, ContentType, DeviceHash, EmailAddress, Envelope, FileName, Forbid, ForbidId,
    Grant, GrantId, HeaderText, Hours, KeyId, LastCode, Matcher, MemberId, Moment, Principal, RecipientRule,
    Role, Rules, SendDecision, Source, TimeZoneName, TypePattern, UnixMillis, Used, Weekday, decide_send,
};

const GRANTS: u64 = 20;
const ROUNDS: u32 = 2_000;

fn main() {
    let address = |text: &str| EmailAddress::parse(text).unwrap();
    let (member, key) = (MemberId::from_bytes([1; 16]), KeyId::from_bytes([2; 16]));
    let device = DeviceHash::from_bytes([3; 32]);
    let source = Source::network("192.0.2.7".parse().unwrap());
    let principal = Principal::admitted(Admission { member, device, role: Role::Sender, source });
    let now = UnixMillis(1_784_191_000_000);
    let grants: Vec<Grant> = (0..GRANTS).map(|id| grant(GrantId(id), member, key, now)).collect();
    let forbids = [Forbid {
        id: ForbidId(0),
        member: None,
        key: None,
        matches: Matcher {
            recipients: Some(vec![RecipientRule::parse("evil.example").unwrap()]),
            ..Matcher::default()
        },
        note: HeaderText::default(),
    }];
    let rules = Rules { grants: &grants, forbids: &forbids, unread_forbids: false };
    let sub = address("qa@example.org");
    let recipients: Vec<EmailAddress> = (0..5).map(|n| address(&format!("person{n}@example.org"))).collect();
    let attachments = [(FileName::parse("a.pdf").unwrap(), ContentType::parse("application/pdf").unwrap())];
    let envelope = Envelope {
        key,
        sub: &sub,
        from: &sub,
        reply_to: std::slice::from_ref(&sub),
        recipients: &recipients,
        subject: "Invoice",
        bytes: 100_000,
        attachments: &attachments,
        digest: None,
    };
    let spent =
        |free: u64| move |id: GrantId| Used { day: if id.0 == free { 0 } else { 20 }, ..Used::default() };
    // Each grant holds but for its budget, so each is looked at to the end.
    for (what, free) in [("allowed by the last grant", GRANTS - 1), ("denied by every grant", GRANTS)] {
        let used = spent(free);
        let moment = Moment { now, code: LastCode::At(now), used: &used, approved: None };
        let decide = || decide_send(&principal, None, black_box(&rules), black_box(&envelope), &moment);
        let is_allowed = matches!(decide(), SendDecision::Allow { .. });
        assert_eq!(is_allowed, free < GRANTS, "{:?}", decide());
        let mut rounds: Vec<u128> = (0..ROUNDS).map(|_| round(|| drop(black_box(decide())))).collect();
        rounds.sort_unstable();
        let (best, median) = (rounds[0], rounds[rounds.len() / 2]);
        println!("{GRANTS} grants with every condition, {what}: {median} ns (median), {best} ns (best)");
    }
}

/// Nanoseconds a decision, over a hundred.
fn round(decide: impl Fn()) -> u128 {
    let begun = Instant::now();
    (0..100).for_each(|_| decide());
    begun.elapsed().as_nanos() / 100
}

fn grant(id: GrantId, member: MemberId, key: KeyId, now: UnixMillis) -> Grant {
    let days = [Weekday::Monday, Weekday::Tuesday, Weekday::Wednesday, Weekday::Thursday, Weekday::Friday];
    let networks = ["198.51.100.0/24", "2001:db8::/32", "192.0.2.0/24"];
    Grant {
        id,
        member,
        key,
        conditions: Conditions {
            senders: vec![EmailAddress::parse("qa@example.org").unwrap()],
            aliases: vec![EmailAddress::parse("team@example.org").unwrap()],
            recipients: Some(vec![
                RecipientRule::parse("example.net").unwrap(),
                RecipientRule::parse("example.org").unwrap(),
            ]),
            recipients_max: Some(20),
            bytes_max: Some(5_000_000),
            attachment_types: Some(vec![
                TypePattern::parse("image/*").unwrap(),
                TypePattern::parse("application/pdf").unwrap(),
            ]),
            networks: Some(networks.map(|text| Cidr::parse(text).unwrap()).to_vec()),
            hours: Some(Hours::new(days, 0, 1440, TimeZoneName::parse("Europe/Berlin").unwrap()).unwrap()),
            not_before: Some(UnixMillis(0)),
            not_after: Some(now.plus_seconds(3600)),
            per_minute: Some(2),
            per_day: Some(20),
            code_within: Some(300),
            ..Conditions::default()
        },
        note: HeaderText::default(),
    }
}
