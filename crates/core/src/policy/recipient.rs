//! Whom a rule about recipients means.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{AddressError, EmailAddress};

/// A mail domain in its ASCII form, lower-case.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(as = "String"))]
pub struct Domain(String);

impl Domain {
    /// Reads a domain; a non-ASCII one becomes its `xn--` form (RFC 5891).
    ///
    /// # Errors
    /// [`AddressError::Invalid`] if no address could have it.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        if text.contains('@') {
            return Err(AddressError::Invalid);
        }
        Ok(Self(EmailAddress::parse(&format!("x@{text}"))?.domain().to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the address is of exactly this domain. Its subdomains are others.
    pub fn holds(&self, address: &EmailAddress) -> bool {
        // Without a look for the @ first: this is asked for each recipient of each grant.
        address.as_str().strip_suffix(self.0.as_str()).is_some_and(|local| local.ends_with('@'))
    }
}

/// A recipient, or all of a domain. As text: `mia@example.org` or `example.org`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(as = "String"))]
pub enum RecipientRule {
    /// Everybody at exactly this domain.
    Domain(Domain),
    /// This address, in whatever case it is written.
    Address(EmailAddress),
}

impl RecipientRule {
    /// Reads an address or a domain.
    ///
    /// # Errors
    /// [`AddressError`] if it is neither.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        if text.contains('@') {
            EmailAddress::parse(text).map(Self::Address)
        } else {
            Domain::parse(text).map(Self::Domain)
        }
    }

    /// Whether a grant with this rule lets mail go there.
    pub fn allows(&self, recipient: &EmailAddress) -> bool {
        match self {
            Self::Domain(domain) => domain.holds(recipient),
            Self::Address(address) => is_same(address, recipient),
        }
    }

    /// Whether a forbid with this rule keeps mail from going there. An address here also means its tagged
    /// forms (`mia+news@…`), which end in the same mailbox.
    pub fn forbids(&self, recipient: &EmailAddress) -> bool {
        match self {
            Self::Domain(domain) => domain.holds(recipient),
            Self::Address(address) => is_same(address, recipient) || is_tagged_form(recipient, address),
        }
    }
}

/// Whether two addresses are one mailbox to the policy: upper and lower case do not tell them apart.
pub(super) fn is_same(one: &EmailAddress, other: &EmailAddress) -> bool {
    one.as_str().eq_ignore_ascii_case(other.as_str())
}

fn is_tagged_form(tagged: &EmailAddress, address: &EmailAddress) -> bool {
    let base = |address: &EmailAddress| address.as_str().len() - address.domain().len() - 1;
    let (tagged_local, local) = (&tagged.as_str()[..base(tagged)], &address.as_str()[..base(address)]);
    let untagged = tagged_local.split_once('+').map(|(untagged, _)| untagged);
    tagged.domain() == address.domain() && untagged.is_some_and(|u| u.eq_ignore_ascii_case(local))
}

macro_rules! as_text {
    ($($name:ident),*) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
            }
        }
    )*};
}
as_text!(Domain, RecipientRule);

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for RecipientRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Domain(domain) => domain.fmt(f),
            Self::Address(address) => address.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(text: &str) -> RecipientRule {
        RecipientRule::parse(text).unwrap()
    }

    fn address(text: &str) -> EmailAddress {
        EmailAddress::parse(text).unwrap()
    }

    #[test]
    fn a_domain_is_exactly_that_domain() {
        assert!(rule("Example.ORG").allows(&address("a@example.org")));
        assert!(rule("bücher.example").allows(&address("a@xn--bcher-kva.example")));
        for other in ["a@sub.example.org", "a@xexample.org", "a@example.org.evil.net", "example.org@evil.net"]
        {
            assert!(!rule("example.org").allows(&address(other)), "{other}");
        }
    }

    #[test]
    fn an_address_is_one_mailbox_however_it_is_written() {
        assert!(rule("mia@example.org").allows(&address("MIA@example.org")));
        assert!(!rule("mia@example.org").allows(&address("mia+x@example.org")));
        assert!(!rule("mia@example.org").allows(&address("mia@example.net")));
    }

    #[test]
    fn a_forbidden_address_is_not_reached_by_a_tag() {
        assert!(rule("mia@example.org").forbids(&address("Mia+anything+x@example.org")));
        assert!(!rule("mia@example.org").forbids(&address("mia2@example.org")));
        assert!(!rule("mia@example.org").forbids(&address("mia+x@example.net")));
        assert!(!rule("mia+x@example.org").forbids(&address("mia@example.org")));
    }

    #[test]
    fn what_is_neither_is_refused() {
        for bad in ["", "@", "@example.org", "*.example.org", "example", "a@b@c.d", "example.org ", "a b.c"] {
            assert!(RecipientRule::parse(bad).is_err(), "{bad:?}");
        }
    }
}
