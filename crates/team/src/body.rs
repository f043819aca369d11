//! What a record can say.

use serde::{Deserialize, Serialize};
use signet_core::{
    Cidr, DeviceHash, EmailAddress, Forbid, ForbidId, Grant, GrantId, MemberId, Role, UnixMillis,
};
use signet_crypto::VerifyingKey;

use crate::{Name, byte_string, device_hash};

/// A device as it is added: its key, and what its person calls it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewDevice {
    /// The Ed25519 key that the device proves in TLS, and signs records with where it may.
    #[serde(with = "byte_string::key")]
    pub key: VerifyingKey,
    /// Such as "laptop".
    pub name: Name,
}

impl NewDevice {
    /// What the rest of the system calls it.
    pub fn hash(&self) -> DeviceHash {
        device_hash(&self.key)
    }
}

/// What a record says. Each one is a whole decision of the owner or an admin, so that the chain reads
/// like a diary.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[allow(clippy::large_enum_variant, reason = "there is one at a time")]
pub enum Body {
    /// Somebody becomes a member, with a first device.
    MemberAdded {
        /// An id that was never used before.
        member: MemberId,
        /// What to call them.
        name: Name,
        /// Their own address, to which a test-sender may send.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        address: Option<EmailAddress>,
        /// What they may do; never the owner's role.
        role: Role,
        /// Their first device.
        device: NewDevice,
        /// From when on they may do nothing.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        not_after: Option<UnixMillis>,
    },
    /// A member is called something else.
    MemberRenamed {
        /// Who.
        member: MemberId,
        /// The new name.
        name: Name,
    },
    /// A member has another address, or none.
    AddressChanged {
        /// Who.
        member: MemberId,
        /// The new address.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        address: Option<EmailAddress>,
    },
    /// A membership ends at another time, or at none.
    ExpiryChanged {
        /// Who.
        member: MemberId,
        /// From when on they may do nothing.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        not_after: Option<UnixMillis>,
    },
    /// A member has another role.
    RoleChanged {
        /// Who.
        member: MemberId,
        /// The new role; never the owner's.
        role: Role,
    },
    /// A member may do nothing for now.
    MemberSuspended {
        /// Who.
        member: MemberId,
    },
    /// A suspended member may go on.
    MemberResumed {
        /// Who.
        member: MemberId,
    },
    /// A membership ends for good, with all devices and grants.
    MemberRevoked {
        /// Who.
        member: MemberId,
    },
    /// A member has one more device.
    DeviceAdded {
        /// Whose.
        member: MemberId,
        /// The device, whose key was never used before.
        device: NewDevice,
    },
    /// A device is called something else.
    DeviceRenamed {
        /// Which.
        device: DeviceHash,
        /// The new name.
        name: Name,
    },
    /// A device may do nothing for now.
    DeviceSuspended {
        /// Which.
        device: DeviceHash,
    },
    /// A suspended device may go on.
    DeviceResumed {
        /// Which.
        device: DeviceHash,
    },
    /// A device's part ends for good.
    DeviceRevoked {
        /// Which.
        device: DeviceHash,
    },
    /// A grant is made (with the next id), or replaced (with the id and the member that it had).
    GrantPut {
        /// The grant.
        grant: Grant,
    },
    /// A grant ends for good.
    GrantRemoved {
        /// Which.
        grant: GrantId,
    },
    /// A forbid is made (with the next id), or replaced (with the id and the member that it had).
    ForbidPut {
        /// The forbid.
        forbid: Forbid,
    },
    /// A forbid ends for good.
    ForbidRemoved {
        /// Which.
        forbid: ForbidId,
    },
    /// The networks from which members may connect at all; none means from everywhere.
    NetworksSet {
        /// The networks.
        networks: Vec<Cidr>,
    },
}
