//! A key's age, from the public certificate that Google keeps for it.

use signet_core::{EmailAddress, Failure, GoogleKeyId, UnixMillis};

use crate::Google;

impl Google {
    /// When Google says the key was created (`notBefore` of its public certificate), or `None` when
    /// Google lists no certificate with that id: the key is unknown there, deleted or disabled.
    ///
    /// # Errors
    /// A [`Failure`]: Google cannot be reached, or answers with something else.
    pub async fn key_created(
        &self,
        client_email: &EmailAddress,
        google_key_id: &GoogleKeyId,
    ) -> Result<Option<UnixMillis>, Failure> {
        todo!()
    }
}
