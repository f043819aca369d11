//! The errors of the token endpoint, word for word.

use std::borrow::Cow;

use serde_json::{Value, json};

/// An error reply: `{"error": …, "error_description": …}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TokenError {
    pub(crate) status: u16,
    pub(crate) error: &'static str,
    pub(crate) description: Option<Cow<'static, str>>,
    pub(crate) subtype: Option<&'static str>,
}

impl TokenError {
    pub(crate) const NOT_DELEGATED: Self =
        Self::new(401, "unauthorized_client", "Unauthorized client or scope in request.");
    pub(crate) const NO_SCOPE: Self = Self::new(
        401,
        "unauthorized_client",
        "Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the scopes requested.",
    );
    pub(crate) const SOME_SCOPES: Self = Self::new(401, "access_denied", "Requested client not authorized.");
    pub(crate) const UNKNOWN_USER: Self = Self::new(400, "invalid_grant", "Invalid email or User ID");
    pub(crate) const CLOCK: Self = Self::new(
        400,
        "invalid_grant",
        "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.",
    );
    pub(crate) const SIGNATURE: Self = Self::new(400, "invalid_grant", "Invalid JWT Signature.");
    pub(crate) const ACCOUNT_NOT_FOUND: Self =
        Self::new(400, "invalid_grant", "Invalid grant: account not found");
    pub(crate) const AUDIENCE: Self = Self::new(400, "invalid_grant", "Invalid JWT: Failed audience check.");
    pub(crate) const NO_VERIFIER: Self =
        Self::new(400, "invalid_grant", "Invalid JWT: No valid verifier found for issuer.");
    pub(crate) const MALFORMED: Self = Self::new(400, "invalid_grant", "Bad Request");
    pub(crate) const NOT_A_FORM: Self = Self::new(400, "invalid_request", "Bad Request");
    pub(crate) const SCOPE: Self =
        Self::new(400, "invalid_scope", "Invalid OAuth scope or ID token audience provided.");
    pub(crate) const MISSING_GRANT_TYPE: Self =
        Self::new(400, "invalid_request", "Required parameter is missing: grant_type");
    pub(crate) const MISSING_ASSERTION: Self =
        Self::new(400, "invalid_request", "Required parameter is missing: assertion");
    pub(crate) const RAPT: Self = Self {
        status: 400,
        error: "invalid_grant",
        description: Some(Cow::Borrowed("reauth related error (invalid_rapt)")),
        subtype: Some("invalid_rapt"),
    };

    pub(crate) const fn new(status: u16, error: &'static str, description: &'static str) -> Self {
        Self { status, error, description: Some(Cow::Borrowed(description)), subtype: None }
    }

    pub(crate) const fn bare(status: u16, error: &'static str) -> Self {
        Self { status, error, description: None, subtype: None }
    }

    /// `sub` is not an address. Google's text has the HTML entities.
    pub(crate) fn invalid_sub(sub: &str) -> Self {
        let text = format!("Invalid impersonation &quot;sub&quot; field: {sub}");
        Self { status: 400, error: "invalid_request", description: Some(text.into()), subtype: None }
    }

    pub(crate) fn grant_type(given: &str) -> Self {
        let text = format!("Invalid grant_type: {given}");
        Self { status: 400, error: "unsupported_grant_type", description: Some(text.into()), subtype: None }
    }

    pub(crate) fn json(&self) -> Value {
        let mut body = json!({ "error": self.error });
        if let Some(description) = &self.description {
            body["error_description"] = json!(description);
        }
        if let Some(subtype) = self.subtype {
            body["error_subtype"] = json!(subtype);
        }
        body
    }
}
