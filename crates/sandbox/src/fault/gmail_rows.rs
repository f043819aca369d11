//! The errors of the Gmail API, by name, word for word.

use super::effect::{Effect, Row, row};
use super::script::At;
use crate::gmail::ApiError;

macro_rules! rows {
    ($($name:literal: $what:literal => $make:expr;)*) => {
        pub(super) const ROWS: &[Row] = &[$(row($name, At::Start, $what, Effect::Gmail($make))),*];
    };
}

rows! {
    "recipient-required": "400: no recipient" => |_| ApiError::invalid_argument("Recipient address required");
    "invalid-to": "400: a To header that cannot be read" => |_| ApiError::invalid_argument("Invalid To header");
    "invalid-id": "400: an id that is none" => |_| ApiError::invalid_argument("Invalid id value");
    "raw-required": "400: no message in the request" => |_| ApiError::raw_required();
    "mail-service-off": "400: the user has no mailbox" => |_| ApiError::mail_service_off();
    "precondition-failed": "400: a service account without a user" => |_| ApiError::precondition_failed();
    "json-too-large": "400: the request is larger than 1 MiB" => |_| ApiError::bad_request("Request payload size exceeds the limit: 1048576 bytes.");
    "auth-error": "401: the token is not valid" => |_| ApiError::unauthenticated();
    "auth-error-old-words": "401: the token is not valid (older words)" => |_| ApiError::invalid_credentials();
    "login-required": "401: no token" => |_| ApiError::login_required();
    "scope-insufficient": "403: the token lacks the scope" => |c| ApiError::insufficient_scope(c.method);
    "api-not-enabled": "403: the Gmail API is off in the project" => |c| ApiError::not_configured(c.project_number);
    "domain-policy": "403: administrators switched Gmail apps off" => |_| ApiError::domain_policy();
    "delegation-denied": "403: not this user's mailbox" => |c| ApiError::delegation_denied(c.user);
    "quota-user-minute-old": "403: units a minute, scheme before May 2026; passes" => |c| ApiError::quota_old(c.project_number, 15_000);
    "quota-user-minute-new": "403: units a minute, scheme from May 2026 on; passes" => |c| ApiError::quota_new(c.project_number, 6_000);
    "user-rate-limit-403": "403: user rate limit; passes" => |_| ApiError::usage_limit("userRateLimitExceeded", "User Rate Limit Exceeded");
    "rate-limit-403": "403: rate limit; passes" => |_| ApiError::usage_limit("rateLimitExceeded", "Rate Limit Exceeded");
    "daily-limit": "403: the project's own daily cap" => |_| ApiError::usage_limit("dailyLimitExceeded", "Daily Limit Exceeded");
    "resource-exhausted": "429: resource exhausted; passes" => |_| ApiError::exhausted("rateLimitExceeded", "Resource has been exhausted (e.g. check quota).");
    "user-rate-limit-until": "429: not before the time in the text (--retry-after)" => |c| ApiError::rate_limited_until(c.retry_at);
    "mail-sending-limit": "429: the user's daily sending limit" => |_| ApiError::sending_limit();
    "too-many-concurrent": "429: too many requests at once; passes" => |_| ApiError::exhausted("rateLimitExceeded", "Too many concurrent requests for user");
    "upload-too-large": "413: the upload is too large" => |_| ApiError::too_large();
    "backend-error": "503: backend error; passes" => |_| ApiError::backend(503);
    "backend-error-500": "500: backend error; passes" => |_| ApiError::backend(500);
    "backend-error-502": "502: backend error; passes" => |_| ApiError::backend(502);
    "backend-error-504": "504: backend error; passes" => |_| ApiError::backend(504);
}
