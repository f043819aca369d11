//! E-mail addresses as Gmail sends to them: an ASCII local part and a domain in its ASCII form.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::HeaderText;

/// Why a text is not an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Not of the form `local@domain`.
    #[error("not a valid e-mail address")]
    Invalid,
    /// The part before the @ is not plain ASCII (it would need SMTPUTF8, RFC 6531).
    #[error("the part before the @ has characters that Gmail cannot send to")]
    NonAscii,
}

/// An address `local@domain` (RFC 5321, 4.1.2: dot-string only), domain lower-case and in ASCII form.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(as = "String"))]
pub struct EmailAddress(String);

impl EmailAddress {
    /// Reads an address; a non-ASCII domain becomes its `xn--` form (RFC 5891).
    ///
    /// # Errors
    /// [`AddressError`]: what is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let (local, domain) = text.rsplit_once('@').ok_or(AddressError::Invalid)?;
        if local.chars().chain(domain.chars()).any(|c| c.is_control() || c.is_whitespace()) {
            return Err(AddressError::Invalid);
        }
        if !local.is_ascii() {
            return Err(AddressError::NonAscii);
        }
        if !is_dot_string(local) {
            return Err(AddressError::Invalid);
        }
        let domain = idna::domain_to_ascii_strict(domain).map_err(|_| AddressError::Invalid)?;
        if !is_domain(&domain) || local.len() + 1 + domain.len() > 254 {
            return Err(AddressError::Invalid);
        }
        Ok(Self(format!("{local}@{domain}")))
    }

    /// The whole address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part after the @, lower-case ASCII.
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EmailAddress({})", self.0)
    }
}

impl<'de> Deserialize<'de> for EmailAddress {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// An address with an optional name: `Mia Berg <mia@example.org>`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Mailbox {
    /// The name shown to readers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<HeaderText>,
    /// The address.
    pub address: EmailAddress,
}

impl Mailbox {
    /// Reads `a@b` or `Name <a@b>`; quotes around the name are dropped.
    ///
    /// # Errors
    /// [`AddressError`], also when the name holds a line break.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let text = text.trim_matches([' ', '\t']);
        let Some(inner) = text.strip_suffix('>') else {
            return Ok(Self { name: None, address: EmailAddress::parse(text)? });
        };
        let (name, address) = inner.rsplit_once('<').ok_or(AddressError::Invalid)?;
        let name = name.trim_matches([' ', '\t']);
        let name = name.strip_prefix('"').and_then(|n| n.strip_suffix('"')).unwrap_or(name);
        let name = HeaderText::parse(name).map_err(|_| AddressError::Invalid)?;
        let name = Some(name).filter(|n| !n.as_str().is_empty());
        Ok(Self { name, address: EmailAddress::parse(address)? })
    }
}

impl fmt::Display for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{name} <{}>", self.address),
            None => self.address.fmt(f),
        }
    }
}

fn is_dot_string(local: &str) -> bool {
    (1..=64).contains(&local.len())
        && local.split('.').all(|atom| {
            !atom.is_empty()
                && atom.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b))
        })
}

fn is_domain(domain: &str) -> bool {
    domain.contains('.')
        && domain.len() <= 253
        && domain.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn accepts_plain_and_idn_addresses() {
        assert_eq!(EmailAddress::parse("Mia.Berg+x@Example.ORG").unwrap().as_str(), "Mia.Berg+x@example.org");
        assert_eq!(EmailAddress::parse("a@bücher.example").unwrap().domain(), "xn--bcher-kva.example");
        let mailbox = Mailbox::parse("\"Berg, Mia\" <mia@example.org>").unwrap();
        assert_eq!(mailbox.name.unwrap().as_str(), "Berg, Mia");
    }

    #[test]
    fn refuses_what_gmail_could_not_send_to() {
        assert_eq!(EmailAddress::parse("jörg@example.org"), Err(AddressError::NonAscii));
        for bad in [
            "",
            "a",
            "@b.c",
            "a@",
            "a@b",
            "a b@c.d",
            "a@b..c",
            ".a@b.c",
            "a@b.c\r\nBcc: x@y.z",
            "a@-b.c",
            "a\0@b.c",
            "a@b.c,d@e.f",
            "<a@b.c>",
        ] {
            assert_eq!(EmailAddress::parse(bad), Err(AddressError::Invalid), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn accepted_addresses_are_plain_ascii_and_stable(text in "\\PC{0,40}@\\PC{0,40}|[a-z.]{1,8}@[a-zA-Zü.-]{1,20}") {
            if let Ok(address) = EmailAddress::parse(&text) {
                prop_assert!(address.as_str().bytes().all(|b| b.is_ascii_graphic()));
                prop_assert_eq!(EmailAddress::parse(address.as_str()), Ok(address));
            }
        }
    }
}
