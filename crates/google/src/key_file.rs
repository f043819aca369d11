//! Reads the JSON key file that Google makes for a service account.

mod rsa;
mod text;

use serde_json::{Map, Value};
use signet_core::{Code, EmailAddress, Failure, GoogleKeyId};
use zeroize::Zeroizing;

/// The largest file that is read, in bytes.
const MAX_FILE: usize = 64 * 1024;

/// The only universe that Signet works with.
const UNIVERSE: &str = "googleapis.com";

/// What a key file holds, checked. The private key is RSA of 2048 to 4096 bits, matches itself, and
/// is wiped on drop. No `Debug`.
pub struct KeyFile {
    client_email: EmailAddress,
    client_id: String,
    project_id: String,
    google_key_id: GoogleKeyId,
    bits: usize,
    der: Zeroizing<Vec<u8>>,
}

/// Why a file is not a key that Signet takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyFileError {
    /// Over 64 KiB.
    #[error("larger than 64 KiB")]
    TooLarge,
    /// Not a JSON object.
    #[error("not a JSON object")]
    Unreadable,
    /// `{"installed": …}` or `{"web": …}`.
    #[error("an OAuth client file")]
    OauthClient,
    /// `authorized_user`.
    #[error("a user's own login")]
    AuthorizedUser,
    /// `external_account` and `external_account_authorized_user`.
    #[error("a workload identity file")]
    ExternalAccount,
    /// Any other `type`.
    #[error("another type of credential file")]
    OtherType,
    /// A field is missing or not valid; its name.
    #[error("field {0} is missing or not valid")]
    Field(&'static str),
    /// EC, Ed25519 and so on.
    #[error("not an RSA key")]
    NotRsa,
    /// Under 2048 bits.
    #[error("fewer than 2048 bits")]
    TooSmall,
    /// Over 4096 bits.
    #[error("more than 4096 bits")]
    TooLong,
    /// The numbers of the key do not belong together.
    #[error("the key does not match itself")]
    Inconsistent,
    /// `universe_domain` is not `googleapis.com`.
    #[error("another universe")]
    Universe,
}

impl KeyFileError {
    /// The failure to show; the fact `field` names the field for [`KeyFileError::Field`].
    pub fn failure(&self) -> Failure {
        let code = match self {
            Self::TooLarge => Code::KeyFileTooLarge,
            Self::Unreadable => Code::KeyFileUnreadable,
            Self::OauthClient => Code::KeyFileOauthClient,
            Self::AuthorizedUser => Code::KeyFileAuthorizedUser,
            Self::ExternalAccount => Code::KeyFileExternalAccount,
            Self::OtherType => Code::KeyFileOtherType,
            Self::Field(name) => return Failure::new(Code::KeyFileField).fact("field", name),
            Self::NotRsa => Code::KeyNotRsa,
            Self::TooSmall => Code::KeyTooSmall,
            Self::TooLong => Code::KeyTooLarge,
            Self::Inconsistent => Code::KeyInconsistent,
            Self::Universe => Code::KeyUniverse,
        };
        Failure::new(code)
    }
}

impl KeyFile {
    /// Reads a key file of at most 65,536 bytes. Takes what people have: a byte-order mark, CRLF, PKCS#1
    /// PEM, newlines escaped twice, quotes around values. URLs in the file are ignored.
    ///
    /// # Errors
    /// [`KeyFileError`]: what the file is instead.
    pub fn parse(file: &[u8]) -> Result<Self, KeyFileError> {
        if file.len() > MAX_FILE {
            return Err(KeyFileError::TooLarge);
        }
        let mut fields = object(&text::decode(file)?)?;
        // Out of the tree first, so that it is wiped whatever else is wrong.
        let private_key = take_text(&mut fields, "private_key").map(Zeroizing::new);
        check_type(&fields)?;
        if take_text(&mut fields, "universe_domain").is_some_and(|it| !it.is_empty() && it != UNIVERSE) {
            return Err(KeyFileError::Universe);
        }
        let client_email = take_text(&mut fields, "client_email")
            .and_then(|it| EmailAddress::parse(&it).ok())
            .ok_or(KeyFileError::Field("client_email"))?;
        let google_key_id = take_text(&mut fields, "private_key_id")
            .and_then(|it| GoogleKeyId::parse(&it).ok())
            .ok_or(KeyFileError::Field("private_key_id"))?;
        let client_id = optional(&mut fields, "client_id", |it| it.bytes().all(|b| b.is_ascii_digit()))?;
        let project_id = optional(&mut fields, "project_id", |it| it.bytes().all(|b| b.is_ascii_graphic()))?;
        let key = rsa::read(&private_key.ok_or(KeyFileError::Field("private_key"))?)?;
        Ok(Self { client_email, client_id, project_id, google_key_id, bits: key.bits, der: key.der })
    }

    /// The service account's address.
    pub fn client_email(&self) -> &EmailAddress {
        &self.client_email
    }

    /// The numeric id that a Workspace administrator authorises; empty in files that lack it.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// The Google Cloud project; empty in files that lack it.
    pub fn project_id(&self) -> &str {
        &self.project_id
    }

    /// Google's id of the key.
    pub fn google_key_id(&self) -> &GoogleKeyId {
        &self.google_key_id
    }

    /// Bits of the modulus: 2048 to 4096.
    pub fn bits(&self) -> usize {
        self.bits
    }

    /// The private key as PKCS#8 DER (RFC 5958), for sealing it.
    pub fn der(&self) -> &[u8] {
        &self.der
    }
}

/// The fields of the file, also when it was pasted as a JSON string of itself.
fn object(text: &str) -> Result<Map<String, Value>, KeyFileError> {
    match serde_json::from_str(text).map_err(|_| KeyFileError::Unreadable)? {
        Value::Object(fields) => Ok(fields),
        Value::String(inner) => {
            let inner = Zeroizing::new(inner);
            match serde_json::from_str(&inner) {
                Ok(Value::Object(fields)) => Ok(fields),
                _ => Err(KeyFileError::Unreadable),
            }
        }
        _ => Err(KeyFileError::Unreadable),
    }
}

/// Only `service_account` passes; each other kind of credential file is named.
fn check_type(fields: &Map<String, Value>) -> Result<(), KeyFileError> {
    let kind = fields.get("type").and_then(Value::as_str).map(text::unquoted);
    match kind {
        Some("service_account") => Ok(()),
        Some("authorized_user") => Err(KeyFileError::AuthorizedUser),
        Some("external_account" | "external_account_authorized_user") => Err(KeyFileError::ExternalAccount),
        Some(_) => Err(KeyFileError::OtherType),
        None if fields.contains_key("installed") || fields.contains_key("web") => {
            Err(KeyFileError::OauthClient)
        }
        None if fields.contains_key("refresh_token") => Err(KeyFileError::AuthorizedUser),
        None => Err(KeyFileError::Field("type")),
    }
}

/// Takes a field out; one left in quotes by an environment variable loses them.
fn take_text(fields: &mut Map<String, Value>, name: &str) -> Option<String> {
    match fields.remove(name)? {
        Value::String(text) if text::unquoted(&text).len() == text.len() => Some(text),
        Value::String(text) => Some(text::unquoted(&Zeroizing::new(text)).to_owned()),
        _ => None,
    }
}

/// A field that older files lack: empty then.
fn optional(
    fields: &mut Map<String, Value>,
    name: &'static str,
    valid: impl Fn(&str) -> bool,
) -> Result<String, KeyFileError> {
    if !fields.contains_key(name) {
        return Ok(String::new());
    }
    let text = take_text(fields, name).ok_or(KeyFileError::Field(name))?;
    if text.len() <= 128 && valid(&text) { Ok(text) } else { Err(KeyFileError::Field(name)) }
}

#[cfg(test)]
mod tests;
