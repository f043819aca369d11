//! Members and their devices, as the chain has them.

use signet_core::{DeviceHash, EmailAddress, MemberId, Role, UnixMillis};
use signet_crypto::VerifyingKey;

use crate::Name;

/// Whether a member or device may do anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Yes.
    Active,
    /// Not for now.
    Suspended,
    /// Never again.
    Revoked,
}

/// A member, past or present.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The id, which nobody else ever has.
    pub id: MemberId,
    /// What to call them.
    pub name: Name,
    /// Their own address.
    pub address: Option<EmailAddress>,
    /// What they may do.
    pub role: Role,
    /// Whether they may.
    pub status: Status,
    /// From when on they may not.
    pub not_after: Option<UnixMillis>,
    /// When the owner or an admin added them, by that one's clock.
    pub since: UnixMillis,
    /// All their devices, past ones too, in the order in which they were added.
    pub devices: Vec<Device>,
}

/// A device of a member, past or present.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// SHA-256 of its key's `SubjectPublicKeyInfo`.
    pub hash: DeviceHash,
    /// The key that it proves in TLS.
    pub key: VerifyingKey,
    /// What its person calls it.
    pub name: Name,
    /// Whether it may connect.
    pub status: Status,
    /// When it was added, by the signer's clock.
    pub since: UnixMillis,
}

/// Why a device may not connect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAdmitted {
    /// No member has that device: it may enrol, and nothing else.
    #[error("this device belongs to no member")]
    Unknown,
    /// Its member is suspended.
    #[error("this member is suspended")]
    MemberSuspended,
    /// Its member was revoked.
    #[error("this membership has ended")]
    MemberRevoked,
    /// Its member's time is over.
    #[error("this membership is over")]
    MemberExpired,
    /// The device is suspended.
    #[error("this device is suspended")]
    DeviceSuspended,
    /// The device was revoked.
    #[error("this device was revoked")]
    DeviceRevoked,
}

impl Member {
    /// Whether the membership is over at that time, though nobody revoked it.
    pub fn is_expired(&self, now: UnixMillis) -> bool {
        self.not_after.is_some_and(|end| now >= end)
    }

    /// The device of that name.
    pub fn device(&self, hash: &DeviceHash) -> Option<&Device> {
        self.devices.iter().find(|device| device.hash == *hash)
    }

    /// Whether the member may do anything with that device at that time.
    ///
    /// # Errors
    /// [`NotAdmitted`]: why not.
    pub fn admit(&self, device: &DeviceHash, now: UnixMillis) -> Result<&Device, NotAdmitted> {
        let device = self.device(device).ok_or(NotAdmitted::Unknown)?;
        match (self.status, device.status) {
            (Status::Revoked, _) => Err(NotAdmitted::MemberRevoked),
            (_, Status::Revoked) => Err(NotAdmitted::DeviceRevoked),
            (Status::Suspended, _) => Err(NotAdmitted::MemberSuspended),
            (_, Status::Suspended) => Err(NotAdmitted::DeviceSuspended),
            (Status::Active, Status::Active) if self.is_expired(now) => Err(NotAdmitted::MemberExpired),
            (Status::Active, Status::Active) => Ok(device),
        }
    }
}
