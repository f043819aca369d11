use super::*;

/// 2023-03-07T18:18:00Z.
const NOW: UnixMillis = UnixMillis::from_seconds(1_678_213_080);

fn judge(status: u16, body: &str) -> (Code, Course) {
    course(&of(&Reply::fake(status, &[], body), NOW).verdict)
}

fn course(verdict: &Verdict) -> (Code, Course) {
    match verdict {
        Verdict::Retry(failure, _) => (failure.code, Course::Retry),
        Verdict::Final(failure) => (failure.code, Course::Final),
        Verdict::Unauthorised(failure) => (failure.code, Course::Unauthorised),
        Verdict::Gone(failure) => (failure.code, Course::Gone),
    }
}

fn old(status: u16, reason: &str, message: &str) -> String {
    serde_json::json!({ "error": { "code": status, "message": message,
        "errors": [{ "message": message, "domain": "global", "reason": reason }] } })
    .to_string()
}

/// Newer surfaces: no `errors[]`, the reason in `details[]` only.
fn new(status: u16, rpc_status: &str, reason: &str, quota_limit: &str) -> String {
    serde_json::json!({ "error": { "code": status, "message": "m", "status": rpc_status, "details": [
        { "@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason, "domain": "googleapis.com",
          "metadata": { "quota_limit": quota_limit } } ] } })
    .to_string()
}

/// Section 3.4 of the protocol notes, row by row.
#[test]
fn each_row_of_the_table_has_its_course() {
    use Course::{Final, Gone, Retry, Unauthorised};
    let rows = [
        (400, "invalidArgument", "Recipient address required", Code::MessageRefused, Final),
        (400, "invalidArgument", "Invalid To header", Code::MessageRefused, Final),
        (400, "badRequest", "'raw' RFC822 payload message string required", Code::MessageRefused, Final),
        (
            400,
            "badRequest",
            "Request payload size exceeds the limit: 1048576 bytes.",
            Code::MessageTooLarge,
            Final,
        ),
        (400, "failedPrecondition", "Mail service not enabled", Code::MailServiceOff, Final),
        (401, "authError", "Invalid Credentials", Code::TokenRejected, Unauthorised),
        (401, "required", "Login Required.", Code::TokenRejected, Unauthorised),
        (403, "insufficientPermissions", "Insufficient Permission", Code::ScopeInsufficient, Final),
        (403, "accessNotConfigured", "Gmail API has not been used in project 5", Code::GmailDisabled, Final),
        (
            403,
            "domainPolicy",
            "The domain administrators have disabled Gmail apps.",
            Code::AdminPolicy,
            Final,
        ),
        (403, "forbidden", "Delegation denied for mia@example.org", Code::DelegationDenied, Final),
        (403, "forbidden", "Forbidden", Code::GoogleRefused, Final),
        (403, "rateLimitExceeded", "Rate Limit Exceeded", Code::RateLimited, Retry),
        (403, "userRateLimitExceeded", "User Rate Limit Exceeded", Code::RateLimited, Retry),
        (403, "dailyLimitExceeded", "Daily Limit Exceeded", Code::DailyLimit, Final),
        (
            429,
            "rateLimitExceeded",
            "Resource has been exhausted (e.g. check quota).",
            Code::RateLimited,
            Retry,
        ),
        (429, "userRateLimitExceeded", "User-rate limit exceeded (Mail sending)", Code::DailyLimit, Final),
        (429, "", "Too many concurrent requests for user", Code::RateLimited, Retry),
        (413, "uploadTooLarge", "Request Entity Too Large", Code::MessageTooLarge, Final),
        (500, "backendError", "Backend Error", Code::GoogleUnavailable, Retry),
        (404, "notFound", "Not Found", Code::UnexpectedReply, Gone),
        (410, "gone", "Gone", Code::UnexpectedReply, Gone),
    ];
    for (status, reason, message, code, course) in rows {
        assert_eq!(judge(status, &old(status, reason, message)), (code, course), "{reason}: {message}");
    }
}

#[test]
fn the_reason_is_found_in_details_when_there_are_no_errors() {
    let minute = new(403, "PERMISSION_DENIED", "RATE_LIMIT_EXCEEDED", "totalQueryCostPerMinutePerUser");
    assert_eq!(judge(403, &minute), (Code::RateLimited, Course::Retry));
    let day = new(429, "RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED", "defaultPerDayPerProject");
    assert_eq!(judge(429, &day), (Code::DailyLimit, Course::Final));
    let scope = new(403, "PERMISSION_DENIED", "ACCESS_TOKEN_SCOPE_INSUFFICIENT", "");
    assert_eq!(judge(403, &scope), (Code::ScopeInsufficient, Course::Final));
    let service = new(403, "PERMISSION_DENIED", "SERVICE_DISABLED", "");
    assert_eq!(judge(403, &service), (Code::GmailDisabled, Course::Final));
    let bare =
        r#"{"error":{"code":400,"message":"Precondition check failed.","status":"FAILED_PRECONDITION"}}"#;
    assert_eq!(judge(400, bare), (Code::MailServiceOff, Course::Final));
}

#[test]
fn pages_are_read_by_their_status() {
    for status in [408, 500, 502, 503, 504, 599] {
        assert_eq!(judge(status, "<html>"), (Code::GoogleUnavailable, Course::Retry), "{status}");
    }
    assert_eq!(judge(400, "<html>"), (Code::GoogleRefused, Course::Final));
    assert_eq!(judge(413, "<html>"), (Code::MessageTooLarge, Course::Final));
    assert_eq!(judge(404, ""), (Code::UnexpectedReply, Course::Gone));
    for status in [302, 403, 407, 511] {
        assert_eq!(judge(status, "<html>"), (Code::UnexpectedReply, Course::Final), "{status}");
    }
}

#[test]
fn only_googles_own_refusal_is_definite() {
    let definite = |status, body: &str| of(&Reply::fake(status, &[], body), NOW).definite;
    assert!(definite(403, &old(403, "forbidden", "no")));
    assert!(!definite(403, "<html>"));
    assert!(!definite(503, &old(503, "backendError", "Backend Error")));
    assert!(!definite(302, ""));
}

#[test]
fn the_time_to_come_back_stands_in_a_header_or_in_the_text() {
    let text =
        old(429, "userRateLimitExceeded", "User-rate limit exceeded.  Retry after 2023-03-07T18:18:23.688Z");
    let after = |headers: &[(&'static str, &str)], body: &str| match of(&Reply::fake(429, headers, body), NOW)
        .verdict
    {
        Verdict::Retry(_, after) => after,
        _ => panic!("may pass"),
    };
    assert_eq!(after(&[], &text), Some(Duration::from_millis(23_688)));
    // Measured on Google's clock, not on ours.
    let date = ("date", "Tue, 07 Mar 2023 18:18:20 GMT");
    assert_eq!(after(&[date], &text), Some(Duration::from_millis(3688)));
    assert_eq!(after(&[("retry-after", "9")], &text), Some(Duration::from_secs(9)));
    let later = ("retry-after", "Tue, 07 Mar 2023 18:18:30 GMT");
    assert_eq!(after(&[date, later], ""), Some(Duration::from_secs(10)));
    assert_eq!(after(&[], ""), None);
}
