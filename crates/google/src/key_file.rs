//! Reads the JSON key file that Google makes for a service account.

use signet_core::{Code, EmailAddress, Failure, GoogleKeyId};
use zeroize::Zeroizing;

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
        todo!()
    }
}

impl KeyFile {
    /// Reads a key file of at most 65,536 bytes. Takes what people have: a byte-order mark, CRLF, PKCS#1
    /// PEM, newlines escaped twice, quotes around values. URLs in the file are ignored.
    ///
    /// # Errors
    /// [`KeyFileError`]: what the file is instead.
    pub fn parse(file: &[u8]) -> Result<Self, KeyFileError> {
        todo!()
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
