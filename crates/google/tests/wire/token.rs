//! Minting: what is asked, what is retried, and what a refusal says.

use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use data_encoding::BASE64URL;
use signet_core::{Code, EmailAddress, Failure, Scope};
use signet_google::{AccessToken, Freshness, TokenError, TokenSource};

use crate::fake::{Fault, Step, html};
use crate::world::{World, service_key};

async fn mint(world: &World) -> Result<AccessToken, TokenError> {
    let subject = EmailAddress::parse("mia@example.org").unwrap();
    world.google.mint(service_key(), &subject, Scope::GmailSend).await
}

async fn refusal(world: &World) -> Failure {
    match mint(world).await {
        Err(error) => error.failure(),
        Ok(_) => panic!("must be refused"),
    }
}

fn refuse(status: u16, error: &str, description: &str) -> (Step, Fault) {
    let body = serde_json::json!({ "error": error, "error_description": description }).to_string();
    (Step::Token, Fault::Reply(status, Vec::new(), body))
}

#[tokio::test]
async fn the_assertion_names_subject_scope_and_our_own_token_address_and_is_signed() {
    let world = World::new([]).await;
    let token = mint(&world).await.unwrap();
    let form = world.fake.state().forms[0].clone();
    let fields: std::collections::HashMap<_, _> =
        url::form_urlencoded::parse(form.as_bytes()).into_owned().collect();
    assert_eq!(fields["grant_type"], "urn:ietf:params:oauth:grant-type:jwt-bearer");
    let (signed, signature) = fields["assertion"].rsplit_once('.').unwrap();
    let claims = BASE64URL.decode(signed.split_once('.').unwrap().1.as_bytes()).unwrap();
    let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap();
    assert_eq!(claims["iss"], "robot@demo.iam.gserviceaccount.com");
    assert_eq!(claims["sub"], "mia@example.org");
    assert_eq!(claims["scope"], "https://www.googleapis.com/auth/gmail.send");
    // Not the one in the key file.
    assert_eq!(claims["aud"], world.fake.url.join("token").unwrap().as_str());
    let lifetime = claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap();
    assert!((1..=3600).contains(&lifetime));

    let pem: String =
        include_str!("../../fixtures/rsa2048.pem").lines().filter(|it| !it.starts_with('-')).collect();
    let der = data_encoding::BASE64.decode(pem.as_bytes()).unwrap();
    let pair = aws_lc_rs::rsa::KeyPair::from_pkcs8(&der).unwrap();
    UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, pair.public_key().as_ref())
        .verify(signed.as_bytes(), &BASE64URL.decode(signature.as_bytes()).unwrap())
        .unwrap();

    let minutes =
        (token.expires().0 - u64::try_from(jiff::Timestamp::now().as_millisecond()).unwrap()) / 60_000;
    assert!((54..=55).contains(&minutes), "{minutes}");
}

#[tokio::test]
async fn what_passes_is_retried_and_a_token_with_text_for_its_lifetime_is_taken() {
    let text = r#"{"access_token":"ya29.t","expires_in":"1200","token_type":"Bearer"}"#;
    for fault in [
        html(503),
        html(500),
        html(429),
        html(200),
        Fault::ResetBefore,
        refuse(500, "internal_failure", "").1,
    ] {
        let faults = [(Step::Token, fault), (Step::Token, Fault::Reply(200, Vec::new(), text.into()))];
        let world = World::new(faults).await;
        assert!(mint(&world).await.is_ok());
        assert_eq!(world.pace.waits.lock().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn trouble_that_stays_is_told_apart() {
    let rows = [
        (html(503), Code::GoogleUnavailable, 2),
        (html(200), Code::UnexpectedReply, 2),
        (html(302), Code::UnexpectedReply, 0),
        (html(429), Code::RateLimited, 2),
        (Fault::ResetBefore, Code::Network, 2),
    ];
    for (fault, code, waits) in rows {
        let world = World::new((0..3).map(|_| (Step::Token, fault.clone()))).await;
        assert_eq!(refusal(&world).await.code, code);
        assert_eq!(world.pace.waits.lock().unwrap().len(), waits, "{code:?}");
    }
}

#[tokio::test]
async fn missing_delegation_says_what_to_paste_where() {
    let message = "Client is unauthorized to retrieve access tokens using this method, or client not authorized for \
                   any of the scopes requested.";
    let world = World::new([refuse(401, "unauthorized_client", message)]).await;
    let failure = refusal(&world).await;
    assert_eq!(failure.code, Code::DelegationMissing);
    assert!(failure.remedy.contains("104857600000000000001"), "{}", failure.remedy);
    assert!(failure.remedy.contains("https://www.googleapis.com/auth/gmail.send"), "{}", failure.remedy);
    assert_eq!(failure.facts["client_id"], "104857600000000000001");
    assert_eq!(failure.facts["scope"], "https://www.googleapis.com/auth/gmail.send");
    assert_eq!(failure.facts["google_error"], "unauthorized_client");
    assert_eq!(failure.facts["google_message"], message);
}

#[tokio::test]
async fn a_wrong_clock_is_measured_by_the_date_of_the_refusal() {
    let message = "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check \
                   your iat and exp values in the JWT claim.";
    for message in [message, "Bad Request"] {
        let world = World::new([refuse(400, "invalid_grant", message)]).await;
        world.fake.state().clock = 4000;
        let failure = refusal(&world).await;
        assert_eq!(failure.code, Code::ClockSkew);
        let offset: i64 = failure.facts["offset_seconds"].parse().unwrap();
        assert!((3998..=4002).contains(&offset), "{offset}");
    }
    // With a right clock the vague one stays vague.
    let world = World::new([refuse(400, "invalid_grant", "Bad Request")]).await;
    assert_eq!(refusal(&world).await.code, Code::GoogleRefused);
}

#[tokio::test]
async fn a_mint_that_ends_after_a_lock_leaves_no_token_behind() {
    for forget in [false, true] {
        let world = World::new([(Step::Token, Fault::Slow(std::time::Duration::from_millis(100)))]).await;
        let lock = async {
            while world.count("Token") == 0 {
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
            if forget { world.source.cache.forget(world.source.key) } else { world.source.cache.wipe() }
        };
        let (token, ()) = tokio::join!(world.source.token(Freshness::Cached), lock);
        assert!(token.is_ok());
        assert!(world.source.token(Freshness::Cached).await.is_ok());
        assert_eq!(world.count("Token"), 2, "the first one must not have been kept");
        assert!(world.source.token(Freshness::Cached).await.is_ok());
        assert_eq!(world.count("Token"), 2, "the second one must have been");
    }
}
