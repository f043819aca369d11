//! The checks of an assertion, in the order in which Google makes them.

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use data_encoding::BASE64;
use serde_json::{Value, json};
use signet_core::UnixMillis;

use super::scopes::is_known;
use super::{Access, Assertion, TokenError};
use crate::google::{Google, make_bytes};
use crate::state::{Account, AccountState, Books, GoogleKey, KeyState};

/// Seconds that a clock may be off.
const SKEW: u64 = 300;
/// The longest life of an assertion in seconds: an hour and the skew.
const LONGEST: u64 = 3900;
/// How long a token lives, in seconds.
const TOKEN_LIFE: u64 = 3599;

/// The token URLs that an assertion may be addressed to.
pub(crate) struct Audience {
    /// The sandbox's own addresses, such as `http://127.0.0.1:4711`.
    pub(crate) own: Vec<String>,
}

impl Audience {
    const GOOGLE: [&str; 4] = [
        "https://oauth2.googleapis.com/token",
        "https://accounts.google.com/o/oauth2/token",
        "https://www.googleapis.com/oauth2/v3/token",
        "https://www.googleapis.com/oauth2/v4/token",
    ];

    fn accepts(&self, aud: &Value) -> bool {
        // A list is refused, as Google does.
        let Some(aud) = aud.as_str() else { return false };
        Self::GOOGLE.contains(&aud)
            || self.own.iter().any(|base| {
                aud.strip_prefix(base.as_str())
                    .is_some_and(|path| matches!(path, "/token" | "/oauth2/v4/token" | "/o/oauth2/token"))
            })
    }
}

/// Checks an assertion and makes a token: issuer, signature, audience, time, scope, user, delegation.
pub(crate) fn grant(google: &Google, assertion: &str, audience: &Audience) -> Result<Value, TokenError> {
    let now = google.now();
    let parsed = Assertion::parse(assertion).ok_or(TokenError::MALFORMED)?;
    let access = google.look(|books| check(books, &parsed, audience, now))?;
    let scope = access.scopes.join(" ");
    Ok(json!({
        "access_token": access.seal(&google.token_key),
        "expires_in": TOKEN_LIFE,
        "token_type": "Bearer",
        "scope": scope,
    }))
}

fn check(books: &Books, jwt: &Assertion, audience: &Audience, now: UnixMillis) -> Result<Access, TokenError> {
    if jwt.header.get("alg").and_then(Value::as_str) != Some("RS256") || (books.strict && jwt.padded) {
        return Err(TokenError::SIGNATURE);
    }
    let issuer = jwt.text("iss").unwrap_or_default();
    let account = books
        .account(issuer)
        .filter(|account| account.state == AccountState::Active)
        .ok_or(TokenError::ACCOUNT_NOT_FOUND)?;
    check_signature(account, jwt, books.strict)?;
    if !jwt.claims.get("aud").is_some_and(|aud| audience.accepts(aud)) {
        return Err(TokenError::AUDIENCE);
    }
    check_time(jwt, now)?;
    let scopes = check_scopes(jwt)?;
    let user = check_user(books, jwt)?;
    if user.is_some() {
        check_delegation(books, account, &scopes, now)?;
    }
    Ok(Access {
        account: account.email.clone(),
        user,
        scopes,
        expires: now.plus_seconds(TOKEN_LIFE),
        nonce: u64::from_le_bytes(make_bytes()),
    })
}

fn check_signature(account: &Account, jwt: &Assertion, strict: bool) -> Result<(), TokenError> {
    let signed_by = |key: &&GoogleKey| {
        let public = BASE64.decode(key.public_key.as_bytes()).unwrap_or_default();
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public)
            .verify(jwt.signed.as_bytes(), &jwt.signature)
            .is_ok()
    };
    let signer = match jwt.header.get("kid") {
        Some(kid) => {
            let key = kid.as_str().and_then(|kid| account.key(kid)).ok_or(TokenError::NO_VERIFIER)?;
            Some(key).filter(signed_by)
        }
        None if strict => return Err(TokenError::SIGNATURE),
        None => account.keys.iter().find(signed_by),
    };
    match signer.map(|key| key.state) {
        Some(KeyState::Active) => Ok(()),
        Some(KeyState::NotPropagated) => Err(TokenError::NO_VERIFIER),
        Some(KeyState::Disabled | KeyState::Deleted | KeyState::Expired) | None => Err(TokenError::SIGNATURE),
    }
}

fn check_time(jwt: &Assertion, now: UnixMillis) -> Result<(), TokenError> {
    let (Some(issued), Some(expires)) = (jwt.seconds("iat"), jwt.seconds("exp")) else {
        return Err(TokenError::CLOCK);
    };
    let now = now.seconds();
    let lives = expires.checked_sub(issued).is_some_and(|life| life <= LONGEST);
    if lives && issued <= now + SKEW && expires.saturating_add(SKEW) > now {
        Ok(())
    } else {
        Err(TokenError::CLOCK)
    }
}

fn check_scopes(jwt: &Assertion) -> Result<Vec<String>, TokenError> {
    let scopes: Vec<String> =
        jwt.text("scope").unwrap_or_default().split_ascii_whitespace().map(str::to_owned).collect();
    if scopes.is_empty() || !scopes.iter().all(|scope| is_known(scope)) {
        return Err(TokenError::SCOPE);
    }
    Ok(scopes)
}

fn check_user(books: &Books, jwt: &Assertion) -> Result<Option<String>, TokenError> {
    // `prn` is the older name of `sub`; Go's library sends both.
    let Some(sub) = jwt.claims.get("sub").or_else(|| jwt.claims.get("prn")) else { return Ok(None) };
    let sub = sub.as_str().unwrap_or_default();
    if sub == jwt.text("iss").unwrap_or_default() {
        return Ok(None);
    }
    let Some((local, domain)) = sub.rsplit_once('@') else { return Err(TokenError::invalid_sub(sub)) };
    if local.is_empty() || !domain.contains('.') || sub.contains(char::is_whitespace) {
        return Err(TokenError::invalid_sub(sub));
    }
    if books.workspace.has_user(sub) {
        Ok(Some(sub.to_ascii_lowercase()))
    } else {
        Err(TokenError::UNKNOWN_USER)
    }
}

fn check_delegation(
    books: &Books,
    account: &Account,
    scopes: &[String],
    now: UnixMillis,
) -> Result<(), TokenError> {
    let entry = books
        .delegation
        .iter()
        .find(|entry| entry.client_id == account.client_id && entry.from <= now)
        .ok_or(TokenError::NOT_DELEGATED)?;
    match scopes.iter().filter(|scope| entry.scopes.contains(scope)).count() {
        0 => Err(TokenError::NO_SCOPE),
        n if n < scopes.len() => Err(TokenError::SOME_SCOPES),
        _ => Ok(()),
    }
}
