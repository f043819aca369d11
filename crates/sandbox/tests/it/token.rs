//! The token endpoint: each check by itself, the order of the checks, and the words of the errors.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use signet_core::UnixMillis;
use signet_sandbox::{AccountState, KeyState, User, client_id};

use crate::support::*;

const CLOCK: &str = "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.";

fn error(status: u16, error: &str, description: &str) -> (u16, Value) {
    (status, json!({ "error": error, "error_description": description }))
}

fn invalid_grant(description: &str) -> (u16, Value) {
    error(400, "invalid_grant", description)
}

#[tokio::test]
async fn a_good_assertion_gets_a_token() {
    let world = World::new();
    let (status, body) = world.ask(&world.jwt(&world.claims())).await;
    assert_eq!(status, 200);
    assert!(body["access_token"].as_str().unwrap().starts_with("ya29."));
    assert_eq!((&body["token_type"], &body["expires_in"]), (&json!("Bearer"), &json!(3599)));
}

#[tokio::test]
async fn each_claim_is_checked() {
    let world = World::new();
    let now = world.google().now().seconds();
    let cases: Vec<(&str, Value, (u16, Value))> = vec![
        ("iss", json!("x@y.z"), invalid_grant("Invalid grant: account not found")),
        ("iss", json!(7), invalid_grant("Invalid grant: account not found")),
        ("aud", json!("https://example.com/token"), invalid_grant("Invalid JWT: Failed audience check.")),
        (
            "aud",
            json!(["https://oauth2.googleapis.com/token"]),
            invalid_grant("Invalid JWT: Failed audience check."),
        ),
        ("aud", Value::Null, invalid_grant("Invalid JWT: Failed audience check.")),
        ("iat", json!(now + 301), invalid_grant(CLOCK)),
        ("iat", json!("1"), invalid_grant(CLOCK)),
        ("exp", json!(now - 300), invalid_grant(CLOCK)),
        ("exp", json!(now - 10 + 3901), invalid_grant(CLOCK)),
        ("exp", json!(now - 11), invalid_grant(CLOCK)),
        (
            "scope",
            json!(""),
            error(400, "invalid_scope", "Invalid OAuth scope or ID token audience provided."),
        ),
        (
            "scope",
            json!(format!("{SEND},{READ}")),
            error(400, "invalid_scope", "Invalid OAuth scope or ID token audience provided."),
        ),
        (
            "scope",
            json!("nonsense"),
            error(400, "invalid_scope", "Invalid OAuth scope or ID token audience provided."),
        ),
        ("sub", json!("nobody@elsewhere.org"), invalid_grant("Invalid email or User ID")),
        (
            "sub",
            json!("nobody"),
            error(400, "invalid_request", "Invalid impersonation &quot;sub&quot; field: nobody"),
        ),
        (
            "scope",
            json!(READ),
            error(
                401,
                "unauthorized_client",
                "Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the scopes requested.",
            ),
        ),
        (
            "scope",
            json!(format!("{SEND} {READ}")),
            error(401, "access_denied", "Requested client not authorized."),
        ),
    ];
    for (claim, value, want) in cases {
        let mut claims = world.claims();
        claims[claim] = value.clone();
        assert_eq!(world.ask(&world.jwt(&claims)).await, want, "{claim} {value}");
    }
    for (claim, value) in [("iat", now + 299), ("exp", now - 10 + 3900), ("exp", now - 9)] {
        let mut claims = world.claims();
        claims[claim] = json!(value);
        assert_eq!(world.ask(&world.jwt(&claims)).await.0, 200, "{claim} {value}");
    }
}

#[tokio::test]
async fn checks_come_in_googles_order() {
    // Each case breaks everything from one check on; the first broken one answers.
    let world = World::new();
    let steps: [(&str, Value, &str); 6] = [
        ("sub", json!("nobody@elsewhere.org"), "Invalid email or User ID"),
        ("scope", json!("nonsense"), "Invalid OAuth scope or ID token audience provided."),
        ("exp", json!(1), CLOCK),
        ("aud", json!("x"), "Invalid JWT: Failed audience check."),
        ("", json!(0), "Invalid JWT Signature."),
        ("iss", json!("x@y.z"), "Invalid grant: account not found"),
    ];
    let (mut claims, mut forged) = (world.claims(), false);
    for (claim, value, want) in steps {
        if claim.is_empty() {
            forged = true;
        } else {
            claims[claim] = value;
        }
        let mut jwt = world.jwt(&claims);
        if forged {
            let at = jwt.len() - 20;
            let other = if jwt.as_bytes()[at] == b'A' { "B" } else { "A" };
            jwt.replace_range(at..=at, other);
        }
        assert_eq!(world.ask(&jwt).await.1["error_description"], want);
    }
}

#[tokio::test]
async fn only_rs256_with_a_key_in_use_counts() {
    let world = World::new();
    let ask = async |header: Value, padded: bool| {
        let (status, body) = world.ask(&sign(&header, &world.claims(), padded)).await;
        (status, body["error_description"].as_str().unwrap_or_default().to_owned())
    };
    let fine = (200, String::new());
    assert_eq!(ask(json!({ "alg": "RS256" }), true).await, fine, "no kid, padded: as yup-oauth2 does");
    assert_eq!(ask(json!({ "alg": "RS256", "kid": world.key_id }), false).await, fine);
    for alg in ["none", "HS256", "RS512", "rs256"] {
        assert_eq!(ask(json!({ "alg": alg }), false).await, (400, "Invalid JWT Signature.".into()), "{alg}");
    }
    let no_verifier = "Invalid JWT: No valid verifier found for issuer.";
    assert_eq!(ask(json!({ "alg": "RS256", "kid": "0".repeat(40) }), false).await, (400, no_verifier.into()));
    for (state, want) in [
        (KeyState::Disabled, "Invalid JWT Signature."),
        (KeyState::Deleted, "Invalid JWT Signature."),
        (KeyState::Expired, "Invalid JWT Signature."),
        (KeyState::NotPropagated, no_verifier),
    ] {
        assert!(world.google().set_key_state(&world.key_id, state).unwrap());
        assert_eq!(ask(json!({ "alg": "RS256", "kid": world.key_id }), false).await, (400, want.into()));
        assert_eq!(ask(json!({ "alg": "RS256" }), false).await, (400, want.into()));
    }
    world.google().set_key_state(&world.key_id, KeyState::Active).unwrap();
    world.google().change(|books| books.strict = true).unwrap();
    assert_eq!(
        ask(json!({ "alg": "RS256", "kid": world.key_id }), false).await,
        fine,
        "strict takes the standard"
    );
    assert_eq!(
        ask(json!({ "alg": "RS256", "kid": world.key_id }), true).await.0,
        400,
        "strict refuses padding"
    );
    assert_eq!(ask(json!({ "alg": "RS256" }), false).await.0, 400, "strict wants a kid");
}

#[tokio::test]
async fn the_request_must_be_the_right_form() {
    let world = World::new();
    let jwt = world.jwt(&world.claims());
    let form = |pairs: &[(&str, &str)]| {
        let pairs: BTreeMap<String, String> = pairs.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect();
        world.http.post(world.url("/token")).form(&pairs).send()
    };
    let cases = [
        (form(&[("assertion", &jwt)]).await.unwrap(), "Required parameter is missing: grant_type"),
        (form(&[("grant_type", "password")]).await.unwrap(), "Invalid grant_type: password"),
        (
            form(&[("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer")]).await.unwrap(),
            "Required parameter is missing: assertion",
        ),
        (world.http.post(world.url("/token")).json(&json!({})).send().await.unwrap(), "Bad Request"),
    ];
    for (reply, want) in cases {
        let (status, body) = json_of(reply).await;
        assert_eq!((status, &body["error_description"]), (400, &json!(want)));
    }
    for bad in ["", "a.b", "a.b.c", "a.b.c.d"] {
        assert_eq!(world.ask(bad).await, invalid_grant("Bad Request"), "{bad}");
    }
}

#[tokio::test]
async fn delegation_and_account_states_decide() {
    let world = World::new();
    let ask = async || world.ask(&world.jwt(&world.claims())).await;
    world.google().delegate(&client_id(EMAIL), Vec::new(), UnixMillis(0)).unwrap();
    assert_eq!(ask().await, error(401, "unauthorized_client", "Unauthorized client or scope in request."));
    let later = world.google().now().plus_seconds(60);
    world.google().delegate(&client_id(EMAIL), vec![SEND.into()], later).unwrap();
    assert_eq!(ask().await.0, 401, "not in effect yet");
    world.google().set_clock_offset(61_000).unwrap();
    assert_eq!(ask().await.0, 200);
    let token = world.token().await;
    for state in [AccountState::Disabled, AccountState::Deleted] {
        world.google().set_account_state(EMAIL, state).unwrap();
        assert_eq!(ask().await, invalid_grant("Invalid grant: account not found"));
        assert_eq!(world.send_json(&token, &message(0)).await.status(), 401, "tokens stop at once");
    }
}

#[tokio::test]
async fn users_can_be_limited_to_a_list() {
    let world = World::new();
    world.google().change(|books| books.workspace.any_user = false).unwrap();
    let jwt = world.jwt(&world.claims());
    assert_eq!(world.ask(&jwt).await, invalid_grant("Invalid email or User ID"));
    world.google().change(|books| books.workspace.users.insert(USER.into(), User::default())).unwrap();
    assert_eq!(world.ask(&jwt).await.0, 200);
}

#[tokio::test]
async fn own_and_older_addresses_are_good_audiences() {
    let world = World::new();
    let own = world.url("/token");
    let by_name = own.replace("127.0.0.1", "localhost");
    for aud in [
        &own,
        &by_name,
        "https://accounts.google.com/o/oauth2/token",
        "https://www.googleapis.com/oauth2/v4/token",
    ] {
        let mut claims = world.claims();
        claims["aud"] = json!(aud);
        assert_eq!(world.ask(&world.jwt(&claims)).await.0, 200, "{aud}");
    }
}

#[tokio::test]
async fn the_clock_moves_the_date_header_and_ends_tokens() {
    let world = World::new();
    let token = world.token().await;
    world.google().set_clock_offset(3_599_000).unwrap();
    let reply = world.send_json(&token, &message(0)).await;
    assert_eq!(reply.status(), 401);
    let date = httpdate::parse_http_date(reply.headers()["date"].to_str().unwrap()).unwrap();
    assert_eq!(date.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs(), NOW.seconds() + 3_599);
}

#[tokio::test]
async fn certificates_are_public_and_start_when_the_key_was_made() {
    let world = World::new();
    for prefix in ["/robot/v1/metadata/x509/", "/service_accounts/v1/metadata/x509/"] {
        let path = format!("{prefix}{}", EMAIL.replace('@', "%40"));
        let (status, body) = json_of(world.http.get(world.url(&path)).send().await.unwrap()).await;
        assert_eq!(status, 200);
        let pem = body[&world.key_id].as_str().unwrap();
        assert!(pem.starts_with("-----BEGIN CERTIFICATE-----"));
        let der: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
        let der = data_encoding::BASE64.decode(der.trim().as_bytes()).unwrap();
        // UTCTime 270115080000Z is 1,800,000,000 seconds after 1970.
        assert!(der.windows(13).any(|window| window == b"270115080000Z"));
    }
    let path = format!("/robot/v1/metadata/x509/{EMAIL}");
    world.google().set_key_state(&world.key_id, KeyState::Disabled).unwrap();
    let (_, body) = json_of(world.http.get(world.url(&path)).send().await.unwrap()).await;
    assert_eq!(body, json!({}));
    let unknown = world.http.get(world.url("/robot/v1/metadata/x509/x@y.z")).send().await.unwrap();
    assert_eq!(unknown.status(), 404);
}
