//! What a caller hands in: the message, its parts and the marks that make it unique.

use std::fmt;
use std::sync::Arc;

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use signet_core::{Code, ContentType, EmailAddress, Failure, FileName, HeaderText, Mailbox, UnixMillis};

use crate::Source;

/// A message as its author sees it. Line breaks in the bodies may be LF, CRLF or CR.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// The author, shown as From.
    pub from: Mailbox,
    /// Recipients in To.
    #[serde(default)]
    pub to: Vec<Mailbox>,
    /// Recipients in Cc.
    #[serde(default)]
    pub cc: Vec<Mailbox>,
    /// Recipients in Bcc. The header is written, because the Gmail API reads the recipients from it
    /// and takes it out on delivery.
    #[serde(default)]
    pub bcc: Vec<Mailbox>,
    /// Where answers go; empty means to the author.
    #[serde(default)]
    pub reply_to: Vec<Mailbox>,
    /// The subject.
    #[serde(default)]
    pub subject: HeaderText,
    /// The plain text body.
    #[serde(default)]
    pub text: Option<String>,
    /// The HTML body.
    #[serde(default)]
    pub html: Option<String>,
}

impl Message {
    /// Everyone in To, Cc and Bcc, in that order, duplicates included.
    pub fn recipients(&self) -> impl Iterator<Item = &Mailbox> {
        self.to.iter().chain(&self.cc).chain(&self.bcc)
    }
}

/// An attachment, or an inline image if it has a content id and the message has an HTML body.
#[derive(Clone)]
pub struct Part {
    /// The name its reader sees.
    pub name: FileName,
    /// Its media type. `message/*` and `multipart/*` go out as `application/octet-stream`, because
    /// their bodies must not be base64 (RFC 2046, 5.2.1).
    pub content_type: ContentType,
    /// What the HTML body calls it in `cid:` links (RFC 2392).
    pub content_id: Option<ContentId>,
    /// Where its bytes come from.
    pub source: Arc<dyn Source>,
}

/// What makes one composed message unlike any other. Same message and stamp, same bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The Date header.
    pub date: UnixMillis,
    /// The Message-ID header.
    pub message_id: MessageId,
    /// Boundaries are derived from this; random, not secret.
    pub boundary_seed: [u8; 16],
}

/// Why a text is not an identifier for a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a valid identifier")]
pub struct IdentifierError;

impl IdentifierError {
    /// What the user is told.
    pub fn failure(self) -> Failure {
        Failure::new(Code::InvalidHeader)
            .what("An identifier of the message holds characters that it may not.")
            .remedy("Use letters, digits, dots and dashes.")
    }
}

/// A message id `left@right` without its angle brackets (RFC 5322, 3.6.4).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MessageId(String);

impl MessageId {
    /// The id with these 16 random bytes, under the domain of the sender; never a host name.
    pub fn derive(unique: [u8; 16], sender: &EmailAddress) -> Self {
        Self(format!("{}@{}", HEXLOWER.encode(&unique), sender.domain()))
    }

    /// Reads an id, with or without angle brackets, as kept in a record.
    ///
    /// # Errors
    /// [`IdentifierError`] unless it is two dot-atoms around one `@`, at most 320 bytes.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        let text = text.strip_prefix('<').and_then(|t| t.strip_suffix('>')).unwrap_or(text);
        let (left, right) = text.split_once('@').ok_or(IdentifierError)?;
        let fits = text.len() <= 320 && is_dot_atom(left) && is_dot_atom(right);
        fits.then(|| Self(text.into())).ok_or(IdentifierError)
    }

    /// The id without angle brackets.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}>", self.0)
    }
}

/// The name of an inline part, the `logo` of `cid:logo` (RFC 2392), without angle brackets.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct ContentId(String);

impl ContentId {
    /// Reads a content id.
    ///
    /// # Errors
    /// [`IdentifierError`] unless it is 1 to 200 letters, digits and `.-_+=@`, which need no escaping
    /// in a `cid:` link.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b".-_+=@".contains(&b));
        (plain && (1..=200).contains(&text.len())).then(|| Self(text.into())).ok_or(IdentifierError)
    }

    /// The id without angle brackets.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for ContentId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

fn is_dot_atom(text: &str) -> bool {
    text.split('.').all(|atom| {
        !atom.is_empty()
            && atom.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_take_the_senders_domain_and_survive_a_record() {
        let sender = EmailAddress::parse("mia@bücher.example").unwrap();
        let id = MessageId::derive([0xAB; 16], &sender);
        assert_eq!(id.as_str(), "abababababababababababababababab@xn--bcher-kva.example");
        assert_eq!(MessageId::parse(&id.to_string()), Ok(id));
    }

    #[test]
    fn ids_cannot_carry_a_header() {
        for bad in ["", "a", "a@", "@b", "a b@c", "a@b\r\nBcc: x@y", "a@b>", "<a@b", "a@b@c", "a..b@c", "ä@b"]
        {
            assert_eq!(MessageId::parse(bad), Err(IdentifierError), "{bad:?}");
        }
        for bad in ["", "a b", "a\r\nb", "<a>", "ä", "a%20", &"x".repeat(201)] {
            assert_eq!(ContentId::parse(bad), Err(IdentifierError), "{bad:?}");
        }
        assert!(ContentId::parse("logo.1@example.org").is_ok());
    }
}
