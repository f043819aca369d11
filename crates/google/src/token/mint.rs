//! Turns a service-account key into an access token (RFC 7523), with yup-oauth2.
//!
//! yup-oauth2 signs the assertion and parses the token. Its hazards are closed here: the key object is
//! built for one mint with our own `token_uri` and dropped after it; one authenticator serves one key and
//! subject once, so its scope-keyed memory store cannot mix anything up; what it would send goes through
//! [`super::relay`], so that our client (proxy, TLS, retries, status, `Date`) carries it; and the `log`
//! crate, to which it writes assertions at debug level, is capped statically in the workspace.

use std::sync::Arc;

use data_encoding::BASE64;
use signet_core::{Code, EmailAddress, Failure, Scope};
use yup_oauth2::{CustomHyperClientBuilder, ServiceAccountAuthenticator, ServiceAccountKey};
use zeroize::Zeroizing;

use super::relay::{Relay, in_memory_client};
use crate::{AccessToken, Google, ServiceKey};

/// Why there is no token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct TokenError(Failure);

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
        let made = self.clock.now();
        let relay = Arc::new(Relay::new(self.clone()));
        let client_id = key.client_id().to_owned();
        let answer = self.exchange(key, subject, scope, Arc::clone(&relay)).await;
        answer.map(|value| AccessToken::new(value, made, relay.lifetime())).ok_or_else(|| {
            let failure = relay.failure().unwrap_or_else(|| Failure::new(Code::KeyInconsistent));
            TokenError(explained(failure, &client_id, subject, scope))
        })
    }

    async fn exchange(
        &self,
        key: ServiceKey,
        subject: &EmailAddress,
        scope: Scope,
        relay: Arc<Relay>,
    ) -> Option<Zeroizing<String>> {
        let yup_key = ServiceAccountKey {
            key_type: None,
            project_id: None,
            private_key_id: None,
            private_key: pem(key.der()),
            client_email: key.client_email().as_str().to_owned(),
            client_id: None,
            auth_uri: None,
            token_uri: self.endpoints.token().as_str().to_owned(),
            auth_provider_x509_cert_url: None,
            client_x509_cert_url: None,
        };
        drop(key);
        let client = CustomHyperClientBuilder::from(in_memory_client(relay));
        let authenticator = ServiceAccountAuthenticator::with_client(yup_key, client)
            .subject(subject.as_str())
            .build()
            .await
            .ok()?;
        let token = authenticator.token(&[scope.as_str()]).await.ok()?;
        token.token().map(|text| Zeroizing::new(text.to_owned()))
    }
}

/// The PEM that yup-oauth2 wants, in a string that never grows: the process's allocator wipes it when
/// yup-oauth2 drops it.
fn pem(der: &[u8]) -> String {
    const BEGIN: &str = "-----BEGIN PRIVATE KEY-----\n";
    const END: &str = "\n-----END PRIVATE KEY-----\n";
    let mut pem = String::with_capacity(BEGIN.len() + BASE64.encode_len(der.len()) + END.len());
    pem.push_str(BEGIN);
    BASE64.encode_append(der, &mut pem);
    pem.push_str(END);
    pem
}

/// The failure with whom and what it is about, and with what to paste where the administrator has to act.
fn explained(failure: Failure, client_id: &str, subject: &EmailAddress, scope: Scope) -> Failure {
    let scope = scope.as_str();
    let failure = match failure.code {
        Code::DelegationMissing | Code::ScopeMissing if !client_id.is_empty() => failure.remedy(format!(
            "Ask the administrator to enter client id {client_id} with the scope {scope} in the Admin console \
             under Security, API controls, Domain-wide delegation; it can take up to 24 hours."
        )),
        Code::SenderUnknown => failure.what(format!("Google does not know the sender {subject} in this domain.")),
        _ => failure,
    };
    failure.fact("client_id", client_id).fact("scope", scope).fact("subject", subject)
}
