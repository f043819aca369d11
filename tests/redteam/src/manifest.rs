//! A message as the patched client asks to send it.

use data_encoding::HEXLOWER;
use serde_json::{Value, json};
use signet_crypto::{Secret, sha256, system_rng};

use crate::stage::SENDER;

/// A draft, as JSON: nothing keeps it from being wrong.
pub type Draft = Value;

/// A request to send.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// The request's id, hex.
    pub request: String,
    /// The key's id at the host.
    pub key: String,
    /// The message.
    pub draft: Draft,
    /// What is uploaded for each part.
    pub bytes: Vec<Vec<u8>>,
    /// Fields of the manifest that are set to something else, or added.
    pub other: Vec<(String, Value)>,
}

impl Manifest {
    /// A message that the grants of these tests allow.
    pub fn allowed(key: &str, subject: &str) -> Self {
        let draft = json!({ "from": SENDER, "to": ["ada@example.org"], "subject": subject, "text": "Hello" });
        Self { request: fresh_request(), key: key.into(), draft, bytes: Vec::new(), other: Vec::new() }
    }

    /// The same with other fields in its draft.
    #[must_use]
    pub fn with(mut self, draft: &Value) -> Self {
        for (name, value) in draft.as_object().into_iter().flatten() {
            self.draft[name] = value.clone();
        }
        self
    }

    /// The same with one attachment more.
    #[must_use]
    pub fn attach(mut self, name: &str, bytes: &[u8]) -> Self {
        let mut attachments = self.draft["attachments"].as_array().cloned().unwrap_or_default();
        attachments.push(json!({ "name": name }));
        self.draft["attachments"] = attachments.into();
        self.bytes.push(bytes.to_vec());
        self
    }

    /// The same with a field of the manifest set.
    #[must_use]
    pub fn set(mut self, name: &str, value: Value) -> Self {
        self.other.push((name.into(), value));
        self
    }
}

/// A request's id that was never used.
pub fn fresh_request() -> String {
    HEXLOWER.encode(Secret::<16>::make(&mut system_rng()).expose())
}

/// SHA-256 in hex.
pub fn sha256_hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(&sha256(&[bytes]))
}
