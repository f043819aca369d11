//! Networks as `address/prefix`.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use serde::{Deserialize, Serialize};

/// Why a text is not a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CidrError {
    /// The part before the slash is not an IPv4 or IPv6 address.
    #[error("not an IP address or a network such as 192.0.2.0/24")]
    Address,
    /// The part after the slash is not a number of bits of such an address.
    #[error("the number after the slash is not a valid prefix length")]
    Prefix,
    /// The address has bits after the prefix: it is unclear whether one machine or its network is meant.
    #[error(
        "the address has bits after the prefix; write the network's own address, or /32 or /128 for one machine"
    )]
    HostBits,
}

/// A network: an address and how many of its bits count (RFC 4632; RFC 4291, 2.3).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(as = "String"))]
pub struct Cidr {
    address: IpAddr,
    prefix: u8,
}

impl Cidr {
    /// Reads `192.0.2.0/24`, `2001:db8::/32`, or an address alone, which is that one machine. IPv4
    /// written as IPv6 (`::ffff:192.0.2.0/120`) is the IPv4 network.
    ///
    /// # Errors
    /// [`CidrError`]: what is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, CidrError> {
        let (address, prefix) = text.split_once('/').map_or((text, None), |(a, p)| (a, Some(p)));
        let address: IpAddr = address.parse().map_err(|_| CidrError::Address)?;
        let most = bits(address);
        let prefix = prefix.map_or(Ok(most), |digits| prefix_length(digits, most))?;
        let written = Self { address, prefix };
        if masked(address, prefix) != address {
            return Err(CidrError::HostBits);
        }
        Ok(written.canonical())
    }

    /// Whether the address is in the network. The two families are apart: `::/0` holds no IPv4 address.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address.is_ipv4() == self.address.is_ipv4() && masked(address, self.prefix) == self.address
    }

    fn canonical(self) -> Self {
        match (self.address.to_canonical(), self.prefix.checked_sub(96)) {
            (address @ IpAddr::V4(_), Some(prefix)) if self.address.is_ipv6() => Self { address, prefix },
            _ => self,
        }
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

impl fmt::Debug for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cidr({self})")
    }
}

impl Serialize for Cidr {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Cidr {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

const fn bits(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

/// Digits only: `+8` and `08` are other spellings of a number, and two spellings invite mistakes.
fn prefix_length(digits: &str, most: u8) -> Result<u8, CidrError> {
    let plain = digits.bytes().all(|b| b.is_ascii_digit()) && (digits == "0" || !digits.starts_with('0'));
    digits.parse().ok().filter(|prefix| plain && *prefix <= most).ok_or(CidrError::Prefix)
}

fn masked(address: IpAddr, prefix: u8) -> IpAddr {
    let prefix = u32::from(prefix);
    match address {
        IpAddr::V4(v4) => {
            let mask = u32::MAX.checked_shl(32 - prefix.min(32)).unwrap_or(0);
            Ipv4Addr::from_bits(v4.to_bits() & mask).into()
        }
        IpAddr::V6(v6) => {
            let mask = u128::MAX.checked_shl(128 - prefix.min(128)).unwrap_or(0);
            Ipv6Addr::from_bits(v6.to_bits() & mask).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(network: &str, address: &str) -> bool {
        Cidr::parse(network).unwrap().contains(address.parse().unwrap())
    }

    #[test]
    fn the_edges_of_a_network_are_where_they_should_be() {
        assert!(holds("192.0.2.0/24", "192.0.2.0") && holds("192.0.2.0/24", "192.0.2.255"));
        assert!(!holds("192.0.2.0/24", "192.0.1.255") && !holds("192.0.2.0/24", "192.0.3.0"));
        assert!(holds("192.0.2.7", "192.0.2.7") && !holds("192.0.2.7", "192.0.2.6"));
        assert!(holds("0.0.0.0/0", "255.255.255.255") && holds("128.0.0.0/1", "255.0.0.1"));
        assert!(!holds("128.0.0.0/1", "127.255.255.255"));
        assert!(holds("2001:db8::/33", "2001:db8:7fff::1") && !holds("2001:db8::/33", "2001:db8:8000::1"));
        assert!(holds("::1", "::1") && !holds("::1/128", "::2"));
    }

    #[test]
    fn the_families_do_not_mix_but_mapped_addresses_are_ipv4() {
        assert!(holds("192.0.2.0/24", "::ffff:192.0.2.9"));
        assert!(holds("::ffff:192.0.2.0/120", "192.0.2.9"));
        assert_eq!(Cidr::parse("::ffff:192.0.2.0/120").unwrap().to_string(), "192.0.2.0/24");
        assert!(!holds("::/0", "192.0.2.9") && !holds("::/0", "::ffff:192.0.2.9"));
        assert!(!holds("0.0.0.0/0", "2001:db8::1"));
        assert!(holds("::/0", "2001:db8::1"));
    }

    #[test]
    fn unclear_networks_are_refused() {
        assert_eq!(Cidr::parse("192.0.2.7/24"), Err(CidrError::HostBits));
        assert_eq!(Cidr::parse("2001:db8::1/64"), Err(CidrError::HostBits));
        assert_eq!(Cidr::parse("::ffff:0.0.0.0/90"), Err(CidrError::HostBits));
        for bad in
            ["10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/08", "10.0.0.0/", "::/129", "::/8/8"]
        {
            assert_eq!(Cidr::parse(bad), Err(CidrError::Prefix), "{bad}");
        }
        for bad in ["", "/8", "10.0.0/8", "10.0.0.0 /8", "fe80::1%eth0", "010.0.0.0/8", "example.org"] {
            assert_eq!(Cidr::parse(bad), Err(CidrError::Address), "{bad}");
        }
    }
}
