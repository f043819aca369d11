//! Access tokens: opaque to everybody else, self-contained for the sandbox, so that they outlive a
//! restart and nothing has to be stored.

use aws_lc_rs::hmac;
use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};
use signet_core::UnixMillis;

/// Google's tokens start like this.
const PREFIX: &str = "ya29.c.";

/// What a token stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Access {
    /// The service account.
    pub(crate) account: String,
    /// The user it acts as; `None` acts as itself.
    pub(crate) user: Option<String>,
    /// What it may do.
    pub(crate) scopes: Vec<String>,
    /// Until when.
    pub(crate) expires: UnixMillis,
    /// Makes each token differ.
    pub(crate) nonce: u64,
}

impl Access {
    /// The token.
    pub(crate) fn seal(&self, key: &[u8; 32]) -> String {
        // Plain data serialises; an empty token would be refused like any unknown one.
        let body = serde_json::to_vec(self).unwrap_or_default();
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), &body);
        format!("{PREFIX}{}", BASE64URL_NOPAD.encode(&[tag.as_ref(), &body].concat()))
    }

    /// What the token stands for; `None` when the sandbox did not make it.
    pub(crate) fn open(token: &str, key: &[u8; 32]) -> Option<Self> {
        let bytes = BASE64URL_NOPAD.decode(token.strip_prefix(PREFIX)?.as_bytes()).ok()?;
        let (tag, body) = bytes.split_at_checked(32)?;
        hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, key), body, tag).ok()?;
        serde_json::from_slice(body).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_own_and_unchanged_tokens_open() {
        let access = Access {
            account: "a@x.y".into(),
            user: Some("u@x.y".into()),
            scopes: vec!["s".into()],
            expires: UnixMillis(1),
            nonce: 7,
        };
        let token = access.seal(&[1; 32]);
        assert_eq!(Access::open(&token, &[1; 32]), Some(access));
        assert_eq!(Access::open(&token, &[2; 32]), None);
        let mut changed = token.clone().into_bytes();
        changed[60] ^= 1;
        assert_eq!(Access::open(std::str::from_utf8(&changed).unwrap(), &[1; 32]), None);
        for bad in ["", "ya29.c.", "ya29.c.AAAA", &token[7..]] {
            assert_eq!(Access::open(bad, &[1; 32]), None);
        }
    }
}
