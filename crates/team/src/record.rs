//! A record of the chain: what was decided, by whom, and after which record.

use serde::{Deserialize, Serialize};
use signet_core::UnixMillis;
use signet_crypto::{SigningKey, VerifyingKey, sha256};

use crate::{Body, byte_string};

const VERSION: u64 = 1;
const LABEL: &[u8] = b"signet1/record";

/// No record is longer, without its signature.
const MAX_LEN: usize = 65_536;
const SIGNATURE_LEN: usize = 64;

/// Why bytes are not a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// Not a record in its one encoding.
    #[error("not a record")]
    Malformed,
    /// A record of a later version.
    #[error("the record was made by a newer Signet")]
    Newer,
    /// Over 65,536 bytes.
    #[error("the record is too long")]
    TooLong,
    /// Not signed by the key that it names.
    #[error("the record's signature does not verify")]
    Signature,
}

/// What is signed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    version: u64,
    /// The number of the record: 1, 2, 3 and so on. The team's policy epoch is that of its newest one.
    pub epoch: u64,
    /// The hash of the record before; of the first one, [`crate::Team::origin`].
    #[serde(with = "byte_string")]
    pub previous: [u8; 32],
    /// When it was made, by the signer's clock.
    pub time: UnixMillis,
    /// Whose signature it bears.
    #[serde(with = "byte_string::key")]
    pub signer: VerifyingKey,
    /// What it says.
    pub body: Body,
}

/// A record that waits for its signature: on the way to the device that has the key.
#[derive(Clone, Debug, PartialEq)]
pub struct UnsignedRecord {
    record: Record,
    bytes: Vec<u8>,
}

impl UnsignedRecord {
    /// The record with these contents.
    ///
    /// # Errors
    /// [`RecordError::TooLong`].
    pub fn new(
        epoch: u64,
        previous: [u8; 32],
        time: UnixMillis,
        signer: VerifyingKey,
        body: Body,
    ) -> Result<Self, RecordError> {
        let record = Record { version: VERSION, epoch, previous, time, signer, body };
        let bytes = encode(&record)?;
        if bytes.len() > MAX_LEN {
            return Err(RecordError::TooLong);
        }
        Ok(Self { record, bytes })
    }

    /// Reads what [`UnsignedRecord::bytes`] gave. Whoever is asked to sign looks at
    /// [`UnsignedRecord::record`], and has the own copy of the team check it ([`crate::Team::check`]).
    ///
    /// # Errors
    /// [`RecordError`] unless it is a record in its one encoding.
    pub fn decode(bytes: &[u8]) -> Result<Self, RecordError> {
        if bytes.len() > MAX_LEN {
            return Err(RecordError::TooLong);
        }
        let Ok(record) = ciborium::from_reader::<Record, _>(bytes) else {
            return Err(if is_newer(bytes) { RecordError::Newer } else { RecordError::Malformed });
        };
        if record.version > VERSION {
            return Err(RecordError::Newer);
        }
        // There is one encoding of a value: the one that we write.
        if record.version != VERSION || encode(&record)? != bytes {
            return Err(RecordError::Malformed);
        }
        Ok(Self { record, bytes: bytes.to_vec() })
    }

    /// What it says.
    pub const fn record(&self) -> &Record {
        &self.record
    }

    /// The record's CBOR.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// What is signed: `"signet1/record"` and the CBOR.
    pub fn message(&self) -> Vec<u8> {
        [LABEL, &self.bytes].concat()
    }

    /// Signs it.
    ///
    /// # Errors
    /// [`RecordError::Signature`] if it names another signer.
    pub fn sign(self, key: &SigningKey) -> Result<SignedRecord, RecordError> {
        if key.public() != self.record.signer {
            return Err(RecordError::Signature);
        }
        let signature = key.sign(&self.message());
        Ok(SignedRecord { unsigned: self, signature })
    }

    /// Attaches a signature that was made elsewhere.
    ///
    /// # Errors
    /// [`RecordError::Signature`] if it does not verify.
    pub fn attach(self, signature: [u8; 64]) -> Result<SignedRecord, RecordError> {
        let signed = SignedRecord { unsigned: self, signature };
        signed.verify()?;
        Ok(signed)
    }
}

/// A record with its signature, which [`crate::Team::apply`] verifies.
#[derive(Clone, Debug, PartialEq)]
pub struct SignedRecord {
    unsigned: UnsignedRecord,
    signature: [u8; 64],
}

impl SignedRecord {
    /// Reads what [`SignedRecord::encode`] wrote. The signature is not verified yet.
    ///
    /// # Errors
    /// [`RecordError`] unless it is a record in its one encoding and 64 bytes more.
    pub fn decode(bytes: &[u8]) -> Result<Self, RecordError> {
        let (bytes, signature) = bytes.split_last_chunk::<SIGNATURE_LEN>().ok_or(RecordError::Malformed)?;
        Ok(Self { unsigned: UnsignedRecord::decode(bytes)?, signature: *signature })
    }

    /// The CBOR, then the 64 bytes of the signature.
    pub fn encode(&self) -> Vec<u8> {
        [self.unsigned.bytes.as_slice(), &self.signature].concat()
    }

    /// What it says.
    pub const fn record(&self) -> &Record {
        &self.unsigned.record
    }

    /// The same without the signature.
    pub const fn unsigned(&self) -> &UnsignedRecord {
        &self.unsigned
    }

    /// What the next record names as the one before: SHA-256 of what was signed.
    pub fn hash(&self) -> [u8; 32] {
        sha256(&[LABEL, &self.unsigned.bytes])
    }

    /// Verifies the signature, strictly. Whether the signer may say that is the team's to know.
    ///
    /// # Errors
    /// [`RecordError::Signature`].
    pub fn verify(&self) -> Result<(), RecordError> {
        let signer = &self.record().signer;
        signer.verify(&self.unsigned.message(), &self.signature).map_err(|_| RecordError::Signature)
    }
}

fn encode(record: &Record) -> Result<Vec<u8>, RecordError> {
    let mut bytes = Vec::new();
    ciborium::into_writer(record, &mut bytes).map_err(|_| RecordError::Malformed)?;
    Ok(bytes)
}

/// Whether it is at least a map with a later version in it.
fn is_newer(bytes: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Any {
        version: u64,
    }
    ciborium::from_reader::<Any, _>(bytes).is_ok_and(|any| any.version > VERSION)
}

#[cfg(test)]
mod tests;
