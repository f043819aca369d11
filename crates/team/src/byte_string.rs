//! Fixed bytes and public keys for `#[serde(with)]`: byte strings in CBOR (RFC 8949, 3.1), lower-case hex
//! in formats that people read.

use std::fmt;

use data_encoding::HEXLOWER;
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serializer};
use signet_crypto::VerifyingKey;

pub(crate) fn serialize<S: Serializer>(bytes: &[u8; 32], serializer: S) -> Result<S::Ok, S::Error> {
    if serializer.is_human_readable() {
        serializer.serialize_str(&HEXLOWER.encode(bytes))
    } else {
        serializer.serialize_bytes(bytes)
    }
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[u8; 32], D::Error> {
    if !deserializer.is_human_readable() {
        return deserializer.deserialize_bytes(Exact);
    }
    let bytes = HEXLOWER.decode(String::deserialize(deserializer)?.as_bytes()).map_err(D::Error::custom)?;
    Exact.visit_bytes(&bytes)
}

struct Exact;

impl Visitor<'_> for Exact {
    type Value = [u8; 32];

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("32 bytes")
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Self::Value, E> {
        bytes.try_into().map_err(|_| E::invalid_length(bytes.len(), &self))
    }
}

/// The same for an Ed25519 public key; one that nobody may use is refused.
pub(crate) mod key {
    use super::{Deserializer, Error, Serializer, VerifyingKey};

    pub(crate) fn serialize<S: Serializer>(key: &VerifyingKey, serializer: S) -> Result<S::Ok, S::Error> {
        super::serialize(&key.to_bytes(), serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<VerifyingKey, D::Error> {
        VerifyingKey::parse(&super::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}
