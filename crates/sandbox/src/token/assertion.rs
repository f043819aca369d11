//! The assertion: a JSON Web Signature with three base64url parts (RFC 7515).

use data_encoding::{BASE64URL, BASE64URL_NOPAD};
use serde_json::{Map, Value};

/// What an assertion says, and what its signature covers. Nothing here is verified yet.
pub(crate) struct Assertion {
    pub(crate) header: Map<String, Value>,
    pub(crate) claims: Map<String, Value>,
    pub(crate) signed: String,
    pub(crate) signature: Vec<u8>,
    /// Whether a part was padded, which RFC 7515 does not allow and Google tolerates.
    pub(crate) padded: bool,
}

impl Assertion {
    /// Takes the three parts apart; `None` when they are not three, not base64url or not JSON objects.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (signed, signature) = text.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        if claims.contains('.') {
            return None;
        }
        Some(Self {
            header: object(header)?,
            claims: object(claims)?,
            signed: signed.to_owned(),
            signature: decode(signature)?,
            padded: text.contains('='),
        })
    }

    /// A claim that is text.
    pub(crate) fn text(&self, claim: &str) -> Option<&str> {
        self.claims.get(claim)?.as_str()
    }

    /// A claim that is a whole number of seconds.
    pub(crate) fn seconds(&self, claim: &str) -> Option<u64> {
        self.claims.get(claim)?.as_u64()
    }
}

fn object(part: &str) -> Option<Map<String, Value>> {
    match serde_json::from_slice(&decode(part)?) {
        Ok(Value::Object(object)) => Some(object),
        _ => None,
    }
}

fn decode(part: &str) -> Option<Vec<u8>> {
    let encoding = if part.contains('=') { BASE64URL } else { BASE64URL_NOPAD };
    encoding.decode(part.as_bytes()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padded_and_unpadded_parts_are_read_and_told_apart() {
        let plain = Assertion::parse("eyJhIjoxfQ.eyJpc3MiOiJ4In0.AAAA").unwrap();
        assert!(!plain.padded);
        assert_eq!(plain.text("iss"), Some("x"));
        let padded = Assertion::parse("eyJhIjoxfQ==.eyJpc3MiOiJ4In0=.AAAA").unwrap();
        assert!(padded.padded && padded.text("iss") == Some("x"));
    }

    #[test]
    fn anything_else_is_not_an_assertion() {
        for bad in [
            "",
            "a.b",
            "eyJhIjoxfQ.eyJpc3MiOiJ4In0.AAAA.AAAA",
            "W10.W10.AAAA",
            "eyJhIjoxfQ.!!.AAAA",
            "eyJhIjoxfQ.eyJhIjoxfQ.A+/A",
        ] {
            assert!(Assertion::parse(bad).is_none(), "{bad}");
        }
    }
}
