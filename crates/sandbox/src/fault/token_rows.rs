//! The errors of the token endpoint, by name, word for word.

use super::effect::{Effect, Row, row};
use super::script::At;
use crate::token::TokenError;

macro_rules! rows {
    ($($name:literal: $what:literal => $error:expr;)*) => {
        pub(super) const ROWS: &[Row] = &[$(row($name, At::Token, $what, Effect::Token(|| $error))),*];
    };
}

rows! {
    "token-unauthorized-client": "401: not in the domain's delegation list" => TokenError::NOT_DELEGATED;
    "token-unauthorized-scopes": "401: authorised by e-mail, or none of the scopes" => TokenError::NO_SCOPE;
    "token-access-denied": "401: one or more scopes not authorised" => TokenError::SOME_SCOPES;
    "token-account-restricted": "401: account restricted" => TokenError::new(401, "access_denied", "Account restricted");
    "token-admin-policy": "400: an administrator's policy" => TokenError::new(400, "admin_policy_enforced", "Access to this API has been restricted by your administrator.");
    "token-unknown-user": "400: the user does not exist" => TokenError::UNKNOWN_USER;
    "token-not-a-user": "400: the user does not exist (other words)" => TokenError::new(400, "invalid_grant", "Not a valid email or user ID.");
    "token-clock": "400: clock or lifetime" => TokenError::CLOCK;
    "token-clock-old-words": "400: clock or lifetime (older words)" => TokenError::new(400, "invalid_grant", "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values and use a clock with skew to account for clock differences between systems.");
    "token-signature": "400: wrong, deleted, disabled or expired key" => TokenError::SIGNATURE;
    "token-account-not-found": "400: service account unknown, deleted or disabled" => TokenError::ACCOUNT_NOT_FOUND;
    "token-audience": "400: wrong aud" => TokenError::AUDIENCE;
    "token-no-verifier": "400: key not propagated yet; passes" => TokenError::NO_VERIFIER;
    "token-account-deleted": "400: the account has been deleted" => TokenError::new(400, "invalid_grant", "The account has been deleted");
    "token-robot-disabled": "400: the service account is disabled" => TokenError::new(400, "invalid_grant", "Robot is disabled.");
    "token-bad-request": "400: invalid_grant without more" => TokenError::MALFORMED;
    "token-invalid-sub": "400: sub is malformed" => TokenError::invalid_sub("nobody");
    "token-invalid-scope": "400: unknown or empty scope" => TokenError::SCOPE;
    "token-invalid-client": "401: the client was not found" => TokenError::new(401, "invalid_client", "The OAuth client was not found.");
    "token-deleted-client": "401: the client was deleted" => TokenError::new(401, "deleted_client", "The OAuth client was deleted.");
    "token-disabled-client": "401: the client was disabled" => TokenError::new(401, "disabled_client", "The OAuth client was disabled.");
    "token-org-internal": "403: only users of its own organisation" => TokenError::new(403, "org_internal", "This client is restricted to users within its organization.");
    "token-grant-type": "400: the grant type is not supported" => TokenError::grant_type("");
    "token-missing-parameter": "400: a parameter is missing" => TokenError::MISSING_GRANT_TYPE;
    "token-internal-500": "500: internal failure; passes" => TokenError::new(500, "internal_failure", "Backend Error");
    "token-internal-503": "503: internal failure without words; passes" => TokenError::bare(503, "internal_failure");
    "token-rapt": "400: session control asks for a new login" => TokenError::RAPT;
}
