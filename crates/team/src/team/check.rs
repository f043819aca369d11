//! Whether a record follows, and who may say what.

use signet_core::{DeviceHash, Forbid, Grant, MemberId, Role, UnixMillis};
use signet_crypto::VerifyingKey;

use super::{ChainError, Device, Member, NotAdmitted, Status, Team};
use crate::{Body, HostHash, NewDevice, Record, device_hash};

/// Who signed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Signer {
    Owner,
    /// An active admin. Which one does not matter: no admin manages an admin, and so none themselves.
    Admin,
}

impl Signer {
    /// Whether that one decides about members of the role.
    fn manages(self, role: Role) -> Result<(), ChainError> {
        let manages = match self {
            Self::Owner => true,
            Self::Admin => Role::Admin.manages(role),
        };
        if manages { Ok(()) } else { Err(ChainError::OwnerOnly) }
    }

    fn is_owner(self) -> Result<(), ChainError> {
        if self == Self::Owner { Ok(()) } else { Err(ChainError::OwnerOnly) }
    }
}

impl Team {
    pub(super) fn check_record(&self, record: &Record) -> Result<(), ChainError> {
        let expected = self.epoch.saturating_add(1);
        // The last number there is stays unused, so that numbers only ever rise.
        if record.epoch != expected || expected == u64::MAX {
            return Err(ChainError::Epoch { expected, found: record.epoch });
        }
        if record.previous != self.head {
            return Err(ChainError::Previous);
        }
        self.check_body(self.signer(&record.signer, record.time)?, &record.body)
    }

    fn signer(&self, key: &VerifyingKey, time: UnixMillis) -> Result<Signer, ChainError> {
        if *key == self.owner {
            return Ok(Signer::Owner);
        }
        let hash = device_hash(key);
        let (member, _) = self.member_of_device(&hash).ok_or(ChainError::Signer)?;
        if member.role != Role::Admin {
            return Err(ChainError::Signer);
        }
        match member.admit(&hash, time) {
            Ok(_) => Ok(Signer::Admin),
            Err(NotAdmitted::MemberExpired) => Err(ChainError::SignerExpired),
            Err(_) => Err(ChainError::SignerInactive),
        }
    }

    fn check_body(&self, signer: Signer, body: &Body) -> Result<(), ChainError> {
        match body {
            Body::MemberAdded { member, role, device, .. } => {
                new_role(signer, *role)?;
                if self.members.contains_key(member) {
                    return Err(ChainError::MemberUsed);
                }
                self.check_new_device(device)
            }
            Body::MemberRenamed { member, .. }
            | Body::AddressChanged { member, .. }
            | Body::ExpiryChanged { member, .. }
            | Body::MemberRevoked { member } => self.managed(signer, member).map(drop),
            Body::RoleChanged { member, role } => {
                let member = self.managed(signer, member)?;
                new_role(signer, *role)?;
                changes(member.role != *role)
            }
            Body::MemberSuspended { member } => {
                changes(self.managed(signer, member)?.status == Status::Active)
            }
            Body::MemberResumed { member } => {
                changes(self.managed(signer, member)?.status == Status::Suspended)
            }
            Body::DeviceAdded { member, device } => {
                self.managed(signer, member)?;
                self.check_new_device(device)
            }
            Body::DeviceRenamed { device, .. } | Body::DeviceRevoked { device } => {
                self.managed_device(signer, device).map(drop)
            }
            Body::DeviceSuspended { device } => {
                changes(self.managed_device(signer, device)?.status == Status::Active)
            }
            Body::DeviceResumed { device } => {
                changes(self.managed_device(signer, device)?.status == Status::Suspended)
            }
            Body::GrantPut { grant } => self.check_grant(signer, grant),
            Body::GrantRemoved { grant } => {
                let grant = self.rules.grant(*grant).ok_or(ChainError::GrantUnknown)?;
                self.managed(signer, &grant.member).map(drop)
            }
            Body::ForbidPut { forbid } => self.check_forbid(signer, forbid),
            Body::ForbidRemoved { forbid } => {
                let forbid = self.rules.forbid(*forbid).ok_or(ChainError::ForbidUnknown)?;
                self.decides_on_forbid(signer, forbid)
            }
            Body::NetworksSet { .. } => signer.is_owner(),
        }
    }

    /// The member, if there is one still and the signer decides about them.
    fn managed(&self, signer: Signer, id: &MemberId) -> Result<&Member, ChainError> {
        let member = self.members.get(id).ok_or(ChainError::MemberUnknown)?;
        signer.manages(member.role)?;
        if member.status == Status::Revoked { Err(ChainError::MemberRevoked) } else { Ok(member) }
    }

    fn managed_device(&self, signer: Signer, hash: &DeviceHash) -> Result<&Device, ChainError> {
        let (member, device) = self.member_of_device(hash).ok_or(ChainError::DeviceUnknown)?;
        self.managed(signer, &member.id)?;
        if device.status == Status::Revoked { Err(ChainError::DeviceRevoked) } else { Ok(device) }
    }

    fn check_new_device(&self, device: &NewDevice) -> Result<(), ChainError> {
        let is_hosts = HostHash::of(&device.key) == self.host;
        if is_hosts || device.key == self.owner || self.member_of.contains_key(&device.hash()) {
            return Err(ChainError::DeviceUsed);
        }
        Ok(())
    }

    fn check_grant(&self, signer: Signer, grant: &Grant) -> Result<(), ChainError> {
        self.managed(signer, &grant.member)?;
        match self.rules.grant(grant.id) {
            Some(old) if old.member == grant.member => Ok(()),
            Some(_) => Err(ChainError::OtherMember),
            None if grant.id == self.rules.next_grant => Ok(()),
            None => Err(ChainError::NotNext),
        }
    }

    fn check_forbid(&self, signer: Signer, forbid: &Forbid) -> Result<(), ChainError> {
        if let Some(member) = &forbid.member {
            self.managed(signer, member)?;
        }
        self.decides_on_forbid(signer, forbid)?;
        match self.rules.forbid(forbid.id) {
            Some(old) if old.member == forbid.member => Ok(()),
            Some(_) => Err(ChainError::OtherMember),
            None if forbid.id == self.rules.next_forbid => Ok(()),
            None => Err(ChainError::NotNext),
        }
    }

    /// A forbid of the owner's, or for everybody, is the owner's alone to change.
    fn decides_on_forbid(&self, signer: Signer, forbid: &Forbid) -> Result<(), ChainError> {
        let member = forbid.member.as_ref().and_then(|id| self.members.get(id));
        match member {
            Some(member) if !self.rules.is_owners(forbid.id) => signer.manages(member.role),
            _ => signer.is_owner(),
        }
    }
}

fn new_role(signer: Signer, role: Role) -> Result<(), ChainError> {
    if role == Role::Owner {
        return Err(ChainError::OwnerRole);
    }
    signer.manages(role)
}

const fn changes(yes: bool) -> Result<(), ChainError> {
    if yes { Ok(()) } else { Err(ChainError::Unchanged) }
}
