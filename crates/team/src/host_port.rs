//! Where a host may be reached: a hint, never an identity.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

use serde::{Deserialize, Serialize};

/// Why a text is not an address of a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HostPortError {
    /// No port from 1 to 65535 behind the last colon.
    #[error("the port is missing or not a number from 1 to 65535")]
    Port,
    /// Neither a host name nor an IPv4 address nor an IPv6 address in brackets.
    #[error("not a host name or an IP address; an IPv6 address needs brackets")]
    Host,
}

/// A host name (RFC 1123, in its ASCII form), an IPv4 address or an IPv6 address in brackets, then a
/// colon and a port. In lower case, IPv6 as RFC 5952 writes it, so that one address has one text.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct HostPort(String);

impl HostPort {
    /// Reads `host:port`.
    ///
    /// # Errors
    /// [`HostPortError`]: which half is wrong.
    pub fn parse(text: &str) -> Result<Self, HostPortError> {
        let (host, port) = text.rsplit_once(':').ok_or(HostPortError::Port)?;
        let digits = (1..=5).contains(&port.len()) && port.bytes().all(|byte| byte.is_ascii_digit());
        let port = port.parse::<u16>().ok().filter(|port| digits && *port > 0).ok_or(HostPortError::Port)?;
        Ok(Self(format!("{}:{port}", canonical_host(host).ok_or(HostPortError::Host)?)))
    }

    /// The whole text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part before the port; an IPv6 address without its brackets.
    pub fn host(&self) -> &str {
        let host = self.0.rsplit_once(':').map_or("", |(host, _)| host);
        host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host)
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.0.rsplit_once(':').and_then(|(_, port)| port.parse().ok()).unwrap_or(0)
    }
}

impl fmt::Display for HostPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for HostPort {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

fn canonical_host(host: &str) -> Option<String> {
    if let Some(inner) = host.strip_prefix('[') {
        return Some(format!("[{}]", inner.strip_suffix(']')?.parse::<Ipv6Addr>().ok()?));
    }
    if let Ok(address) = host.parse::<Ipv4Addr>() {
        return Some(address.to_string());
    }
    let name = host.to_ascii_lowercase();
    let last = name.rsplit('.').next()?;
    // A name that ends in a number would be taken for an IPv4 address somewhere else.
    let numeric = last.bytes().all(|byte| byte.is_ascii_digit());
    (name.len() <= 253 && !numeric && name.split('.').all(is_label)).then_some(name)
}

fn is_label(label: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (1..=63).contains(&label.len())
        && label.bytes().all(plain)
        && !label.starts_with('-')
        && !label.ends_with('-')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_address_has_one_text() {
        for (text, canonical, host, port) in [
            ("Signet.Example.ORG:8443", "signet.example.org:8443", "signet.example.org", 8443),
            ("localhost:1", "localhost:1", "localhost", 1),
            ("192.0.2.7:065", "192.0.2.7:65", "192.0.2.7", 65),
            ("[2001:DB8:0:0::1]:65535", "[2001:db8::1]:65535", "2001:db8::1", 65535),
            ("a-1.b2:443", "a-1.b2:443", "a-1.b2", 443),
        ] {
            let parsed = HostPort::parse(text).unwrap();
            assert_eq!((parsed.as_str(), parsed.host(), parsed.port()), (canonical, host, port));
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for bad in
            ["", "host", "host:", "host:0", "host:65536", "host:+1", "host:-1", "host:1a", "host:000001"]
        {
            assert_eq!(HostPort::parse(bad), Err(HostPortError::Port), "{bad}");
        }
        for bad in [
            ":1",
            "a..b:1",
            ".a:1",
            "a.:1",
            "-a:1",
            "a-:1",
            "a_b:1",
            "ä.org:1",
            "2001:db8::1:443",
            "[::1:443",
            "::1]:443",
            "[]:1",
            "[fe80::1%eth0]:1",
            "[192.0.2.1]:1",
            "1.2.3:1",
            "1.2.3.256:1",
            "a,b:1",
            "a b:1",
            "a@b:1",
            "a/b:1",
        ] {
            assert_eq!(HostPort::parse(bad), Err(HostPortError::Host), "{bad}");
        }
        assert!(HostPort::parse(&format!("{}:1", "a".repeat(64))).is_err());
        assert!(HostPort::parse(&format!("{}a:1", "a.".repeat(127))).is_err());
    }

    proptest! {
        #[test]
        fn what_is_read_reads_back_the_same(text in "[\\[\\]a-zA-Z0-9.:-]{0,20}:[0-9]{1,6}|.{0,40}") {
            if let Ok(parsed) = HostPort::parse(&text) {
                prop_assert_eq!(HostPort::parse(parsed.as_str()), Ok(parsed.clone()));
                prop_assert!(parsed.port() > 0);
                prop_assert!(!parsed.as_str().contains(['@', ',', '%', '/', ' ']));
            }
        }
    }
}
