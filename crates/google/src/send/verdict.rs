//! What an error of the Gmail API means: the reason decides, not the status. A 403 can pass and a 429 can
//! be final (developers.google.com/workspace/gmail/api/guides/handle-errors).

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use signet_core::{Code, Failure, UnixMillis};

use crate::reply::{Reply, words};

/// What to do about an error.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It may pass: try again, not before the time that Google asks for.
    Retry(Failure, Option<Duration>),
    /// It stays until somebody changes something.
    Final(Failure),
    /// The token is no longer good.
    Unauthorised(Failure),
    /// The upload session does not exist (any more).
    Gone(Failure),
}

/// An error, and whether Google itself said so in so many words: then the request had no effect.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Judged {
    pub(super) verdict: Verdict,
    pub(super) definite: bool,
}

/// Reads an error reply. `now` is our clock; the reply's own `Date` is preferred.
pub(super) fn of(reply: &Reply, now: UnixMillis) -> Judged {
    let error = ApiError::read(reply);
    let (code, course) =
        error.as_ref().map_or_else(|| by_status(reply.status), |it| it.classify(reply.status));
    let failure = Failure::new(code).fact("status", reply.status);
    let failure = error.as_ref().map_or_else(|| failure.clone(), |it| it.describe(failure.clone()));
    let now = reply.date().unwrap_or(now);
    let verdict = match course {
        Course::Retry => {
            let named = error.as_ref().and_then(|it| it.time_in_message(now));
            Verdict::Retry(failure, reply.retry_after(now).or(named))
        }
        Course::Final => Verdict::Final(failure),
        Course::Unauthorised => Verdict::Unauthorised(failure),
        Course::Gone => Verdict::Gone(failure),
    };
    let refused = (400..500).contains(&reply.status) && reply.status != 408;
    Judged { verdict, definite: refused && (error.is_some() || matches!(reply.status, 400 | 401 | 413)) }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Course {
    Retry,
    Final,
    Unauthorised,
    Gone,
}

/// Google's error envelope, of which any field may be missing (AIP-193 and its predecessor).
struct ApiError {
    /// `errors[0].reason`, else `details[].reason`, else `status`.
    reason: String,
    /// `details[].reason`: more exact where both are there.
    detail: String,
    message: String,
    quota_limit: String,
    link: String,
}

impl ApiError {
    fn read(reply: &Reply) -> Option<Self> {
        let body = reply.json()?;
        let error = body.get("error")?;
        if let Value::String(error) = error {
            // The form of the token endpoint, seen from front ends.
            let message = text(&body["error_description"]);
            return Some(Self { reason: error.clone(), message, ..Self::empty() });
        }
        let details = error["details"].as_array().map_or(&[][..], Vec::as_slice);
        let from_details = |name: &str| {
            details.iter().map(|it| text(&it[name])).find(|it| !it.is_empty()).unwrap_or_default()
        };
        let detail = from_details("reason");
        let reasons = [text(&error["errors"][0]["reason"]), detail.clone(), text(&error["status"])];
        let metadata = |name: &str| {
            details.iter().map(|it| text(&it["metadata"][name])).find(|it| !it.is_empty()).unwrap_or_default()
        };
        let message = match text(&error["message"]) {
            message if message.is_empty() => text(&error["errors"][0]["message"]),
            message => message,
        };
        Some(Self {
            reason: reasons.into_iter().find(|it| !it.is_empty()).unwrap_or_default(),
            detail,
            message,
            quota_limit: metadata("quota_limit"),
            link: text(&error["errors"][0]["extendedHelp"]),
        })
    }

    fn empty() -> Self {
        Self {
            reason: String::new(),
            detail: String::new(),
            message: String::new(),
            quota_limit: String::new(),
            link: String::new(),
        }
    }

    fn describe(&self, mut failure: Failure) -> Failure {
        let facts = [
            ("google_error", &self.reason),
            ("google_message", &self.message),
            ("quota_limit", &self.quota_limit),
            ("link", &self.link),
        ];
        for (name, value) in facts {
            if !value.is_empty() {
                failure = failure.fact(name, words(value));
            }
        }
        failure
    }

    fn classify(&self, status: u16) -> (Code, Course) {
        use Course::{Final, Gone, Retry, Unauthorised};
        if matches!(status, 404 | 410 | 499) {
            return (Code::UnexpectedReply, Gone);
        }
        match self.detail.as_str() {
            "ACCESS_TOKEN_SCOPE_INSUFFICIENT" => return (Code::ScopeInsufficient, Final),
            "SERVICE_DISABLED" => return (Code::GmailDisabled, Final),
            _ => {}
        }
        match self.reason.as_str() {
            "dailyLimitExceeded" | "quotaExceededDaily" => (Code::DailyLimit, Final),
            "rateLimitExceeded"
            | "userRateLimitExceeded"
            | "RATE_LIMIT_EXCEEDED"
            | "RESOURCE_EXHAUSTED"
            | "quotaExceeded" => self.limit(),
            "insufficientPermissions" => (Code::ScopeInsufficient, Final),
            "accessNotConfigured" => (Code::GmailDisabled, Final),
            "domainPolicy" => (Code::AdminPolicy, Final),
            "uploadTooLarge" => (Code::MessageTooLarge, Final),
            "backendError" | "internalError" => (Code::GoogleUnavailable, Retry),
            "failedPrecondition" | "FAILED_PRECONDITION" => (Code::MailServiceOff, Final),
            _ if status == 401 => (Code::TokenRejected, Unauthorised),
            _ if self.says("delegation denied") => (Code::DelegationDenied, Final),
            _ if status == 413 || self.says("payload size exceeds") => (Code::MessageTooLarge, Final),
            "invalidArgument" | "INVALID_ARGUMENT" | "badRequest" | "invalid" => {
                (Code::MessageRefused, Final)
            }
            _ if status == 429 => self.limit(),
            _ if status == 408 || status >= 500 => (Code::GoogleUnavailable, Retry),
            _ if status == 400 => (Code::MessageRefused, Final),
            _ => (Code::GoogleRefused, Final),
        }
    }

    /// A limit by the minute passes; one by the day does not.
    fn limit(&self) -> (Code, Course) {
        let daily = self.says("mail sending") || self.says("daily") || self.quota_limit.contains("PerDay");
        if daily { (Code::DailyLimit, Course::Final) } else { (Code::RateLimited, Course::Retry) }
    }

    fn says(&self, words: &str) -> bool {
        self.message.to_ascii_lowercase().contains(words)
    }

    /// `User-rate limit exceeded.  Retry after 2023-03-07T18:18:23.688Z`: the wait until then.
    fn time_in_message(&self, now: UnixMillis) -> Option<Duration> {
        let (_, after) = self.message.split_once("Retry after ")?;
        let time = after.split_whitespace().next()?.trim_end_matches(['.', ')', ',']);
        let then = u64::try_from(time.parse::<Timestamp>().ok()?.as_millisecond()).ok()?;
        Some(Duration::from_millis(then.saturating_sub(now.0)))
    }
}

/// An error without Google's envelope: HTML of a front end, of a proxy, or nothing at all.
fn by_status(status: u16) -> (Code, Course) {
    match status {
        401 => (Code::TokenRejected, Course::Unauthorised),
        404 | 410 | 499 => (Code::UnexpectedReply, Course::Gone),
        413 => (Code::MessageTooLarge, Course::Final),
        429 => (Code::RateLimited, Course::Retry),
        408 | 500..=510 | 512.. => (Code::GoogleUnavailable, Course::Retry),
        400 => (Code::GoogleRefused, Course::Final),
        _ => (Code::UnexpectedReply, Course::Final),
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
#[path = "verdict_tests.rs"]
mod tests;
