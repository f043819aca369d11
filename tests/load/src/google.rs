//! What a bare program says to Google: a token for a key file, and one resumable upload.

use data_encoding::{BASE64, BASE64URL_NOPAD};
use serde_json::{Value, json};

const SCOPE: &str = "https://www.googleapis.com/auth/gmail.send";

/// A bare client of Gmail, with a token that lasts.
#[derive(Clone)]
pub(crate) struct Gmail {
    http: reqwest::Client,
    upload: String,
    token: String,
}

impl Gmail {
    /// Gets a token for the key file's account, as that sender.
    pub(crate) async fn for_key(at: &str, key: &Value, sender: &str) -> Self {
        let http = reqwest::Client::builder().http1_only().no_proxy().build().unwrap();
        let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
        let claims = json!({
            "iss": key["client_email"], "sub": sender, "scope": SCOPE, "aud": key["token_uri"],
            "iat": now, "exp": now + 3600,
        });
        let head = json!({ "alg": "RS256", "typ": "JWT", "kid": key["private_key_id"] });
        let part = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
        let signed = format!("{}.{}", part(&head), part(&claims));
        let assertion = format!("{signed}.{}", BASE64URL_NOPAD.encode(&sign(key, signed.as_bytes())));
        let form = [("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("assertion", &assertion)];
        let answer = http.post(format!("{at}/token")).form(&form).send().await.unwrap().text().await.unwrap();
        let answer: Value = serde_json::from_str(&answer).unwrap();
        let token = answer["access_token"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned();
        let upload = format!("{at}/upload/gmail/v1/users/me/messages/send?uploadType=resumable");
        Self { http, upload, token }
    }

    /// The requests that Signet makes for a small message: a session, and the one chunk.
    pub(crate) async fn send(&self, message: Vec<u8>) -> String {
        let total = message.len();
        let begun = self.http.post(&self.upload).bearer_auth(&self.token);
        let begun = begun
            .header("X-Upload-Content-Type", "message/rfc822")
            .header("X-Upload-Content-Length", total)
            .header("Content-Type", "application/json; charset=UTF-8")
            .body("{}");
        let begun = begun.send().await.unwrap();
        let session = begun.headers()["location"].to_str().unwrap().to_owned();
        begun.bytes().await.unwrap();
        let put = self.http.put(session).bearer_auth(&self.token).header("Content-Type", "message/rfc822");
        let put = put.header("Content-Range", format!("bytes 0-{}/{total}", total - 1)).body(message);
        let sent: Value = serde_json::from_str(&put.send().await.unwrap().text().await.unwrap()).unwrap();
        sent["id"].as_str().unwrap_or_else(|| panic!("{sent}")).to_owned()
    }
}

fn sign(key: &Value, message: &[u8]) -> Vec<u8> {
    let pem = key["private_key"].as_str().unwrap();
    let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    let pair = aws_lc_rs::rsa::KeyPair::from_pkcs8(&BASE64.decode(body.as_bytes()).unwrap()).unwrap();
    let mut signature = vec![0; pair.public_modulus_len()];
    let random = aws_lc_rs::rand::SystemRandom::new();
    pair.sign(&aws_lc_rs::signature::RSA_PKCS1_SHA256, &random, message, &mut signature).unwrap();
    signature
}
