//! The header of a vault: everything that is needed to open it, in the clear but authenticated twice,
//! under the device secret (before any costly work) and under the vault's own key (afterwards).

mod codec;
mod core;

use signet_core::{Code, Failure, UnixMillis};

use crate::bytes::Short;
use crate::derive::{derive_key, hmac_sha256, same_tag};
use crate::secret::secret_type;
use crate::{CodeSlots, DeviceSecret, Drift, KitSlot, PrimarySlot, SecretBytes, TableInfo, UnattendedSlot};

pub use self::core::StaticCore;

secret_type! {
    /// The key of `mac_vmk`: 32 random bytes, wrapped by the root.
    HeaderKey, 32
}

/// Why bytes are not a header that this program accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// It does not begin with the magic bytes.
    #[error("not a Signet vault")]
    Foreign,
    /// Its format, reader version or suite is newer than this program.
    #[error("the vault was written by a newer version")]
    Newer,
    /// It asks for an unknown key derivation, or for a cost outside floor and ceiling.
    #[error("key-derivation parameters outside the allowed range")]
    Parameters,
    /// It is cut short, too long, or a field is out of range.
    #[error("the vault's header is damaged")]
    Damaged,
}

/// A header is not the one that this device or this vault wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the vault's header was changed, or belongs to another device secret")]
pub struct MacError;

impl From<Short> for HeaderError {
    fn from(_: Short) -> Self {
        Self::Damaged
    }
}

impl From<HeaderError> for Failure {
    fn from(error: HeaderError) -> Self {
        Self::new(match error {
            HeaderError::Newer => Code::VaultNewer,
            HeaderError::Parameters => Code::VaultParameters,
            HeaderError::Foreign | HeaderError::Damaged => Code::VaultDamaged,
        })
    }
}

impl From<MacError> for Failure {
    fn from(_: MacError) -> Self {
        Self::new(Code::VaultDamaged)
    }
}

/// The fields of a header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// What never changes but by a renewal of everything.
    pub core: StaticCore,
    /// When the vault was made.
    pub created: UnixMillis,
    /// Which generation of the device secret D is in use (names the keychain item).
    pub device_generation: u64,
    /// Which epoch secret E is in use (names the keychain item). Grows at every unlock.
    pub epoch: u64,
    /// How far the phone's clock was from the computer's.
    pub drift: Drift,
    /// The offset table.
    pub table: TableInfo,
    /// Passphrase, code and device.
    pub primary: PrimarySlot,
    /// Recovery codes that are left.
    pub codes: CodeSlots,
    /// The recovery kit.
    pub kit: KitSlot,
    /// The machine alone, where a host starts with nobody there.
    pub unattended: Option<UnattendedSlot>,
    /// SHA-256 over the records' places and contents; the vault decides over what exactly.
    pub manifest_root: [u8; 32],
}

impl Header {
    /// The bytes, with both MACs.
    pub fn encode(&self, device: &DeviceSecret, key: &HeaderKey) -> Vec<u8> {
        let mut bytes = codec::encode(self);
        let device_mac = device_mac(&self.core, device, &bytes);
        bytes.extend_from_slice(&device_mac);
        let vault_mac = vault_mac(key, &bytes);
        bytes.extend_from_slice(&vault_mac);
        bytes
    }
}

/// A header as found in a file: well-formed, but anybody may have written it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredHeader {
    header: Header,
    /// What the MACs are over, and the MACs.
    bytes: Vec<u8>,
}

const MAC: usize = 32;

impl StoredHeader {
    /// Reads a header.
    ///
    /// # Errors
    /// [`HeaderError`] if it is not one, or asks for something that this program refuses.
    pub fn decode(bytes: &[u8]) -> Result<Self, HeaderError> {
        let header = codec::decode(bytes)?;
        Ok(Self { header, bytes: bytes.to_vec() })
    }

    /// The fields, unverified: for naming keychain items, for showing, and for the kit, which opens
    /// without a device secret and is checked with [`StoredHeader::check_vault`].
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// Checks `mac_dev`: this device wrote the header, so its key-derivation cost can be trusted.
    ///
    /// # Errors
    /// [`MacError`] if it was changed, or the device secret is another one.
    pub fn check_device(self, device: &DeviceSecret) -> Result<CheckedHeader, MacError> {
        let (body, macs) = self.bytes.split_at(self.bytes.len() - 2 * MAC);
        let expected = device_mac(&self.header.core, device, body);
        if same_mac(&expected, &macs[..MAC]) { Ok(CheckedHeader(self)) } else { Err(MacError) }
    }

    /// Checks `mac_vmk`, the source of truth.
    ///
    /// # Errors
    /// [`MacError`] if the header was changed.
    pub fn check_vault(&self, key: &HeaderKey) -> Result<(), MacError> {
        let (body, mac) = self.bytes.split_at(self.bytes.len() - MAC);
        if same_mac(&vault_mac(key, body), mac) { Ok(()) } else { Err(MacError) }
    }
}

/// A header whose `mac_dev` holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedHeader(StoredHeader);

impl CheckedHeader {
    /// The fields.
    pub const fn header(&self) -> &Header {
        &self.0.header
    }

    /// Checks `mac_vmk`, the source of truth.
    ///
    /// # Errors
    /// [`MacError`] if the header was changed by somebody who has the device secret.
    pub fn check_vault(&self, key: &HeaderKey) -> Result<(), MacError> {
        self.0.check_vault(key)
    }

    /// The fields, to make the next header from.
    pub fn into_header(self) -> Header {
        self.0.header
    }
}

fn device_mac(core: &StaticCore, device: &DeviceSecret, body: &[u8]) -> [u8; 32] {
    let ikm = SecretBytes::from_slice(device.expose());
    let key = derive_key(core.vault_id.as_bytes(), &ikm, &[b"signet1/mac-dev"]);
    hmac_sha256(key.expose(), &[b"signet1/header/dev", body])
}

fn vault_mac(key: &HeaderKey, body: &[u8]) -> [u8; 32] {
    hmac_sha256(key.expose(), &[b"signet1/header/vmk", body])
}

fn same_mac(expected: &[u8; 32], found: &[u8]) -> bool {
    found.try_into().is_ok_and(|found| same_tag(expected, found))
}
