//! What a checked record does to the team.

use signet_core::{DeviceHash, MemberId, UnixMillis};

use super::{Device, Member, Status, Team};
use crate::{Body, NewDevice, Record};

impl Team {
    /// Only for records that [`Team::check`] has found right.
    pub(super) fn change(&mut self, record: &Record) {
        match &record.body {
            Body::MemberAdded { member, name, address, role, device, not_after } => {
                let added = Member {
                    id: *member,
                    name: name.clone(),
                    address: address.clone(),
                    role: *role,
                    status: Status::Active,
                    not_after: *not_after,
                    since: record.time,
                    devices: Vec::new(),
                };
                self.members.insert(*member, added);
                self.add_device(member, device, record.time);
            }
            Body::MemberRenamed { member, name } => self.edit(member, |member| member.name = name.clone()),
            Body::AddressChanged { member, address } => {
                self.edit(member, |member| member.address.clone_from(address));
            }
            Body::ExpiryChanged { member, not_after } => {
                self.edit(member, |member| member.not_after = *not_after);
            }
            Body::RoleChanged { member, role } => self.edit(member, |member| member.role = *role),
            Body::MemberSuspended { member } => self.edit(member, |member| member.status = Status::Suspended),
            Body::MemberResumed { member } => self.edit(member, |member| member.status = Status::Active),
            Body::MemberRevoked { member } => self.revoke(member),
            Body::DeviceAdded { member, device } => self.add_device(member, device, record.time),
            Body::DeviceRenamed { device, name } => {
                self.edit_device(device, |device| device.name = name.clone());
            }
            Body::DeviceSuspended { device } => {
                self.edit_device(device, |device| device.status = Status::Suspended);
            }
            Body::DeviceResumed { device } => {
                self.edit_device(device, |device| device.status = Status::Active);
            }
            Body::DeviceRevoked { device } => {
                self.edit_device(device, |device| device.status = Status::Revoked);
            }
            Body::GrantPut { grant } => self.rules.put_grant(grant),
            Body::GrantRemoved { grant } => self.rules.remove_grant(*grant),
            Body::ForbidPut { forbid } => self.rules.put_forbid(forbid, record.signer == self.owner),
            Body::ForbidRemoved { forbid } => self.rules.remove_forbid(*forbid),
            Body::NetworksSet { networks } => self.networks.clone_from(networks),
        }
    }

    fn edit(&mut self, id: &MemberId, edit: impl FnOnce(&mut Member)) {
        if let Some(member) = self.members.get_mut(id) {
            edit(member);
        }
    }

    fn edit_device(&mut self, hash: &DeviceHash, edit: impl FnOnce(&mut Device)) {
        let member = self.member_of.get(hash).and_then(|id| self.members.get_mut(id));
        if let Some(device) = member.and_then(|m| m.devices.iter_mut().find(|d| d.hash == *hash)) {
            edit(device);
        }
    }

    fn add_device(&mut self, id: &MemberId, new: &NewDevice, since: UnixMillis) {
        let (hash, key, name) = (new.hash(), new.key, new.name.clone());
        self.member_of.insert(hash, *id);
        self.edit(id, |member| {
            member.devices.push(Device { hash, key, name, status: Status::Active, since });
        });
    }

    fn revoke(&mut self, id: &MemberId) {
        self.edit(id, |member| {
            member.status = Status::Revoked;
            for device in &mut member.devices {
                device.status = Status::Revoked;
            }
        });
        self.rules.remove_member(id);
    }
}
