//! The invite: what the owner hands to a new member.

use std::fmt;

use data_encoding::{BASE32_NOPAD, HEXLOWER};
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use signet_core::IdError;
use signet_crypto::{Secret, SecretText};
use zeroize::Zeroizing;

use crate::{HostHash, HostPort, HostPortError, link};

const PREFIX: &str = "signet1-";
const VERSION: u8 = 1;
/// Version, host hash, invite id, secret.
const LEN: usize = 1 + 32 + 8 + 16;
/// More hints do not help, and would make the QR code hard to read.
const MAX_HINTS: usize = 4;
/// No invite is longer, white space included: 4 hints of 259 characters, percent-encoded.
const MAX_TEXT: usize = 8192;

/// Why a text is not an invite.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InviteError {
    /// It does not begin like an invite or the link to one.
    #[error("that is not an invite to a Signet team")]
    Prefix,
    /// It begins like an invite of a later version.
    #[error("that invite was made by a newer Signet")]
    Newer,
    /// Characters are missing, added or changed.
    #[error("that invite is damaged or not complete")]
    Damaged,
    /// What follows the @ is not an address of a host.
    #[error("the host's address in the invite is not valid: {0}")]
    Hint(#[from] HostPortError),
    /// Over four addresses.
    #[error("the invite names too many addresses")]
    TooManyHints,
}

/// The name of an invite: 8 random bytes, not secret. Printed as 16 hex digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct InviteId([u8; 8]);

impl InviteId {
    /// A fresh name.
    pub fn make(rng: &mut impl CryptoRng) -> Self {
        let mut bytes = [0; 8];
        rng.fill_bytes(&mut bytes);
        Self(bytes)
    }

    /// The name with these 8 bytes.
    pub const fn from_bytes(bytes: [u8; 8]) -> Self {
        Self(bytes)
    }

    /// The 8 bytes.
    pub const fn as_bytes(&self) -> &[u8; 8] {
        &self.0
    }

    /// Reads 16 lower-case hex digits.
    ///
    /// # Errors
    /// [`IdError`] for any other text.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let bytes = HEXLOWER.decode(text.as_bytes()).map_err(|_| IdError)?;
        Ok(Self(bytes.try_into().map_err(|_| IdError)?))
    }
}

impl fmt::Display for InviteId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for InviteId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InviteId({self})")
    }
}

impl Serialize for InviteId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for InviteId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// What only the owner's host and the invited person know: 16 random bytes.
pub struct InviteSecret(Secret<16>);

impl InviteSecret {
    /// A fresh secret.
    pub fn make(rng: &mut impl CryptoRng) -> Self {
        Self(Secret::make(rng))
    }

    /// Takes the bytes over and wipes the source.
    pub fn from_bytes(source: &mut [u8; 16]) -> Self {
        Self(Secret::from_bytes(source))
    }

    /// Copies the bytes if there are exactly 16 of them.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        Secret::parse(bytes).map(Self)
    }

    /// The bytes. Each caller says why it needs them.
    pub fn expose(&self) -> &[u8; 16] {
        self.0.expose()
    }

    /// Whether two are equal, in constant time.
    pub fn same(&self, other: &Self) -> bool {
        self.0.same(&other.0)
    }
}

/// An invite. It has a secret in it, so it can neither be printed nor copied by accident.
pub struct Invite {
    host: HostHash,
    id: InviteId,
    secret: InviteSecret,
    hints: Vec<HostPort>,
}

impl Invite {
    /// An invite to this host.
    ///
    /// # Errors
    /// [`InviteError::TooManyHints`] for over four addresses.
    pub fn new(
        host: HostHash,
        id: InviteId,
        secret: InviteSecret,
        hints: Vec<HostPort>,
    ) -> Result<Self, InviteError> {
        if hints.len() > MAX_HINTS {
            return Err(InviteError::TooManyHints);
        }
        Ok(Self { host, id, secret, hints })
    }

    /// Reads an invite or the link to one. White space anywhere, as pasting brings it, and capitals do
    /// not matter; nothing else is passed over.
    ///
    /// # Errors
    /// [`InviteError`]: what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, InviteError> {
        if text.len() > MAX_TEXT {
            return Err(InviteError::Damaged);
        }
        // The size is reserved, so that no growing leaves a copy behind.
        let mut plain = Zeroizing::new(String::with_capacity(text.len()));
        plain.extend(text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_lowercase()));
        match link::invite_of(&plain) {
            Some(inner) => Self::parse_plain(&inner?),
            None => Self::parse_plain(&plain),
        }
    }

    /// The text: `signet1-`, 92 characters of base32, and the addresses behind an @.
    pub fn text(&self) -> SecretText {
        let mut bytes = Zeroizing::new([VERSION; LEN]);
        bytes[1..33].copy_from_slice(self.host.as_bytes());
        bytes[33..41].copy_from_slice(self.id.as_bytes());
        // The invite's text is what carries the secret to the member.
        bytes[41..].copy_from_slice(self.secret.expose());
        let base32 = Zeroizing::new(BASE32_NOPAD.encode(bytes.as_slice()));
        let size =
            PREFIX.len() + base32.len() + self.hints.iter().map(|h| h.as_str().len() + 1).sum::<usize>();
        let mut text = String::with_capacity(size);
        text.push_str(PREFIX);
        text.extend(base32.chars().map(|c| c.to_ascii_lowercase()));
        for (i, hint) in self.hints.iter().enumerate() {
            text.push(if i == 0 { '@' } else { ',' });
            text.push_str(hint.as_str());
        }
        SecretText::new(text)
    }

    /// The link `signet://join/` and the text. Opening one never connects by itself.
    pub fn link(&self) -> SecretText {
        // The link carries the invite.
        link::link_to(self.text().expose())
    }

    /// Whom to expect at the other end.
    pub const fn host(&self) -> HostHash {
        self.host
    }

    /// The invite's name.
    pub const fn id(&self) -> InviteId {
        self.id
    }

    /// What proves that one has it.
    pub const fn secret(&self) -> &InviteSecret {
        &self.secret
    }

    /// Where the host may be reached, likeliest first. May be empty.
    pub fn hints(&self) -> &[HostPort] {
        &self.hints
    }

    fn parse_plain(text: &str) -> Result<Self, InviteError> {
        let Some(rest) = text.strip_prefix(PREFIX) else {
            return Err(if is_of_later_version(text) { InviteError::Newer } else { InviteError::Prefix });
        };
        let (base32, hints) = match rest.split_once('@') {
            Some((base32, hints)) => (base32, Some(hints)),
            None => (rest, None),
        };
        let upper = Zeroizing::new(base32.to_ascii_uppercase());
        // It refuses bits that are left over and not zero, so one invite has one text.
        let decoded = BASE32_NOPAD.decode(upper.as_bytes()).map(Zeroizing::new);
        let bytes = decoded.map_err(|_| InviteError::Damaged)?;
        let (version, fields) = bytes.split_first().ok_or(InviteError::Damaged)?;
        if bytes.len() == LEN && *version > VERSION {
            return Err(InviteError::Newer);
        }
        if bytes.len() != LEN || *version != VERSION {
            return Err(InviteError::Damaged);
        }
        let (host, fields) = fields.split_at(32);
        let (id, secret) = fields.split_at(8);
        let hints = hints.map_or(Ok(Vec::new()), parse_hints)?;
        Ok(Self {
            host: HostHash::from_bytes(host.try_into().map_err(|_| InviteError::Damaged)?),
            id: InviteId(id.try_into().map_err(|_| InviteError::Damaged)?),
            secret: InviteSecret::parse(secret).ok_or(InviteError::Damaged)?,
            hints,
        })
    }
}

fn parse_hints(text: &str) -> Result<Vec<HostPort>, InviteError> {
    if text.split(',').count() > MAX_HINTS {
        return Err(InviteError::TooManyHints);
    }
    Ok(text.split(',').map(HostPort::parse).collect::<Result<_, _>>()?)
}

/// `signet2-`, `signet10-` and so on.
fn is_of_later_version(text: &str) -> bool {
    let number = text.strip_prefix("signet").and_then(|rest| rest.split_once('-')).map(|(number, _)| number);
    number.is_some_and(|n| {
        (1..=3).contains(&n.len()) && n.bytes().all(|b| b.is_ascii_digit()) && !n.starts_with('0') && n != "1"
    })
}

#[cfg(test)]
mod tests;
