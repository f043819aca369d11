//! yup-oauth2, as it is: padded base64url, no `kid`, `aud` = our own token address.

use crate::support::*;

#[tokio::test]
async fn yup_oauth2_gets_a_token_that_sends() {
    let world = World::new();
    let file: serde_json::Value = serde_json::from_str(&key().0.file).unwrap();
    let mut file = file;
    file["token_uri"] = world.url("/token").into();
    let key = yup_oauth2::parse_service_account_key(file.to_string()).unwrap();
    // Its own clock is the computer's: the sandbox's is moved to match.
    let real = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis();
    let offset = i64::try_from(real).unwrap() - i64::try_from(NOW.0).unwrap();
    world.google().set_clock_offset(offset).unwrap();
    world.allow(&[SEND]);
    let authenticator =
        yup_oauth2::ServiceAccountAuthenticator::builder(key).subject(USER).build().await.unwrap();
    let token = authenticator.token(&[SEND]).await.unwrap();
    assert_eq!(world.send_json(token.token().unwrap(), &message(0)).await.status(), 200);
    assert_eq!(world.mail()[0].user, USER);
}
