//! The token endpoint's HTTP side: forms only.

use hyper::HeaderMap;
use hyper::body::{Body, Bytes};
use hyper::header::CONTENT_TYPE;

use super::reply::{self, Reply, set};
use crate::gmail::ReceiveError;
use crate::google::Google;
use crate::token::{Assertion, Audience, TokenError, grant};

/// The path and its older names.
pub(super) const PATHS: [&str; 3] = ["/token", "/oauth2/v4/token", "/o/oauth2/token"];

const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/// A request for a token.
pub(super) struct TokenRequest {
    form: Option<Vec<(String, String)>>,
}

/// A body of at most 64 KiB.
pub(super) async fn small_body<B>(body: &mut B) -> Result<Option<Vec<u8>>, ReceiveError>
where
    B: Body<Data = Bytes> + Unpin,
{
    crate::gmail::small(body, 64 * 1024).await
}

impl TokenRequest {
    /// Reads the form; anything else is remembered as none.
    pub(super) async fn read<B>(headers: &HeaderMap, body: &mut B) -> Result<Self, ReceiveError>
    where
        B: Body<Data = Bytes> + Unpin,
    {
        let is_form = headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.trim_start().starts_with("application/x-www-form-urlencoded"));
        let bytes = small_body(body).await?;
        let form =
            bytes.filter(|_| is_form).map(|bytes| url::form_urlencoded::parse(&bytes).into_owned().collect());
        Ok(Self { form })
    }

    /// The user that the assertion names; not verified, for choosing a fault only.
    pub(super) fn user(&self) -> Option<String> {
        Assertion::parse(self.field("assertion")?)?.text("sub").map(str::to_owned)
    }

    /// Grants a token or says why not.
    pub(super) fn reply(&self, google: &Google, audience: &Audience) -> Reply {
        match self.grant(google, audience) {
            Ok(value) => {
                let mut reply = reply::json(200, &value);
                set(&mut reply, "cache-control", "no-cache, no-store, max-age=0, must-revalidate");
                set(&mut reply, "pragma", "no-cache");
                reply
            }
            Err(error) => refused(&error),
        }
    }

    fn grant(&self, google: &Google, audience: &Audience) -> Result<serde_json::Value, TokenError> {
        if self.form.is_none() {
            return Err(TokenError::NOT_A_FORM);
        }
        match self.field("grant_type") {
            None => return Err(TokenError::MISSING_GRANT_TYPE),
            Some(JWT_BEARER) => {}
            Some(other) => return Err(TokenError::grant_type(other)),
        }
        grant(google, self.field("assertion").ok_or(TokenError::MISSING_ASSERTION)?, audience)
    }

    fn field(&self, name: &str) -> Option<&str> {
        self.form.as_ref()?.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}

/// An error reply.
pub(super) fn refused(error: &TokenError) -> Reply {
    reply::json(error.status, &error.json())
}
