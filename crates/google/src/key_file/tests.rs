use aws_lc_rs::rsa::KeyPair;
use proptest::prelude::*;

use super::*;

const PKCS8: &str = include_str!("../../fixtures/rsa2048.pem");
const PKCS1: &str = include_str!("../../fixtures/rsa2048-pkcs1.pem");

fn fields(private_key: &str) -> Value {
    serde_json::json!({
        "type": "service_account",
        "project_id": "demo",
        "private_key_id": "0123456789abcdef0123456789abcdef01234567",
        "private_key": private_key,
        "client_email": "robot@demo.iam.gserviceaccount.com",
        "client_id": "104857600000000000001",
        "auth_uri": "https://accounts.google.com/o/oauth2/auth",
        "token_uri": "https://oauth2.googleapis.com/token",
        "universe_domain": "googleapis.com"
    })
}

fn file(private_key: &str) -> String {
    serde_json::to_string_pretty(&fields(private_key)).unwrap()
}

fn with(name: &str, value: Value) -> String {
    let mut fields = fields(PKCS8);
    fields[name] = value;
    fields.to_string()
}

fn without(name: &str) -> String {
    let mut fields = fields(PKCS8);
    fields.as_object_mut().unwrap().remove(name);
    fields.to_string()
}

fn error(file: impl AsRef<[u8]>) -> KeyFileError {
    match KeyFile::parse(file.as_ref()) {
        Err(error) => error,
        Ok(_) => panic!("must be refused"),
    }
}

fn der_of(pem: &str) -> Vec<u8> {
    let base64: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    data_encoding::BASE64.decode(base64.as_bytes()).unwrap()
}

fn pem_of(label: &str, der: &[u8]) -> String {
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", data_encoding::BASE64.encode(der))
}

#[test]
fn a_file_of_google_is_read() {
    let key = KeyFile::parse(file(PKCS8).as_bytes()).unwrap();
    assert_eq!(key.client_email().as_str(), "robot@demo.iam.gserviceaccount.com");
    assert_eq!(key.client_id(), "104857600000000000001");
    assert_eq!(key.project_id(), "demo");
    assert_eq!(key.google_key_id().as_str(), "0123456789abcdef0123456789abcdef01234567");
    assert_eq!(key.bits(), 2048);
    assert!(key.der() == der_of(PKCS8), "PKCS#8 stays as it is");
}

#[test]
fn every_common_damage_gives_the_same_key() {
    let want = der_of(PKCS8);
    let plain = file(PKCS8);
    let utf16 = |unit: fn(u16) -> [u8; 2], mark: [u8; 2]| {
        mark.into_iter().chain(plain.encode_utf16().flat_map(unit)).collect::<Vec<u8>>()
    };
    let damaged: Vec<(&str, Vec<u8>)> = vec![
        ("PKCS#1", file(PKCS1).into()),
        ("byte-order mark", [b"\xEF\xBB\xBF", plain.as_bytes()].concat()),
        ("UTF-16 little-endian", utf16(u16::to_le_bytes, [0xFF, 0xFE])),
        ("UTF-16 big-endian", utf16(u16::to_be_bytes, [0xFE, 0xFF])),
        ("CRLF file", plain.replace('\n', "\r\n").into()),
        ("CRLF key", file(&PKCS8.replace('\n', "\r\n")).into()),
        ("newlines escaped twice", file(&PKCS8.replace('\n', "\\n")).into()),
        ("newlines escaped three times", file(&PKCS8.replace('\n', "\\\\n")).into()),
        ("CRLF escaped twice", file(&PKCS8.replace('\n', "\\r\\n")).into()),
        ("newlines turned to spaces", file(&PKCS8.replace('\n', " ")).into()),
        ("quotes around the key", file(&format!("\"{PKCS8}\"")).into()),
        (
            "quotes around the address",
            with("client_email", "'robot@demo.iam.gserviceaccount.com'".into()).into(),
        ),
        ("shell quotes around the file", format!("'{plain}'\n").into()),
        ("file pasted as a JSON string", Value::String(plain.clone()).to_string().into()),
        ("no universe", without("universe_domain").into()),
        ("no client id", without("client_id").into()),
    ];
    for (name, bytes) in damaged {
        match KeyFile::parse(&bytes) {
            Ok(key) => assert!(key.der() == want, "{name}"),
            Err(error) => panic!("{name}: {error}"),
        }
    }
}

#[test]
fn other_kinds_of_file_are_called_by_name() {
    let kind = |name: &str| with("type", name.into());
    assert_eq!(error(r#"{"installed":{"client_id":"x","client_secret":"y"}}"#), KeyFileError::OauthClient);
    assert_eq!(error(r#"{"web":{"client_id":"x"}}"#), KeyFileError::OauthClient);
    assert_eq!(error(kind("authorized_user")), KeyFileError::AuthorizedUser);
    assert_eq!(
        error(r#"{"client_id":"x","client_secret":"y","refresh_token":"z"}"#),
        KeyFileError::AuthorizedUser
    );
    assert_eq!(error(kind("external_account")), KeyFileError::ExternalAccount);
    assert_eq!(error(kind("external_account_authorized_user")), KeyFileError::ExternalAccount);
    assert_eq!(error(kind("impersonated_service_account")), KeyFileError::OtherType);
    assert_eq!(error(kind("gdch_service_account")), KeyFileError::OtherType);
    assert_eq!(error(with("universe_domain", "example.cloud".into())), KeyFileError::Universe);
}

#[test]
fn what_is_no_key_file_is_refused() {
    for text in ["", "{", "[]", "null", "5", "\"x\"", "PK\u{3}\u{4}", "-----BEGIN PRIVATE KEY-----"] {
        assert_eq!(error(text), KeyFileError::Unreadable, "{text}");
    }
    assert_eq!(error(b"\xFF\xFE\x00\xD8"), KeyFileError::Unreadable);
    assert_eq!(error(b"\x80\x81"), KeyFileError::Unreadable);
    assert_eq!(error(vec![b' '; 65_537]), KeyFileError::TooLarge);
    let mut padded = file(PKCS8);
    padded.push_str(&" ".repeat(65_536 - padded.len()));
    assert_eq!(padded.len(), 65_536);
    assert!(KeyFile::parse(padded.as_bytes()).is_ok());
}

#[test]
fn a_missing_or_wrong_field_is_named() {
    for name in ["type", "private_key", "private_key_id", "client_email"] {
        assert_eq!(error(without(name)), KeyFileError::Field(name));
        assert_eq!(error(with(name, 5.into())), KeyFileError::Field(name));
    }
    assert_eq!(error(with("client_email", "robot@demo\nx".into())), KeyFileError::Field("client_email"));
    assert_eq!(error(with("client_id", "12a".into())), KeyFileError::Field("client_id"));
    assert_eq!(error(with("private_key_id", "../x".into())), KeyFileError::Field("private_key_id"));
    assert_eq!(error(file("")), KeyFileError::Field("private_key"));
    assert_eq!(error(file(&PKCS8.replace('A', "!"))), KeyFileError::Field("private_key"));
    assert_eq!(error(file(&PKCS8[..800])), KeyFileError::Field("private_key"));
    assert_eq!(error(file(include_str!("../../fixtures/encrypted.pem"))), KeyFileError::Field("private_key"));
    assert_eq!(
        error(file(include_str!("../../fixtures/certificate.pem"))),
        KeyFileError::Field("private_key")
    );
    let failure = KeyFileError::Field("client_email").failure();
    assert_eq!((failure.code, failure.facts["field"].as_str()), (Code::KeyFileField, "client_email"));
}

#[test]
fn only_rsa_of_2048_to_4096_bits_passes() {
    assert_eq!(error(file(include_str!("../../fixtures/rsa1024.pem"))), KeyFileError::TooSmall);
    assert_eq!(error(file(include_str!("../../fixtures/rsa4104.pem"))), KeyFileError::TooLong);
    assert_eq!(
        KeyFile::parse(file(include_str!("../../fixtures/rsa4096.pem")).as_bytes()).unwrap().bits(),
        4096
    );
    for pem in [
        include_str!("../../fixtures/ec.pem"),
        include_str!("../../fixtures/ec-sec1.pem"),
        include_str!("../../fixtures/ed25519.pem"),
        include_str!("../../fixtures/pss.pem"),
    ] {
        assert_eq!(error(file(pem)), KeyFileError::NotRsa, "{pem}");
    }
}

#[test]
fn a_key_that_does_not_match_itself_is_refused_wherever_the_damage_is() {
    let der = der_of(PKCS1);
    // Content of n, d, p, q, dP, dQ and qInv: about every 64th byte behind the length bytes.
    let mut refused = 0;
    for at in (20..der.len()).step_by(64) {
        let mut bad = der.clone();
        bad[at] ^= 1;
        let error = error(file(&pem_of("RSA PRIVATE KEY", &bad)));
        assert!(matches!(error, KeyFileError::Inconsistent | KeyFileError::Field(_)), "{at}: {error}");
        refused += usize::from(error == KeyFileError::Inconsistent);
    }
    assert!(refused > 10, "{refused}");
}

#[test]
fn what_comes_out_signs_and_is_pkcs8() {
    let key = KeyFile::parse(file(PKCS1).as_bytes()).unwrap();
    assert!(KeyPair::from_pkcs8(key.der()).is_ok());
}

#[test]
fn the_fuzz_corpus_replays() {
    let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/corpus/key_file");
    let mut accepted = 0;
    for entry in std::fs::read_dir(corpus).unwrap() {
        let data = std::fs::read(entry.unwrap().path()).unwrap();
        crate::fuzzing::key_file(&data);
        accepted += usize::from(KeyFile::parse(&data).is_ok());
    }
    assert!(accepted >= 3, "the corpus must reach the end of the parser, not only its refusals");
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(data in prop::collection::vec(any::<u8>(), 0..400)) {
        crate::fuzzing::key_file(&data);
    }

    #[test]
    fn no_flipped_byte_makes_it_panic_or_accept_another_key(at in 0usize..2300, flip in 1u8..) {
        let mut bytes = file(PKCS8).into_bytes();
        let at = at % bytes.len();
        bytes[at] ^= flip;
        if let Ok(key) = KeyFile::parse(&bytes) {
            prop_assert!(key.der() == der_of(PKCS8), "another key at {}", at);
        }
    }
}
