//! From PEM text to a checked RSA key in PKCS#8 DER.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::{self, KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256};
use data_encoding::BASE64;
use zeroize::Zeroizing;

use super::KeyFileError;

/// An RSA key that has signed and verified once.
pub(super) struct Rsa {
    pub(super) bits: usize,
    /// PKCS#8 v1 (RFC 5958), `rsaEncryption` with NULL parameters.
    pub(super) der: Zeroizing<Vec<u8>>,
}

/// Reads `-----BEGIN PRIVATE KEY-----` (PKCS#8) or `-----BEGIN RSA PRIVATE KEY-----` (PKCS#1, RFC 8017).
pub(super) fn read(pem: &str) -> Result<Rsa, KeyFileError> {
    let (label, input) = unwrap_pem(pem)?;
    let rsa_private_key = match label {
        "RSA PRIVATE KEY" => &input[..],
        "PRIVATE KEY" => inside_pkcs8(&input)?,
        "EC PRIVATE KEY" | "DSA PRIVATE KEY" | "OPENSSH PRIVATE KEY" => return Err(KeyFileError::NotRsa),
        _ => return Err(FIELD),
    };
    let bits = modulus_bits(rsa_private_key)?;
    if bits < 2048 {
        return Err(KeyFileError::TooSmall);
    }
    if bits > 4096 {
        return Err(KeyFileError::TooLong);
    }
    // aws-lc checks here that the eight numbers belong together.
    let pair = KeyPair::from_der(rsa_private_key).map_err(|_| KeyFileError::Inconsistent)?;
    prove(&pair)?;
    let der: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| KeyFileError::Inconsistent)?;
    Ok(Rsa { bits, der: Zeroizing::new(der.as_ref().to_vec()) })
}

const FIELD: KeyFileError = KeyFileError::Field("private_key");

/// `rsaEncryption`, 1.2.840.113549.1.1.1 (RFC 8017, A.1).
const RSA_ENCRYPTION: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01];

/// The label and the bytes of the first PEM block; newlines may be escaped, spaces or missing.
fn unwrap_pem(pem: &str) -> Result<(&str, Zeroizing<Vec<u8>>), KeyFileError> {
    let (_, rest) = pem.split_once("-----BEGIN ").ok_or(FIELD)?;
    let (label, rest) = rest.split_once("-----").ok_or(FIELD)?;
    let (body, _) = rest.split_once("-----END ").ok_or(FIELD)?;
    let mut base64 = Zeroizing::new(Vec::with_capacity(body.len()));
    let mut bytes = body.bytes().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            // `\n` and `\r` that were escaped once too often.
            b'\\' => while bytes.next_if(|b| matches!(b, b'\\' | b'n' | b'r')).is_some_and(|b| b == b'\\') {},
            b' ' | b'\n' | b'\r' | b'\t' => {}
            other => base64.push(other),
        }
    }
    let room = BASE64.decode_len(base64.len()).map_err(|_| FIELD)?;
    let mut der = Zeroizing::new(vec![0; room]);
    let len = BASE64.decode_mut(&base64, &mut der).map_err(|_| FIELD)?;
    der.truncate(len);
    Ok((label, der))
}

/// The `RSAPrivateKey` inside a `PrivateKeyInfo` (RFC 5958, section 2).
fn inside_pkcs8(der: &[u8]) -> Result<&[u8], KeyFileError> {
    let (info, _) = element(der, SEQUENCE)?;
    let (_version, rest) = element(info, INTEGER)?;
    let (algorithm, rest) = element(rest, SEQUENCE)?;
    let (oid, _parameters) = element(algorithm, OBJECT_ID)?;
    if oid != RSA_ENCRYPTION {
        return Err(KeyFileError::NotRsa);
    }
    Ok(element(rest, OCTET_STRING)?.0)
}

/// Bits of the modulus in an `RSAPrivateKey` (RFC 8017, A.1.2).
fn modulus_bits(der: &[u8]) -> Result<usize, KeyFileError> {
    let (numbers, _) = element(der, SEQUENCE)?;
    let (_version, rest) = element(numbers, INTEGER)?;
    let (modulus, _) = element(rest, INTEGER)?;
    let significant = modulus.iter().position(|byte| *byte != 0).map_or(&[][..], |first| &modulus[first..]);
    Ok(significant.first().map_or(0, |top| significant.len() * 8 - top.leading_zeros() as usize))
}

const INTEGER: u8 = 0x02;
const OCTET_STRING: u8 = 0x04;
const OBJECT_ID: u8 = 0x06;
const SEQUENCE: u8 = 0x30;

/// Splits one DER element with this tag into its content and what follows (X.690, 8.1).
fn element(der: &[u8], tag: u8) -> Result<(&[u8], &[u8]), KeyFileError> {
    let [found, first, rest @ ..] = der else { return Err(FIELD) };
    if *found != tag {
        return Err(FIELD);
    }
    let (len, rest) = match *first {
        short @ 0..0x80 => (usize::from(short), rest),
        long => {
            let count = usize::from(long & 0x7F);
            if !(1..=3).contains(&count) || rest.len() < count {
                return Err(FIELD);
            }
            let (digits, rest) = rest.split_at(count);
            (digits.iter().fold(0, |len, digit| len << 8 | usize::from(*digit)), rest)
        }
    };
    rest.split_at_checked(len).ok_or(FIELD)
}

/// Signs once and verifies: the private half makes what the public half accepts.
fn prove(pair: &KeyPair) -> Result<(), KeyFileError> {
    const MESSAGE: &[u8] = b"signet key check";
    let mut made = vec![0; pair.public_modulus_len()];
    pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), MESSAGE, &mut made)
        .map_err(|_| KeyFileError::Inconsistent)?;
    signature::UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, pair.public_key().as_ref())
        .verify(MESSAGE, &made)
        .map_err(|_| KeyFileError::Inconsistent)
}
