//! Errors of the Gmail API in Google's own shape and words.

use std::borrow::Cow;

use serde_json::{Value, json};
use signet_core::UnixMillis;

/// What the texts of errors name.
pub(crate) struct ErrorContext<'a> {
    pub(crate) user: &'a str,
    pub(crate) project_number: u64,
    /// The method, as `caribou.api.proto.MailboxService` calls it.
    pub(crate) method: &'a str,
    /// When to try again.
    pub(crate) retry_at: UnixMillis,
}

/// An error reply.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ApiError {
    pub(crate) status: u16,
    message: Cow<'static, str>,
    reason: Option<&'static str>,
    domain: &'static str,
    /// The words in `errors[0]` when they differ.
    short: Option<&'static str>,
    /// The name of the status in `google.rpc.Code`.
    rpc: Option<&'static str>,
    location: bool,
    details: Option<Box<Value>>,
}

impl ApiError {
    fn new(
        status: u16,
        reason: &'static str,
        rpc: &'static str,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            status,
            message: message.into(),
            reason: Some(reason),
            domain: "global",
            short: None,
            rpc: Some(rpc),
            location: false,
            details: None,
        }
    }

    /// 400: something in the request is not valid.
    pub(crate) fn invalid_argument(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(400, "invalidArgument", "INVALID_ARGUMENT", message)
    }

    /// 400: the request cannot be read.
    pub(crate) fn bad_request(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(400, "badRequest", "INVALID_ARGUMENT", message)
    }

    /// 400: there is no message.
    pub(crate) fn raw_required() -> Self {
        Self::bad_request(
            "'raw' RFC822 payload message string or uploading message via /upload/* URL required",
        )
    }

    /// 400: the user has no mailbox.
    pub(crate) fn mail_service_off() -> Self {
        Self::new(400, "failedPrecondition", "FAILED_PRECONDITION", "Mail service not enabled")
    }

    /// 400: a service account that acts as nobody.
    pub(crate) fn precondition_failed() -> Self {
        Self::new(400, "failedPrecondition", "FAILED_PRECONDITION", "Precondition check failed.")
    }

    /// 401: the token is unknown or has expired.
    pub(crate) fn unauthenticated() -> Self {
        let message = "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.";
        let error = Self::new(401, "authError", "UNAUTHENTICATED", message);
        Self { short: Some("Invalid Credentials"), location: true, ..error }
    }

    /// 401 in older words.
    pub(crate) fn invalid_credentials() -> Self {
        let error = Self::new(401, "authError", "UNAUTHENTICATED", "Invalid Credentials");
        Self { location: true, ..error }
    }

    /// 401: there is no token.
    pub(crate) fn login_required() -> Self {
        let message = "Request is missing required authentication credential. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.";
        let error = Self::new(401, "required", "UNAUTHENTICATED", message);
        let details =
            error_info("CREDENTIALS_MISSING", "googleapis.com", json!({ "service": "gmail.googleapis.com" }));
        Self {
            short: Some("Login Required."),
            location: true,
            details: Some(Box::new(json!([details]))),
            ..error
        }
    }

    /// 403: the token may not do this.
    pub(crate) fn insufficient_scope(method: &str) -> Self {
        let message = "Request had insufficient authentication scopes.";
        let error = Self::new(403, "insufficientPermissions", "PERMISSION_DENIED", message);
        let metadata = json!({
            "service": "gmail.googleapis.com",
            "method": format!("caribou.api.proto.MailboxService.{method}"),
        });
        let details = error_info("ACCESS_TOKEN_SCOPE_INSUFFICIENT", "googleapis.com", metadata);
        Self { short: Some("Insufficient Permission"), details: Some(Box::new(json!([details]))), ..error }
    }

    /// 403: the API is not switched on in the project.
    pub(crate) fn not_configured(project: u64) -> Self {
        let message = format!(
            "Gmail API has not been used in project {project} before or it is disabled. Enable it by visiting https://console.developers.google.com/apis/api/gmail.googleapis.com/overview?project={project} then retry. If you enabled this API recently, wait a few minutes for the action to propagate to our systems and retry."
        );
        let error = Self::new(403, "accessNotConfigured", "PERMISSION_DENIED", message);
        let metadata =
            json!({ "service": "gmail.googleapis.com", "consumer": format!("projects/{project}") });
        let details = error_info("SERVICE_DISABLED", "googleapis.com", metadata);
        Self { domain: "usageLimits", details: Some(Box::new(json!([details]))), ..error }
    }

    /// 403: the administrators switched Gmail apps off.
    pub(crate) fn domain_policy() -> Self {
        let message = "The domain administrators have disabled Gmail apps.";
        Self::new(403, "domainPolicy", "PERMISSION_DENIED", message)
    }

    /// 403: not this user's mailbox.
    pub(crate) fn delegation_denied(user: &str) -> Self {
        Self::new(403, "forbidden", "PERMISSION_DENIED", format!("Delegation denied for {user}"))
    }

    /// 404: there is no such thing.
    pub(crate) fn not_found() -> Self {
        Self::new(404, "notFound", "NOT_FOUND", "Requested entity was not found.")
    }

    /// 410: the upload has expired.
    pub(crate) fn gone() -> Self {
        Self::new(410, "gone", "NOT_FOUND", "The requested upload is no longer available.")
    }

    /// 413: more than 36,700,160 bytes.
    pub(crate) fn too_large() -> Self {
        Self::new(413, "uploadTooLarge", "INVALID_ARGUMENT", "Request Entity Too Large")
    }

    /// 403: units a minute, scheme before May 2026.
    pub(crate) fn quota_old(project: u64, limit: u32) -> Self {
        let message = format!(
            "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute per user' of service 'gmail.googleapis.com' for consumer 'project_number:{project}'."
        );
        Self::quota(
            project,
            message,
            json!({
                "quota_metric": "gmail.googleapis.com/default",
                "quota_limit": "defaultPerMinutePerUser",
                "quota_limit_value": limit.to_string(),
            }),
        )
    }

    /// 403: units a minute, scheme from May 2026 on.
    pub(crate) fn quota_new(project: u64, limit: u32) -> Self {
        let message = format!(
            "Quota exceeded for quota metric 'Total Query Cost' and limit 'Total Query Cost per minute per user' of service 'gmail.googleapis.com' for consumer 'project_number:{project}'."
        );
        Self::quota(
            project,
            message,
            json!({
                "quota_metric": "gmail.googleapis.com/total_query_cost",
                "quota_limit": "totalQueryCostPerMinutePerUser",
                "quota_limit_value": limit.to_string(),
                "quota_unit": "1/min/{project}/{user}",
            }),
        )
    }

    fn quota(project: u64, message: String, mut metadata: Value) -> Self {
        metadata["service"] = json!("gmail.googleapis.com");
        metadata["consumer"] = json!(format!("projects/{project}"));
        metadata["quota_location"] = json!("global");
        let help = json!({
            "@type": "type.googleapis.com/google.rpc.Help",
            "links": [{
                "description": "Request a higher quota limit.",
                "url": "https://cloud.google.com/docs/quotas/help/request_increase",
            }],
        });
        let details = json!([error_info("RATE_LIMIT_EXCEEDED", "googleapis.com", metadata), help]);
        let error = Self::new(403, "rateLimitExceeded", "PERMISSION_DENIED", message);
        Self { domain: "usageLimits", details: Some(Box::new(details)), ..error }
    }

    /// 403: a limit, in the older shape.
    pub(crate) fn usage_limit(reason: &'static str, message: &'static str) -> Self {
        Self { domain: "usageLimits", ..Self::new(403, reason, "PERMISSION_DENIED", message) }
    }

    /// 429: a limit.
    pub(crate) fn exhausted(reason: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(429, reason, "RESOURCE_EXHAUSTED", message)
    }

    /// 429: not before that time. Google's text has two spaces.
    pub(crate) fn rate_limited_until(time: UnixMillis) -> Self {
        let time = i64::try_from(time.0).ok().and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok());
        let time = time.unwrap_or_default().strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string();
        Self::exhausted("userRateLimitExceeded", format!("User-rate limit exceeded.  Retry after {time}"))
    }

    /// 429: the user's messages of the day.
    pub(crate) fn sending_limit() -> Self {
        let message = "Too many requests: User-rate limit exceeded (Mail sending)";
        Self { domain: "usageLimits", ..Self::exhausted("userRateLimitExceeded", message) }
    }

    /// 5xx: an error inside Google.
    pub(crate) fn backend(status: u16) -> Self {
        let rpc = match status {
            503 => "UNAVAILABLE",
            504 => "DEADLINE_EXCEEDED",
            _ => "INTERNAL",
        };
        Self::new(status, "backendError", rpc, "Backend Error")
    }

    /// The body; newer surfaces leave the list of errors out.
    pub(crate) fn json(&self, with_errors: bool) -> Value {
        let mut error = json!({ "code": self.status, "message": self.message });
        if with_errors && let Some(reason) = self.reason {
            let message = self.short.unwrap_or(&self.message);
            let mut first = json!({ "message": message, "domain": self.domain, "reason": reason });
            if self.location {
                first["location"] = json!("Authorization");
                first["locationType"] = json!("header");
            }
            error["errors"] = json!([first]);
        }
        if let Some(rpc) = self.rpc {
            error["status"] = json!(rpc);
        }
        match (&self.details, self.reason) {
            (Some(details), _) => error["details"] = (**details).clone(),
            // Without the list, the reason is only here.
            (None, Some(reason)) if !with_errors => {
                error["details"] = json!([error_info(reason, self.domain, json!({}))]);
            }
            _ => {}
        }
        json!({ "error": error })
    }
}

fn error_info(reason: &str, domain: &str, metadata: Value) -> Value {
    json!({
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": reason,
        "domain": domain,
        "metadata": metadata,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_is_written_as_gmail_writes_it() {
        let error = ApiError::rate_limited_until(UnixMillis(1_678_213_103_688));
        let want = "User-rate limit exceeded.  Retry after 2023-03-07T18:18:23.688Z";
        assert_eq!(error.json(true)["error"]["message"], want);
    }

    #[test]
    fn without_the_list_the_reason_is_in_the_details() {
        let body = ApiError::backend(503).json(false);
        assert!(body["error"].get("errors").is_none());
        assert_eq!(body["error"]["details"][0]["reason"], "backendError");
        let body = ApiError::insufficient_scope("SendMessage").json(true);
        assert_eq!(body["error"]["errors"][0]["message"], "Insufficient Permission");
        assert_eq!(body["error"]["details"][0]["reason"], "ACCESS_TOKEN_SCOPE_INSUFFICIENT");
    }
}
