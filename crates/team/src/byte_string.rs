//! Fixed bytes and public keys as CBOR byte strings (RFC 8949, 3.1), for `#[serde(with)]`.

use std::fmt;

use serde::de::{Error, Visitor};
use serde::{Deserializer, Serializer};
use signet_crypto::VerifyingKey;

pub(crate) fn serialize<S: Serializer>(bytes: &[u8; 32], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_bytes(bytes)
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[u8; 32], D::Error> {
    deserializer.deserialize_bytes(Exact)
}

struct Exact;

impl Visitor<'_> for Exact {
    type Value = [u8; 32];

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a byte string of 32 bytes")
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Self::Value, E> {
        bytes.try_into().map_err(|_| E::invalid_length(bytes.len(), &self))
    }
}

/// The same for an Ed25519 public key; one that nobody may use is refused.
pub(crate) mod key {
    use super::{Deserializer, Error, Serializer, VerifyingKey};

    pub(crate) fn serialize<S: Serializer>(key: &VerifyingKey, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&key.to_bytes())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<VerifyingKey, D::Error> {
        VerifyingKey::parse(&super::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}
