//! Somebody an authenticated channel vouches for.

use std::net::IpAddr;

use crate::{DeviceHash, MemberId, Role};

/// Where a request came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// The local channel, from a process of the same user whose id both ends have checked.
    Local,
    /// The address that the host sees at the other end of the connection.
    Network(IpAddr),
    /// An address that could not be told. It is denied everything.
    Unknown,
}

impl Source {
    /// That peer address. An IPv4 address written as IPv6 (`::ffff:a.b.c.d`) is the IPv4 address.
    pub const fn network(address: IpAddr) -> Self {
        Self::Network(address.to_canonical())
    }
}

/// Who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Who {
    /// The owner of the vault.
    Owner,
    /// A member of the host, at one of their devices.
    Member {
        /// The member.
        member: MemberId,
        /// The device whose key the connection proved.
        device: DeviceHash,
    },
}

/// What the host's listener found out about a connection: the device key that TLS proved, and the
/// signed record which says whose it is.
///
/// Only the listener makes one, and only after it has found an active member's signed record for the
/// peer's key. Nothing here may come from the body of a request.
#[derive(Clone, Copy, Debug)]
pub struct Admission {
    /// Whose device it is, by the record.
    pub member: MemberId,
    /// The SHA-256 of the peer's key, from the TLS connection.
    pub device: DeviceHash,
    /// The member's role, by the record.
    pub role: Role,
    /// The peer's address, from the socket or from a trusted proxy.
    pub source: Source,
}

/// Somebody an authenticated channel vouches for. There is no way to make one from a request body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Principal {
    role: Role,
    source: Source,
    who: Who,
}

impl Principal {
    /// The owner at the local channel. The caller proves that the channel was authenticated by
    /// passing the peer's user id and its own, as the kernel reported them: they must agree.
    pub const fn local_owner(peer_uid: u32, own_uid: u32) -> Option<Self> {
        if peer_uid == own_uid {
            Some(Self { role: Role::Owner, source: Source::Local, who: Who::Owner })
        } else {
            None
        }
    }

    /// A member whom the host's listener has admitted.
    pub const fn admitted(admission: Admission) -> Self {
        let Admission { member, device, role, source } = admission;
        let source = match source {
            Source::Network(address) => Source::network(address),
            other => other,
        };
        Self { role, source, who: Who::Member { member, device } }
    }

    /// The role.
    pub const fn role(&self) -> Role {
        self.role
    }

    /// Where the requests come from.
    pub const fn source(&self) -> Source {
        self.source
    }

    /// Who it is.
    pub const fn who(&self) -> Who {
        self.who
    }

    /// The member, unless it is the owner.
    pub const fn member(&self) -> Option<MemberId> {
        match self.who {
            Who::Owner => None,
            Who::Member { member, .. } => Some(member),
        }
    }

    /// The member's device, unless it is the owner.
    pub const fn device(&self) -> Option<DeviceHash> {
        match self.who {
            Who::Owner => None,
            Who::Member { device, .. } => Some(device),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_user_is_nobody() {
        assert_eq!(Principal::local_owner(1001, 1000), None);
    }

    #[test]
    fn ipv4_in_ipv6_is_ipv4_whoever_writes_it() {
        let plain: IpAddr = "192.0.2.7".parse().unwrap();
        let mapped: IpAddr = "::ffff:192.0.2.7".parse().unwrap();
        assert_eq!(Source::network(mapped), Source::Network(plain));
        let member = MemberId::from_bytes([1; 16]);
        let device = DeviceHash::from_bytes([2; 32]);
        let admission = Admission { member, device, role: Role::Sender, source: Source::Network(mapped) };
        assert_eq!(Principal::admitted(admission).source(), Source::Network(plain));
    }
}
