//! Records of grants and forbids outlive versions: their bytes are pinned, and what is not known is refused.

use proptest::prelude::*;
use serde_json::{Value, json};
use signet_core::{
    Approval, Approver, Cidr, Conditions, Domain, EmailAddress, Forbid, ForbidId, Grant, GrantId, HeaderText,
    Hours, KeyId, Matcher, MemberId, RecipientRule, TimeZoneName, TypePattern, UnixMillis, Weekday,
};

use crate::world::world;

fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

fn full_grant() -> Grant {
    let hours = Hours::new(
        [Weekday::Friday, Weekday::Monday],
        540,
        1080,
        TimeZoneName::parse("Europe/Berlin").unwrap(),
    );
    Grant {
        id: GrantId(7),
        member: MemberId::from_bytes([0x11; 16]),
        key: KeyId::from_bytes([0x22; 16]),
        conditions: Conditions {
            senders: vec![address("qa@example.org")],
            aliases: vec![address("team@example.org")],
            test_domains: vec![Domain::parse("test.example").unwrap()],
            recipients: Some(vec![
                RecipientRule::parse("bücher.example").unwrap(),
                RecipientRule::parse("mia@example.org").unwrap(),
            ]),
            recipients_max: Some(20),
            bytes_max: Some(5_242_880),
            attachment_types: Some(vec![
                TypePattern::parse("application/pdf").unwrap(),
                TypePattern::parse("image/*").unwrap(),
            ]),
            networks: Some(vec![Cidr::parse("192.0.2.0/24").unwrap(), Cidr::parse("2001:db8::/32").unwrap()]),
            hours: Some(hours.unwrap()),
            not_before: Some(UnixMillis(1_767_225_600_000)),
            not_after: Some(UnixMillis(1_798_761_600_000)),
            per_minute: Some(2),
            per_day: Some(20),
            code_within: Some(300),
            approvals: Some(Approval { by: Approver::Admin, within_secs: 3600 }),
        },
        note: HeaderText::parse("Invoices").unwrap(),
    }
}

fn full_grant_json() -> Value {
    json!({
        "id": 7,
        "member": "11111111111111111111111111111111",
        "key": "22222222222222222222222222222222",
        "conditions": {
            "senders": ["qa@example.org"],
            "aliases": ["team@example.org"],
            "test_domains": ["test.example"],
            "recipients": ["xn--bcher-kva.example", "mia@example.org"],
            "recipients_max": 20,
            "bytes_max": 5_242_880,
            "attachment_types": ["application/pdf", "image/*"],
            "networks": ["192.0.2.0/24", "2001:db8::/32"],
            "hours": {"days": ["monday", "friday"], "from": 540, "to": 1080, "zone": "Europe/Berlin"},
            "not_before": 1_767_225_600_000_u64,
            "not_after": 1_798_761_600_000_u64,
            "per_minute": 2,
            "per_day": 20,
            "code_within": 300,
            "approvals": {"by": "admin", "within_secs": 3600},
        },
        "note": "Invoices",
    })
}

fn cbor(value: &impl serde::Serialize) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).unwrap();
    bytes
}

fn from_cbor<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    ciborium::from_reader(bytes).ok()
}

#[test]
fn a_grant_with_everything_is_written_like_this() {
    assert_eq!(serde_json::to_value(full_grant()).unwrap(), full_grant_json());
    assert_eq!(serde_json::from_value::<Grant>(full_grant_json()).unwrap(), full_grant());
    assert_eq!(from_cbor::<Grant>(&cbor(&full_grant())).unwrap(), full_grant());
    assert_eq!(data_encoding::HEXLOWER.encode(&cbor(&full_grant())), FULL_GRANT_CBOR);
}

#[test]
fn a_small_grant_is_written_like_this() {
    let conditions = Conditions { senders: vec![address("a@b.cd")], ..Conditions::default() };
    let grant = Grant { conditions, note: HeaderText::default(), ..full_grant() };
    assert_eq!(data_encoding::HEXLOWER.encode(&cbor(&grant)), SMALL_GRANT_CBOR);
    let forbid = Forbid {
        id: ForbidId(3),
        member: None,
        key: None,
        matches: Matcher {
            recipients: Some(vec![RecipientRule::parse("b.cd").unwrap()]),
            ..Matcher::default()
        },
        note: HeaderText::default(),
    };
    let written = json!({"id": 3, "matches": {"recipients": ["b.cd"]}, "note": ""});
    assert_eq!(serde_json::to_value(&forbid).unwrap(), written);
    assert_eq!(data_encoding::HEXLOWER.encode(&cbor(&forbid)), FORBID_CBOR);
}

#[test]
fn what_this_version_does_not_know_is_refused_wherever_it_stands() {
    for place in ["", "/conditions", "/conditions/hours", "/conditions/approvals"] {
        let mut value = full_grant_json();
        let object = value.pointer_mut(place).unwrap().as_object_mut().unwrap();
        object.insert("full_moon".into(), json!(null));
        assert!(serde_json::from_value::<Grant>(value.clone()).is_err(), "JSON {place:?}");
        assert!(from_cbor::<Grant>(&cbor(&value)).is_none(), "CBOR {place:?}");
    }
    for (place, odd) in [
        ("/conditions/approvals/by", json!("anybody")),
        ("/conditions/hours/zone", json!("Mars/Olympus")),
        ("/conditions/hours/days", json!(["someday"])),
        ("/conditions/networks", json!(["192.0.2.1/24"])),
        ("/conditions/networks", json!("192.0.2.0/24")),
        ("/conditions/recipients", json!(["*"])),
        ("/conditions/attachment_types", json!(["image"])),
        ("/conditions/recipients_max", json!(-1)),
        ("/conditions/bytes_max", json!("5 MB")),
        ("/conditions/per_day", json!(1.5)),
        ("/conditions/senders", json!(["@example.org"])),
        ("/id", json!("7")),
        ("/member", json!("1111")),
    ] {
        let mut value = full_grant_json();
        *value.pointer_mut(place).unwrap() = odd.clone();
        assert!(serde_json::from_value::<Grant>(value.clone()).is_err(), "JSON {place} {odd}");
        assert!(from_cbor::<Grant>(&cbor(&value)).is_none(), "CBOR {place} {odd}");
    }
    let mut value = full_grant_json();
    value["conditions"].as_object_mut().unwrap().remove("senders");
    assert!(serde_json::from_value::<Grant>(value).is_err(), "without senders");
    let forbid = json!({"id": 3, "matches": {"recipients": ["b.cd"], "full_moon": true}});
    assert!(serde_json::from_value::<Forbid>(forbid).is_err());
    let forbid = json!({"id": 3});
    assert!(serde_json::from_value::<Forbid>(forbid).is_err(), "a forbid has to say what it matches");
}

#[test]
fn a_condition_given_twice_is_refused() {
    let text = full_grant_json().to_string().replace("\"per_day\":20", "\"per_day\":20,\"per_day\":2000");
    assert!(text.contains("2000"));
    assert!(serde_json::from_str::<Grant>(&text).is_err());
}

proptest! {
    #[test]
    fn whatever_is_written_is_read_as_the_same(world in world()) {
        for grant in &world.grants {
            prop_assert_eq!(&from_cbor::<Grant>(&cbor(grant)).unwrap(), grant);
            prop_assert_eq!(&serde_json::from_value::<Grant>(serde_json::to_value(grant).unwrap()).unwrap(), grant);
        }
        for forbid in &world.forbids {
            prop_assert_eq!(&from_cbor::<Forbid>(&cbor(forbid)).unwrap(), forbid);
        }
    }
}

const FULL_GRANT_CBOR: &str = "a562696407666d656d62657278203131313131313131313131313131313131313131313131313131313131313131636b\
    6579782032323232323232323232323232323232323232323232323232323232323232326a636f6e646974696f6e73af\
    6773656e64657273816e7161406578616d706c652e6f726767616c696173657381707465616d406578616d706c652e6f\
    72676c746573745f646f6d61696e73816c746573742e6578616d706c656a726563697069656e74738275786e2d2d6263\
    6865722d6b76612e6578616d706c656f6d6961406578616d706c652e6f72676e726563697069656e74735f6d61781469\
    62797465735f6d61781a00500000706174746163686d656e745f7479706573826f6170706c69636174696f6e2f706466\
    67696d6167652f2a686e6574776f726b73826c3139322e302e322e302f32346d323030313a6462383a3a2f333265686f\
    757273a4646461797382666d6f6e646179666672696461796466726f6d19021c62746f190438647a6f6e656d4575726f\
    70652f4265726c696e6a6e6f745f6265666f72651b0000019b76daa800696e6f745f61667465721b000001a2ce8bd400\
    6a7065725f6d696e75746502677065725f646179146b636f64655f77697468696e19012c69617070726f76616c73a262\
    62796561646d696e6b77697468696e5f73656373190e10646e6f746568496e766f69636573";
const SMALL_GRANT_CBOR: &str = "a562696407666d656d62657278203131313131313131313131313131313131313131313131313131313131313131636b\
    6579782032323232323232323232323232323232323232323232323232323232323232326a636f6e646974696f6e73a1\
    6773656e6465727381666140622e6364646e6f746560";
const FORBID_CBOR: &str = "a362696403676d617463686573a16a726563697069656e74738164622e6364646e6f746560";
