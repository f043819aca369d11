use signet_api::wire::PromisedGrant;
use signet_core::{Code, DeviceHash, Failure, Forbid, Grant, MemberId, Role, UnixMillis};

use super::*;

const RECENT: UnixMillis = UnixMillis(1_795_348_620_000);

fn grant_of(id: u64) -> GrantView {
    let grant: Grant = serde_json::from_value(serde_json::json!({
        "id": id,
        "member": "11".repeat(16),
        "key": "22".repeat(16),
        "conditions": { "senders": ["qa@example.org"] },
        "note": "for the demo",
    }))
    .unwrap();
    let sentence = "may send as qa@example.org with billing, to anyone at example.org, 20 a day";
    GrantView { grant, key_name: "billing".into(), used_today: 3, sentence: sentence.into() }
}

fn mia() -> MemberView {
    let device = |byte, name: &str, state, connected, warning: Option<&str>| DeviceView {
        id: DeviceHash::from_bytes([byte; 32]),
        name: name.into(),
        state,
        connected,
        last_seen: Some(RECENT),
        last_address: Some("192.0.2.7".into()),
        warning: warning.map(Into::into),
    };
    MemberView {
        id: MemberId::from_bytes([0x11; 16]),
        name: "Mia\x1b[2J".into(),
        address: Some(signet_core::EmailAddress::parse("mia@example.org").unwrap()),
        role: Role::Sender,
        state: MemberState::Active,
        not_after: Some(UnixMillis(1_798_675_200_000)),
        devices: vec![
            device(0xaa, "laptop", MemberState::Active, true, None),
            device(0xbb, "desk", MemberState::Active, false, None),
            device(0xcc, "copy", MemberState::Suspended, false, Some("A second copy of its key may exist.")),
            device(0xdd, "old", MemberState::Revoked, false, None),
        ],
        grants: vec![grant_of(3)],
        code_set: true,
        last_send: Some(RECENT),
    }
}

fn invite(state: InviteStateView) -> InviteView {
    let pending = state == InviteStateView::Pending;
    InviteView {
        id: "3f2a".repeat(4),
        name: "Leo".into(),
        role: Role::TestSender,
        state,
        expires: UnixMillis(1_795_352_400_000),
        words: pending.then(|| ["apple", "river", "stone"].map(Into::into)),
        device: pending.then(|| "Leo's laptop".into()),
        address: pending.then(|| "192.0.2.9".into()),
        grants: vec![PromisedGrant {
            key_name: "billing".into(),
            conditions: grant_of(3).grant.conditions,
            sentence: "may send as qa@example.org with billing, to anyone".into(),
        }],
        warning: None,
    }
}

fn forbids() -> Vec<Forbid> {
    serde_json::from_value(serde_json::json!([
        { "id": 1, "matches": {}, "note": "maintenance" },
        {
            "id": 2, "member": "11".repeat(16), "key": "22".repeat(16),
            "matches": {
                "senders": ["boss@example.org"],
                "recipients": ["competitor.example", "eve@example.net"],
                "recipients_over": 10,
                "bytes_over": 1_000_000,
                "attachment_types": ["application/zip"],
                "networks": ["198.51.100.0/24"],
                "hours": { "days": ["saturday", "sunday"], "from": 0, "to": 1440, "zone": "Europe/Berlin" },
                "not_before": 1_795_348_800_000_u64,
                "not_after": 1_795_435_200_000_u64,
            },
        },
    ]))
    .unwrap()
}

#[test]
fn a_team_reads_as_sentences() {
    let leo = MemberView {
        id: MemberId::from_bytes([0x12; 16]),
        name: "Leo".into(),
        address: None,
        role: Role::Auditor,
        state: MemberState::Revoked,
        not_after: None,
        devices: vec![],
        grants: vec![],
        code_set: false,
        last_send: None,
    };
    let team = TeamView {
        members: vec![mia(), leo],
        invites: vec![
            InviteView {
                warning: Some("A second device has the same invite.".into()),
                ..invite(InviteStateView::Pending)
            },
            invite(InviteStateView::Open),
            invite(InviteStateView::Approved),
        ],
        forbids: forbids(),
        epoch: 9,
    };
    let text = list(&team, &[], &View::fixed());
    assert!(!text.contains("apple"), "the other side says the words");
    insta::assert_snapshot!(text);
}

#[test]
fn an_empty_team_says_what_to_do() {
    let team = TeamView { members: vec![], invites: vec![], forbids: vec![], epoch: 0 };
    insta::assert_snapshot!(list(&team, &[], &View::fixed()));
}

#[test]
fn an_invite_can_be_handed_over() {
    let made = InviteMade {
        invite: invite(InviteStateView::Open),
        text: "signet1-aaaa@anna.example.org:7465".into(),
        link: "signet://join/aaaa".into(),
    };
    insta::assert_snapshot!(invite_made(&made, false, &View::fixed()));
    let with_code = invite_made(&made, true, &View::fixed());
    assert!(with_code.contains("██ ▄▄▄▄▄ "), "the code is there: {with_code}");
}

#[test]
fn whoever_asks_is_shown_without_the_words() {
    let warning = Some("A second device has the same invite.".into());
    let pending = InviteView { warning, ..invite(InviteStateView::Pending) };
    let text = applicant(&pending, &View::fixed());
    assert!(!text.contains("apple"));
    insta::assert_snapshot!(text);
}

#[test]
fn what_was_done_says_who_enforces_it() {
    let view = View::fixed();
    let made = [
        granted("Mia", &grant_of(3), &view),
        forbidden(&forbids()[1], &[mia()], &[], &view),
        leaver(
            &LeaverReport {
                name: "Mia".into(),
                devices: vec!["laptop".into(), "desk".into()],
                closed: 1,
                grants: 2,
                under_way: 1,
                sends_30_days: 41,
                keys: vec!["billing".into()],
                unrecorded: Some(Failure::new(Code::AuditUnwritable)),
            },
            &view,
        ),
    ];
    insta::assert_snapshot!(made.join("\n----\n"));
}
