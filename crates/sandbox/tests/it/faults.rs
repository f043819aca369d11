//! Faults: every row of the tables by name, and the behaviours.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use signet_sandbox::{At, FaultName};

use crate::support::*;

#[tokio::test]
async fn every_row_of_the_gmail_table_answers_in_googles_shape() {
    let world = World::new();
    let token = world.token().await;
    let rows: &[(&str, u16, &str, &str, &str)] = &[
        ("recipient-required", 400, "invalidArgument", "INVALID_ARGUMENT", "Recipient address required"),
        ("invalid-to", 400, "invalidArgument", "INVALID_ARGUMENT", "Invalid To header"),
        ("invalid-id", 400, "invalidArgument", "INVALID_ARGUMENT", "Invalid id value"),
        ("raw-required", 400, "badRequest", "INVALID_ARGUMENT", "'raw' RFC822 payload"),
        ("mail-service-off", 400, "failedPrecondition", "FAILED_PRECONDITION", "Mail service not enabled"),
        (
            "precondition-failed",
            400,
            "failedPrecondition",
            "FAILED_PRECONDITION",
            "Precondition check failed.",
        ),
        ("json-too-large", 400, "badRequest", "INVALID_ARGUMENT", "Request payload size exceeds the limit"),
        (
            "auth-error",
            401,
            "authError",
            "UNAUTHENTICATED",
            "Request had invalid authentication credentials.",
        ),
        ("auth-error-old-words", 401, "authError", "UNAUTHENTICATED", "Invalid Credentials"),
        ("login-required", 401, "required", "UNAUTHENTICATED", "Request is missing required authentication"),
        (
            "scope-insufficient",
            403,
            "insufficientPermissions",
            "PERMISSION_DENIED",
            "Request had insufficient authentication scopes.",
        ),
        (
            "api-not-enabled",
            403,
            "accessNotConfigured",
            "PERMISSION_DENIED",
            "Gmail API has not been used in project 123456789012",
        ),
        (
            "domain-policy",
            403,
            "domainPolicy",
            "PERMISSION_DENIED",
            "The domain administrators have disabled Gmail apps.",
        ),
        ("delegation-denied", 403, "forbidden", "PERMISSION_DENIED", "Delegation denied for mia@example.com"),
        (
            "quota-user-minute-old",
            403,
            "rateLimitExceeded",
            "PERMISSION_DENIED",
            "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute per user' of service 'gmail.googleapis.com' for consumer 'project_number:123456789012'.",
        ),
        (
            "quota-user-minute-new",
            403,
            "rateLimitExceeded",
            "PERMISSION_DENIED",
            "Quota exceeded for quota metric",
        ),
        (
            "user-rate-limit-403",
            403,
            "userRateLimitExceeded",
            "PERMISSION_DENIED",
            "User Rate Limit Exceeded",
        ),
        ("rate-limit-403", 403, "rateLimitExceeded", "PERMISSION_DENIED", "Rate Limit Exceeded"),
        ("daily-limit", 403, "dailyLimitExceeded", "PERMISSION_DENIED", "Daily Limit Exceeded"),
        (
            "resource-exhausted",
            429,
            "rateLimitExceeded",
            "RESOURCE_EXHAUSTED",
            "Resource has been exhausted (e.g. check quota).",
        ),
        (
            "user-rate-limit-until",
            429,
            "userRateLimitExceeded",
            "RESOURCE_EXHAUSTED",
            "User-rate limit exceeded.  Retry after 2027-01-15T08:00:30.000Z",
        ),
        (
            "mail-sending-limit",
            429,
            "userRateLimitExceeded",
            "RESOURCE_EXHAUSTED",
            "Too many requests: User-rate limit exceeded (Mail sending)",
        ),
        (
            "too-many-concurrent",
            429,
            "rateLimitExceeded",
            "RESOURCE_EXHAUSTED",
            "Too many concurrent requests for user",
        ),
        ("upload-too-large", 413, "uploadTooLarge", "INVALID_ARGUMENT", "Request Entity Too Large"),
        ("backend-error", 503, "backendError", "UNAVAILABLE", "Backend Error"),
        ("backend-error-500", 500, "backendError", "INTERNAL", "Backend Error"),
        ("backend-error-502", 502, "backendError", "INTERNAL", "Backend Error"),
        ("backend-error-504", 504, "backendError", "DEADLINE_EXCEEDED", "Backend Error"),
    ];
    for (name, status, reason, rpc, message) in rows {
        world.fault(name);
        let (got, body) = json_of(world.send_json(&token, &crate::support::message(0)).await).await;
        let error = &body["error"];
        assert_eq!((got, &error["code"]), (*status, &json!(status)), "{name}");
        assert_eq!(
            (&error["errors"][0]["reason"], &error["status"]),
            (&json!(reason), &json!(rpc)),
            "{name}"
        );
        assert!(error["message"].as_str().unwrap().starts_with(message), "{name}: {error}");
    }
    assert_eq!(world.mail().len(), 0);
    assert_eq!(world.google().books().faults.len(), 0, "each struck once and is gone");
    assert_eq!(world.send_json(&token, &message(0)).await.status(), 200);
    let json_rows = rows.iter().map(|row| row.0);
    let tested: Vec<_> = json_rows.collect();
    for (name, at, _) in
        FaultName::all().filter(|(name, at, _)| *at == At::Start && !BEHAVIOURS.contains(&name.as_str()))
    {
        assert!(tested.contains(&name.as_str()), "{} at {} is not tested", name.as_str(), at.text());
    }
}

const BEHAVIOURS: [&str; 8] =
    ["html-400", "html-413", "html-502", "html-503", "reset-before", "slow", "gzip", "bounce"];

#[tokio::test]
async fn every_row_of_the_token_table_answers_in_googles_words() {
    let world = World::new();
    let rows: &[(&str, u16, &str, &str)] = &[
        ("token-unauthorized-client", 401, "unauthorized_client", "Unauthorized client or scope in request."),
        (
            "token-unauthorized-scopes",
            401,
            "unauthorized_client",
            "Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the scopes requested.",
        ),
        ("token-access-denied", 401, "access_denied", "Requested client not authorized."),
        ("token-account-restricted", 401, "access_denied", "Account restricted"),
        ("token-admin-policy", 400, "admin_policy_enforced", ""),
        ("token-unknown-user", 400, "invalid_grant", "Invalid email or User ID"),
        ("token-not-a-user", 400, "invalid_grant", "Not a valid email or user ID."),
        (
            "token-clock",
            400,
            "invalid_grant",
            "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.",
        ),
        ("token-clock-old-words", 400, "invalid_grant", "Invalid JWT: Token must be a short-lived token"),
        ("token-signature", 400, "invalid_grant", "Invalid JWT Signature."),
        ("token-account-not-found", 400, "invalid_grant", "Invalid grant: account not found"),
        ("token-audience", 400, "invalid_grant", "Invalid JWT: Failed audience check."),
        ("token-no-verifier", 400, "invalid_grant", "Invalid JWT: No valid verifier found for issuer."),
        ("token-account-deleted", 400, "invalid_grant", "The account has been deleted"),
        ("token-robot-disabled", 400, "invalid_grant", "Robot is disabled."),
        ("token-bad-request", 400, "invalid_grant", "Bad Request"),
        ("token-invalid-sub", 400, "invalid_request", "Invalid impersonation &quot;sub&quot; field: nobody"),
        ("token-invalid-scope", 400, "invalid_scope", "Invalid OAuth scope or ID token audience provided."),
        ("token-invalid-client", 401, "invalid_client", "The OAuth client was not found."),
        ("token-deleted-client", 401, "deleted_client", "The OAuth client was deleted."),
        ("token-disabled-client", 401, "disabled_client", "The OAuth client was disabled."),
        (
            "token-org-internal",
            403,
            "org_internal",
            "This client is restricted to users within its organization.",
        ),
        ("token-grant-type", 400, "unsupported_grant_type", "Invalid grant_type: "),
        ("token-missing-parameter", 400, "invalid_request", "Required parameter is missing: grant_type"),
        ("token-internal-500", 500, "internal_failure", "Backend Error"),
        ("token-internal-503", 503, "internal_failure", ""),
        ("token-rapt", 400, "invalid_grant", "reauth related error (invalid_rapt)"),
    ];
    let jwt = world.jwt(&world.claims());
    for (name, status, error, description) in rows {
        world.fault(name);
        let (got, body) = world.ask(&jwt).await;
        assert_eq!((got, &body["error"]), (*status, &json!(error)), "{name}");
        assert!(body["error_description"].as_str().unwrap_or_default().starts_with(description), "{name}");
    }
    assert_eq!(world.ask(&jwt).await.0, 200);
    let count = FaultName::all().filter(|(_, at, _)| *at == At::Token).count();
    assert_eq!(count, rows.len(), "every row is here");
}

#[tokio::test]
async fn quota_errors_name_the_scheme() {
    let world = World::new();
    let token = world.token().await;
    for (name, metric, limit, value) in [
        ("quota-user-minute-old", "gmail.googleapis.com/default", "defaultPerMinutePerUser", "15000"),
        (
            "quota-user-minute-new",
            "gmail.googleapis.com/total_query_cost",
            "totalQueryCostPerMinutePerUser",
            "6000",
        ),
    ] {
        world.fault(name);
        let (_, body) = json_of(world.send_json(&token, &message(0)).await).await;
        let details = &body["error"]["details"];
        assert_eq!(details[0]["reason"], "RATE_LIMIT_EXCEEDED");
        let metadata = &details[0]["metadata"];
        assert_eq!((&metadata["quota_metric"], &metadata["quota_limit"]), (&json!(metric), &json!(limit)));
        assert_eq!(metadata["quota_limit_value"], value);
        assert_eq!(details[1]["@type"], "type.googleapis.com/google.rpc.Help");
    }
}

#[tokio::test]
async fn retry_after_html_and_missing_errors_can_be_chosen() {
    let world = World::new();
    let token = world.token().await;
    let send = || async { world.send_json(&token, &message(0)).await };
    world.fault_with("backend-error", |fault| fault.retry_after = Some(7));
    assert_eq!(send().await.headers()["retry-after"], "7");
    world.fault_with("user-rate-limit-until", |fault| {
        fault.retry_after = Some(90);
        fault.no_retry_header = true;
    });
    let reply = send().await;
    assert!(reply.headers().get("retry-after").is_none());
    assert!(reply.text().await.unwrap().contains("2027-01-15T08:01:30.000Z"));
    world.fault_with("backend-error", |fault| fault.html = true);
    let reply = send().await;
    assert_eq!(reply.status(), 503);
    assert!(reply.text().await.unwrap().starts_with("<!DOCTYPE html>"));
    world.fault_with("rate-limit-403", |fault| fault.no_errors = true);
    let (_, body) = json_of(send().await).await;
    assert_eq!(body["error"].get("errors"), None);
    assert_eq!(body["error"]["details"][0]["reason"], "rateLimitExceeded");
    for (name, status) in [("html-400", 400), ("html-413", 413), ("html-502", 502), ("html-503", 503)] {
        world.fault(name);
        let reply = send().await;
        assert_eq!(reply.status(), status);
        assert!(reply.headers()["content-type"].to_str().unwrap().starts_with("text/html"));
    }
    world.fault_with("token-internal-503", |fault| fault.html = true);
    let form = [("grant_type", "x")];
    let reply = world.http.post(world.url("/token")).form(&form).send().await.unwrap();
    assert!(reply.text().await.unwrap().contains("<title>Error 503"));
}

#[tokio::test]
async fn a_compressed_reply_decodes_to_the_usual_one() {
    let world = World::new();
    let token = world.token().await;
    world.fault_with("backend-error", |fault| fault.gzip = true);
    world.fault("gzip");
    let plain = reqwest::Client::builder().no_proxy().gzip(false).build().unwrap();
    let request = || {
        let request = plain.post(world.url("/gmail/v1/users/me/messages/send")).bearer_auth(&token);
        request.json(&json!({ "raw": data_encoding::BASE64URL.encode(&message(0)) })).send()
    };
    for (status, field) in [(503, "error"), (200, "id")] {
        let reply = request().await.unwrap();
        assert_eq!(
            (reply.status().as_u16(), &reply.headers()["content-encoding"]),
            (status, &"gzip".parse().unwrap())
        );
        let bytes = reply.bytes().await.unwrap();
        let mut text = String::new();
        std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(&bytes[..]), &mut text).unwrap();
        assert!(serde_json::from_str::<Value>(&text).unwrap().get(field).is_some());
    }
}

#[tokio::test]
async fn a_reset_before_does_nothing_and_a_reset_after_has_sent() {
    let world = World::new();
    let token = world.token().await;
    let send = || {
        let request = world.post(&token, "/gmail/v1/users/me/messages/send");
        request.json(&json!({ "raw": data_encoding::BASE64URL.encode(&message(0)) })).send()
    };
    world.fault("reset-before");
    assert!(send().await.is_err());
    assert_eq!(world.mail().len(), 0);
    world.fault_with("reset-after", |fault| fault.at = Some(At::Start));
    assert!(send().await.is_err());
    assert_eq!(world.mail().len(), 1);

    let message = message(UNIT);
    let total = message.len().to_string();
    let session = world.open(&token, None).await;
    world.fault("reset-after");
    let range = format!("bytes 0-{}/{total}", message.len() - 1);
    let put = world.http.put(&session).header("content-range", range).body(message.clone());
    assert!(put.send().await.is_err());
    let (status, body) = json_of(world.status(&session, &total).await).await;
    assert_eq!((status, world.mail().len()), (200, 2));
    assert!(world.delivered(body["id"].as_str().unwrap()) == message);
}

#[tokio::test]
async fn the_connection_is_really_reset() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let world = World::new();
    world.fault_with("reset-before", |fault| fault.at = Some(At::Token));
    let address = world.url("").replace("http://", "");
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    stream
        .write_all(b"POST /token HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 3\r\n\r\na=b")
        .await
        .unwrap();
    let error = stream.read(&mut [0; 16]).await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
}

#[tokio::test]
async fn fewer_bytes_than_sent_can_be_kept() {
    let world = World::new();
    let token = world.token().await;
    let message = message(4 * UNIT);
    let total = message.len().to_string();
    let session = world.open(&token, None).await;
    world.fault_with("keep-fewer", |fault| fault.amount = Some(UNIT as u64 + 5));
    let reply = world.put(&session, &message[..3 * UNIT], 0, &total).await;
    assert_eq!(kept(&reply), Some("bytes=0-262143"));
    world.fault_with("keep-fewer", |fault| fault.at = Some(At::LastChunk));
    let reply = world.put(&session, &message[UNIT..], UNIT, &total).await;
    assert_eq!(kept(&reply), Some("bytes=0-262143"), "even of the last chunk");
    world.fault("range-without-unit");
    let reply = world.put(&session, &message[UNIT..2 * UNIT], UNIT, &total).await;
    assert_eq!(kept(&reply), Some("0-524287"));
    world.fault("range-missing");
    let reply = world.put(&session, &message[2 * UNIT..3 * UNIT], 2 * UNIT, &total).await;
    assert_eq!(kept(&reply), None);
    assert_eq!(kept(&world.status(&session, &total).await), None, "nothing is kept any more");
    assert_eq!(world.put(&session, &message, 0, &total).await.status(), 200);
    assert!(world.delivered(&world.mail()[0].id) == message);
}

#[tokio::test]
async fn an_upload_can_expire_before_or_after_the_last_chunk() {
    let world = World::new();
    let token = world.token().await;
    let message = message(2 * UNIT);
    let total = message.len().to_string();
    for (name, status, sent) in [
        ("session-gone-404", 404, 0),
        ("session-gone-410", 410, 0),
        ("session-gone-after-404", 404, 1),
        ("session-gone-after-410", 410, 2),
    ] {
        let session = world.open(&token, None).await;
        world.fault(name);
        assert_eq!(world.put(&session, &message[..UNIT], 0, &total).await.status(), 308, "not the last one");
        assert_eq!(world.put(&session, &message[UNIT..], UNIT, &total).await.status(), status, "{name}");
        let again = world.status(&session, &total).await.status().as_u16();
        assert!(again == 404 || again == 410, "{name}: gone for good, {again}");
        assert_eq!(world.mail().len(), sent, "{name}");
    }
}

#[tokio::test]
async fn a_slow_reply_is_slow_and_a_bounce_follows_a_good_send() {
    let world = World::new();
    let token = world.token().await;
    world.fault_with("slow", |fault| fault.amount = Some(400));
    let started = Instant::now();
    assert_eq!(json_of(world.send_json(&token, &message(0)).await).await.0, 200);
    assert!(started.elapsed() >= Duration::from_millis(350));
    world.fault("bounce");
    assert_eq!(world.send_json(&token, &message(0)).await.status(), 200);
    let bounce = world.mail().into_iter().find(|record| record.way == "bounce").unwrap();
    assert_eq!((bounce.user.as_str(), bounce.labels[0].as_str()), (USER, "INBOX"));
    let text = String::from_utf8(world.delivered(&bounce.id)).unwrap();
    assert!(text.contains("X-Failed-Recipients: a@example.com"));
}

#[tokio::test]
async fn uploads_can_be_slowed_from_their_start_to_their_last_byte() {
    let world = World::new();
    let token = world.token().await;
    world.fault_with("slow", |fault| fault.amount = Some(400));
    let started = Instant::now();
    let session = world.open(&token, None).await;
    assert!(started.elapsed() >= Duration::from_millis(350), "a reply without a body takes its time too");
    let message = message(UNIT);
    let total = message.len().to_string();
    world.fault_with("slow-upload", |fault| fault.amount = Some(2 * message.len() as u64));
    let started = Instant::now();
    assert_eq!(world.put(&session, &message, 0, &total).await.status(), 200);
    let took = started.elapsed();
    assert!(took >= Duration::from_millis(400) && took < Duration::from_secs(5), "half a second: {took:?}");
    assert!(world.delivered(&world.mail()[0].id) == message);
}

#[tokio::test]
async fn faults_strike_only_the_user_they_are_for() {
    let world = World::new();
    let (mia, leo) = (world.token().await, world.token_for("leo@example.com", &[SEND]).await);
    world.fault_with("backend-error", |fault| fault.user = Some("leo@example.com".into()));
    assert_eq!(world.send_json(&mia, &message(0)).await.status(), 200);
    assert_eq!(world.send_json(&leo, &message(0)).await.status(), 503);
    world.fault_with("token-internal-500", |fault| fault.user = Some("leo@example.com".into()));
    assert_eq!(world.ask(&world.jwt(&world.claims())).await.0, 200);
    let session = world.open(&leo, None).await;
    world.fault_with("backend-error", |fault| {
        fault.user = Some("leo@example.com".into());
        fault.at = Some(At::Status);
    });
    assert_eq!(world.status(&world.open(&mia, None).await, "*").await.status(), 308);
    assert_eq!(world.status(&session, "*").await.status(), 503);
}
