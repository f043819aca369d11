//! Turns a service-account key into an access token (RFC 7523), with yup-oauth2.

use signet_core::{EmailAddress, Failure, Scope};

use crate::{AccessToken, Google, ServiceKey};

/// Why there is no token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct TokenError(pub(crate) Failure);

impl TokenError {
    /// The failure to show: facts `client_id`, `scope`, `subject`, `google_error`, `google_message`, and
    /// `offset_seconds` when the clock is to blame.
    pub fn failure(&self) -> Failure {
        self.0.clone()
    }
}

impl Google {
    /// Exchanges an assertion signed with `key` for a token of `subject`. Also the delegation step of a
    /// check: the failure's code and remedy say exactly what to change. Retries what may pass.
    ///
    /// # Errors
    /// [`TokenError`].
    pub async fn mint(
        &self,
        key: ServiceKey,
        subject: &EmailAddress,
        scope: Scope,
    ) -> Result<AccessToken, TokenError> {
        todo!()
    }
}
