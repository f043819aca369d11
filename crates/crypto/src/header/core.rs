//! The static core: the part of the header that every slot is bound to.

use signet_core::{Profile, VaultId};

use super::HeaderError;
use crate::KitPublicKey;
use crate::bytes::Reader;
use crate::derive::sha256;

const MAGIC: &[u8; 8] = b"SIGVAULT";
const FORMAT: u16 = 1;
const MIN_READER: u16 = 1;
/// What this program can read.
const READER: u16 = 1;
/// HKDF, HMAC and SHA-256; AES-256-GCM; Argon2id; X25519; HOTP with SHA-1.
const SUITE: u16 = 1;

/// Magic, versions, suite, vault, profile and the kit's public key: 63 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StaticCore {
    /// The vault, for its whole life.
    pub vault_id: VaultId,
    /// Production or sandbox, fixed for life.
    pub profile: Profile,
    /// The public key of the recovery kit.
    pub kit_key: KitPublicKey,
}

impl StaticCore {
    /// SHA-256 of the encoded core.
    pub fn digest(&self) -> [u8; 32] {
        sha256(&[&self.encode()])
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        [
            MAGIC.as_slice(),
            &FORMAT.to_be_bytes(),
            &MIN_READER.to_be_bytes(),
            &SUITE.to_be_bytes(),
            self.vault_id.as_bytes(),
            &[profile_byte(self.profile)],
            self.kit_key.as_bytes(),
        ]
        .concat()
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, HeaderError> {
        if reader.array() != Ok(*MAGIC) {
            return Err(HeaderError::Foreign);
        }
        let (format, min_reader, suite) = (reader.u16()?, reader.u16()?, reader.u16()?);
        // What a newer version means by the rest is unknown, so look no further. Nothing older exists.
        if min_reader > READER || format > FORMAT || suite > SUITE {
            return Err(HeaderError::Newer);
        }
        if (format, min_reader, suite) != (FORMAT, MIN_READER, SUITE) {
            return Err(HeaderError::Damaged);
        }
        Ok(Self {
            vault_id: VaultId::from_bytes(reader.array()?),
            profile: profile(reader.u8()?).ok_or(HeaderError::Damaged)?,
            kit_key: KitPublicKey::from_bytes(reader.array()?),
        })
    }
}

const fn profile_byte(profile: Profile) -> u8 {
    match profile {
        Profile::Production => 1,
        Profile::Sandbox => 2,
    }
}

const fn profile(byte: u8) -> Option<Profile> {
    match byte {
        1 => Some(Profile::Production),
        2 => Some(Profile::Sandbox),
        _ => None,
    }
}
