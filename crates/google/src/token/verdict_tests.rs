use super::*;

const NOW: UnixMillis = UnixMillis::from_seconds(1_800_000_000);

fn judge(status: u16, error: &str, description: &str) -> (Code, bool) {
    let body = serde_json::json!({ "error": error, "error_description": description }).to_string();
    judge_body(status, &body)
}

fn judge_body(status: u16, body: &str) -> (Code, bool) {
    match of(&Reply::fake(status, &[], body), NOW) {
        Verdict::Retry(failure, _) => (failure.code, true),
        Verdict::Final(failure) => (failure.code, false),
    }
}

/// Section 2 of the protocol notes, row by row.
#[test]
fn each_row_of_the_table_has_its_code() {
    let rows = [
        (401, "unauthorized_client", "Unauthorized client or scope in request.", Code::DelegationMissing),
        (
            401,
            "unauthorized_client",
            "Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of \
             the scopes requested.",
            Code::DelegationMissing,
        ),
        (401, "access_denied", "Requested client not authorized.", Code::ScopeMissing),
        (403, "access_denied", "Account restricted", Code::ScopeMissing),
        (400, "admin_policy_enforced", "", Code::AdminPolicy),
        (400, "invalid_grant", "Invalid email or User ID", Code::SenderUnknown),
        (400, "invalid_grant", "Not a valid email or user ID.", Code::SenderUnknown),
        (
            400,
            "invalid_grant",
            "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat \
             and exp values and use a clock with skew to account for clock differences between systems.",
            Code::ClockSkew,
        ),
        (400, "invalid_grant", "Invalid JWT Signature.", Code::KeyRefused),
        (400, "invalid_grant", "Invalid grant: account not found", Code::AccountDisabled),
        (400, "invalid_grant", "Invalid JWT: Failed audience check.", Code::GoogleRefused),
        (400, "invalid_grant", "The account has been deleted", Code::AccountDisabled),
        (400, "invalid_grant", "Robot is disabled.", Code::AccountDisabled),
        (400, "invalid_grant", "Account has been deleted", Code::AccountDisabled),
        (400, "invalid_grant", "Bad Request", Code::GoogleRefused),
        (400, "invalid_request", "Invalid impersonation &quot;sub&quot; field: mia", Code::SenderUnknown),
        (400, "invalid_request", "Invalid impersonation prn email address", Code::SenderUnknown),
        (400, "invalid_scope", "Invalid OAuth scope or ID token audience provided.", Code::GoogleRefused),
        (401, "invalid_client", "The OAuth client was not found.", Code::AccountDisabled),
        (401, "deleted_client", "The OAuth client was deleted.", Code::AccountDisabled),
        (401, "disabled_client", "The OAuth client was disabled.", Code::AccountDisabled),
        (
            403,
            "org_internal",
            "This client is restricted to users within its organization.",
            Code::AdminPolicy,
        ),
        (400, "unsupported_grant_type", "Invalid grant_type: x", Code::GoogleRefused),
        (400, "invalid_request", "Bad Request", Code::GoogleRefused),
    ];
    for (status, error, description, code) in rows {
        assert_eq!(judge(status, error, description), (code, false), "{error}: {description}");
    }
}

#[test]
fn what_may_pass_is_tried_again() {
    let verifier = "Invalid JWT: No valid verifier found for issuer.";
    assert_eq!(judge(400, "invalid_grant", verifier), (Code::KeyRefused, true));
    assert_eq!(judge(500, "internal_failure", "Backend Error"), (Code::GoogleUnavailable, true));
    assert_eq!(judge(400, "temporarily_unavailable", ""), (Code::GoogleUnavailable, true));
    for status in [408, 500, 502, 503, 504] {
        assert_eq!(judge_body(status, "<html>"), (Code::GoogleUnavailable, true), "{status}");
        assert_eq!(judge_body(status, "{}"), (Code::GoogleUnavailable, true), "{status}");
    }
    assert_eq!(judge_body(429, ""), (Code::RateLimited, true));
}

#[test]
fn reauthentication_is_a_policy_and_a_page_is_not_google() {
    let body = r#"{"error":"invalid_grant","error_subtype":"invalid_rapt","error_description":"reauth"}"#;
    assert_eq!(judge_body(400, body), (Code::AdminPolicy, false));
    assert_eq!(judge_body(302, ""), (Code::UnexpectedReply, false));
    assert_eq!(judge_body(407, "<html>"), (Code::UnexpectedReply, false));
}

#[test]
fn the_words_of_google_are_facts_on_one_line() {
    let body = r#"{"error":"invalid_grant","error_description":"a\nb\u0007c"}"#;
    let Verdict::Final(failure) = of(&Reply::fake(400, &[], body), NOW) else { panic!("final") };
    assert_eq!(failure.facts["google_message"], "a b c");
    assert_eq!(failure.facts["google_error"], "invalid_grant");
}
