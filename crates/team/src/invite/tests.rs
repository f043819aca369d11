use proptest::prelude::*;

use super::*;

const BASE32: &str = "abcdefghijklmnopqrstuvwxyz234567";

fn invite(hints: &[&str]) -> Invite {
    let mut secret = *b"sixteen bytes...";
    Invite::new(
        HostHash::from_bytes([0xab; 32]),
        InviteId::from_bytes([0xcd; 8]),
        InviteSecret::from_bytes(&mut secret),
        hints.iter().map(|hint| HostPort::parse(hint).unwrap()).collect(),
    )
    .unwrap()
}

fn same(left: &Invite, right: &Invite) -> bool {
    left.host() == right.host()
        && left.id() == right.id()
        && left.secret().same(right.secret())
        && left.hints() == right.hints()
}

fn error(text: &str) -> Option<InviteError> {
    Invite::parse(text).err()
}

#[test]
fn text_and_link_read_back() {
    for hints in [&[][..], &["signet.example.org:8443"], &["[2001:db8::1]:443", "192.0.2.1:1", "a:2", "b:3"]]
    {
        let original = invite(hints);
        assert!(same(&Invite::parse(original.text().expose()).unwrap(), &original));
        assert!(same(&Invite::parse(original.link().expose()).unwrap(), &original));
    }
}

#[test]
fn a_text_is_as_long_as_the_design_says() {
    assert_eq!(invite(&[]).text().expose().len(), 8 + 92);
    assert_eq!(invite(&["a:1"]).text().expose().len(), 8 + 92 + 4);
}

#[test]
fn a_link_is_a_valid_address_that_needs_no_further_encoding() {
    let link = invite(&["[2001:db8::1]:443", "a-b.example:1"]).link();
    let path = link.expose().strip_prefix("signet://join/").unwrap();
    assert!(path.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.:@,%".contains(&b)), "{path}");
    assert!(path.contains("@%5B2001:db8::1%5D:443,a-b.example:1"));
}

#[test]
fn what_pasting_does_to_it_does_not_matter() {
    let original = invite(&["signet.example.org:8443", "[2001:db8::1]:443"]);
    let text = original.text().expose().to_owned();
    let wrapped: String = text
        .chars()
        .enumerate()
        .map(|(i, c)| if i % 20 == 19 { format!("{c}\r\n  ") } else { c.to_string() })
        .collect();
    for pasted in [
        text.to_uppercase(),
        format!("  \t{text}\u{a0}\n"),
        wrapped,
        original.link().expose().to_uppercase(),
        original
            .link()
            .expose()
            .replace('@', "%40")
            .replace(',', "%2c")
            .replace(':', "%3A")
            .replace("signet%3A", "signet:"),
    ] {
        assert!(same(&Invite::parse(&pasted).unwrap(), &original), "{pasted}");
    }
}

#[test]
fn each_fault_has_its_name() {
    let text = invite(&["a:1"]).text().expose().to_owned();
    let base32 = &text[8..100];
    for (bad, expected) in [
        (String::new(), InviteError::Prefix),
        ("hello".into(), InviteError::Prefix),
        (base32.into(), InviteError::Prefix),
        (format!("signet-{base32}"), InviteError::Prefix),
        (format!("signet0-{base32}"), InviteError::Prefix),
        (format!("signet01-{base32}"), InviteError::Prefix),
        (format!("signetx-{base32}"), InviteError::Prefix),
        (format!("signet://send/{text}"), InviteError::Prefix),
        (format!("https://join/{text}"), InviteError::Prefix),
        (format!("signet2-{base32}"), InviteError::Newer),
        (format!("signet12-{base32}"), InviteError::Newer),
        // Version byte 2: its first five bits are 00000, the next three 010.
        (format!("signet1-ak{}", &base32[2..]), InviteError::Newer),
        (format!("signet1-aa{}", &base32[2..]), InviteError::Damaged),
        ("signet1-".into(), InviteError::Damaged),
        (format!("signet1-{}", &base32[..91]), InviteError::Damaged),
        (format!("signet1-{base32}a"), InviteError::Damaged),
        (format!("signet1-{base32}aaaaaaaa"), InviteError::Damaged),
        (format!("signet1-{base32}===="), InviteError::Damaged),
        (format!("signet1-{}1", &base32[..91]), InviteError::Damaged),
        (format!("signet1-{}ä", &base32[..91]), InviteError::Damaged),
        (format!("\u{200b}{text}"), InviteError::Prefix),
        (format!("signet://join/{text}%"), InviteError::Damaged),
        (format!("signet://join/{text}%4"), InviteError::Damaged),
        (format!("signet://join/{text}%zz"), InviteError::Damaged),
        (format!("signet://join/{text}%00"), InviteError::Damaged),
        (format!("signet://join/{text}%e4"), InviteError::Damaged),
        (format!("signet://join/signet://join/{text}"), InviteError::Prefix),
        (format!("signet1-{base32}@"), InviteError::Hint(HostPortError::Port)),
        (format!("signet1-{base32}@a"), InviteError::Hint(HostPortError::Port)),
        (format!("{text},"), InviteError::Hint(HostPortError::Port)),
        (format!("{text}/"), InviteError::Hint(HostPortError::Port)),
        (format!("{text}@b:1"), InviteError::Hint(HostPortError::Host)),
        (format!("signet1-{base32}@-a:1"), InviteError::Hint(HostPortError::Host)),
        (format!("{text},b:1,c:1,d:1,e:1"), InviteError::TooManyHints),
        (" ".repeat(MAX_TEXT + 1), InviteError::Damaged),
    ] {
        assert_eq!(error(&bad), Some(expected), "{bad}");
    }
    let five = (1..=5).map(|port| HostPort::parse(&format!("a:{port}")).unwrap()).collect();
    let host = HostHash::from_bytes([0; 32]);
    let secret = InviteSecret::from_bytes(&mut [0; 16]);
    let made = Invite::new(host, InviteId::from_bytes([0; 8]), secret, five);
    assert_eq!(made.err(), Some(InviteError::TooManyHints));
}

#[test]
fn every_changed_character_is_refused_or_gives_another_invite() {
    let original = invite(&["a:1"]);
    let text = original.text().expose().to_owned();
    let (mut refused, mut other) = (0, 0);
    for at in 8..100 {
        for c in BASE32.chars().filter(|c| !text[at..].starts_with(*c)) {
            let changed = format!("{}{c}{}", &text[..at], &text[at + 1..]);
            match Invite::parse(&changed) {
                Err(_) => refused += 1,
                Ok(changed) => {
                    assert!(!same(&changed, &original), "character {at} {c}");
                    other += 1;
                }
            }
        }
        let missing = format!("{}{}", &text[..at], &text[at + 1..]);
        assert_eq!(error(&missing), Some(InviteError::Damaged), "without character {at}");
    }
    // Refused: the version in the first 8 bits, and the 4 bits behind the last byte.
    assert_eq!((refused, other), (31 + 28 + 30, 92 * 31 - (31 + 28 + 30)));
}

#[test]
fn a_fresh_secret_and_name_are_fresh() {
    let mut rng = signet_crypto::system_rng();
    assert!(!InviteSecret::make(&mut rng).same(&InviteSecret::make(&mut rng)));
    let id = InviteId::make(&mut rng);
    assert_ne!(id, InviteId::make(&mut rng));
    assert_eq!(InviteId::parse(&id.to_string()), Ok(id));
    assert!(InviteId::parse("00").is_err() && InviteId::parse("ABCDEFABCDEFABCD").is_err());
}

fn hint() -> impl Strategy<Value = HostPort> {
    "([a-z][a-z0-9]{0,9}(-[a-z0-9]{1,3})?\\.){0,3}[a-z]{1,8}:[1-9][0-9]{0,3}|\\[[0-9a-f]{1,4}::[0-9a-f]{1,4}\\]:[1-9]"
        .prop_map(|text| HostPort::parse(&text).unwrap())
}

proptest! {
    #[test]
    fn every_invite_reads_back(
        host: [u8; 32], id: [u8; 8], secret: [u8; 16], hints in prop::collection::vec(hint(), 0..=4)
    ) {
        let mut source = secret;
        let original = Invite::new(
            HostHash::from_bytes(host),
            InviteId::from_bytes(id),
            InviteSecret::from_bytes(&mut source),
            hints.clone(),
        ).unwrap();
        for text in [original.text(), original.link()] {
            let read = Invite::parse(text.expose()).unwrap();
            prop_assert!(same(&read, &original));
            prop_assert_eq!(read.secret().expose(), &secret);
            prop_assert_eq!(read.hints(), hints.as_slice());
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in ".*|signet1-[a-z2-7]{92}@.*|signet://join/.*|signet://join/signet1-[a-z2-7]{90,94}(%[0-9a-f]{2}|.)*") {
        if let Ok(invite) = Invite::parse(&text) {
            prop_assert!(same(&Invite::parse(invite.text().expose()).unwrap(), &invite));
        }
    }
}
