//! What a refusal of the token endpoint means: `error` and `error_description` decide, not the status
//! (developers.google.com/identity/protocols/oauth2/service-account, "JWT error codes").

use std::time::Duration;

use serde_json::Value;
use signet_core::{Code, Failure, UnixMillis};

use crate::ClockOffset;
use crate::reply::{Reply, words};

/// What to do about a refusal.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It may pass: try again, not before the time that Google asks for.
    Retry(Failure, Option<Duration>),
    /// It stays until somebody changes something.
    Final(Failure),
}

/// Reads a reply that holds no token.
pub(super) fn of(reply: &Reply, now: UnixMillis) -> Verdict {
    let refusal = Refusal::read(reply);
    let offset = reply.date().map(|theirs| ClockOffset::between(now, theirs));
    let (code, passes) = refusal.classify(reply.status);
    let failure = match offset {
        // Google checks the time late; a vague refusal with a wrong clock is about the clock.
        Some(offset) if (code == Code::ClockSkew || refusal.is_vague()) && !offset.is_tolerable() => {
            offset.failure()
        }
        Some(offset) if code == Code::ClockSkew => Failure::new(code).fact("offset_seconds", offset.0),
        _ => Failure::new(code),
    };
    let failure = refusal.describe(failure).fact("status", reply.status);
    if passes { Verdict::Retry(failure, reply.retry_after(now)) } else { Verdict::Final(failure) }
}

/// `{"error": …, "error_description": …}` (RFC 6749, 5.2), or the API envelope that front ends use.
struct Refusal {
    error: Option<String>,
    description: String,
    subtype: String,
}

impl Refusal {
    fn read(reply: &Reply) -> Self {
        let body = reply.json().unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        match &body["error"] {
            Value::String(error) => Self {
                error: Some(error.clone()),
                description: text(&body["error_description"]).replace("&quot;", "\""),
                subtype: text(&body["error_subtype"]),
            },
            Value::Object(error) => Self {
                error: Some(error.get("status").map(text).unwrap_or_default()),
                description: error.get("message").map(text).unwrap_or_default(),
                subtype: String::new(),
            },
            _ => Self { error: None, description: String::new(), subtype: String::new() },
        }
    }

    fn describe(&self, failure: Failure) -> Failure {
        let failure = match &self.error {
            Some(error) if !error.is_empty() => failure.fact("google_error", words(error)),
            _ => failure,
        };
        if self.description.is_empty() {
            failure
        } else {
            failure.fact("google_message", words(&self.description))
        }
    }

    /// An `invalid_grant` that does not say why.
    fn is_vague(&self) -> bool {
        self.error.as_deref() == Some("invalid_grant")
            && matches!(self.description.as_str(), "" | "Bad Request")
    }

    /// The code, and whether it may pass by itself.
    fn classify(&self, status: u16) -> (Code, bool) {
        let Some(error) = self.error.as_deref() else { return unreadable(status) };
        match error {
            "internal_failure" | "server_error" | "temporarily_unavailable" => {
                (Code::GoogleUnavailable, true)
            }
            _ if matches!(status, 408 | 500 | 502..=504) => (Code::GoogleUnavailable, true),
            _ if status == 429 => (Code::RateLimited, true),
            "unauthorized_client" => (Code::DelegationMissing, false),
            "access_denied" => (Code::ScopeMissing, false),
            "admin_policy_enforced" | "org_internal" => (Code::AdminPolicy, false),
            "invalid_grant" => self.classify_grant(),
            "invalid_request" if self.says("impersonation") => (Code::SenderUnknown, false),
            "deleted_client" | "disabled_client" => (Code::AccountDisabled, false),
            "invalid_client" if self.says("not found") => (Code::AccountDisabled, false),
            _ => (Code::GoogleRefused, false),
        }
    }

    fn classify_grant(&self) -> (Code, bool) {
        if self.subtype == "invalid_rapt" {
            return (Code::AdminPolicy, false);
        }
        // A new key takes a minute to spread; after the retries it is a refused key.
        if self.says("no valid verifier") {
            return (Code::KeyRefused, true);
        }
        let code = if self.says("invalid email or user id") || self.says("not a valid email") {
            Code::SenderUnknown
        } else if self.says("reasonable timeframe") || self.says("short-lived token") {
            Code::ClockSkew
        } else if self.says("invalid jwt signature") {
            Code::KeyRefused
        } else if self.says("account not found") || self.says("been deleted") || self.says("disabled") {
            Code::AccountDisabled
        } else {
            Code::GoogleRefused
        };
        (code, false)
    }

    fn says(&self, words: &str) -> bool {
        self.description.to_ascii_lowercase().contains(words)
    }
}

/// A reply that is not JSON, or JSON of something else.
fn unreadable(status: u16) -> (Code, bool) {
    match status {
        429 => (Code::RateLimited, true),
        408 | 500..=504 => (Code::GoogleUnavailable, true),
        // A sign-in page or a block page of the network: it will be there again.
        300..=399 | 407 | 511 => (Code::UnexpectedReply, false),
        _ => (Code::UnexpectedReply, true),
    }
}

#[cfg(test)]
#[path = "verdict_tests.rs"]
mod tests;
