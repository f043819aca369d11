//! Somebody with a device key of their own and a client of their own.

use std::time::Duration;

use data_encoding::HEXLOWER;
use serde_json::{Value, json};
use signet_crypto::{Secret, SigningKey, system_rng};
use signet_link::{Connector, HostConnection, Identity, LinkError};
use signet_team::{HostHash, Invite, Words, derive_proof};

use crate::manifest::{Manifest, sha256_hex};
use crate::wire::{Answer, Haul, Wire, runtime};

const PATIENCE: Duration = Duration::from_secs(8);

/// A device key, and what its holder knows.
pub struct Attacker {
    key: SigningKey,
    at: String,
    host: HostHash,
    haul: Haul,
    wire: Option<Wire>,
    /// The join state that the host gave last, hex.
    pub token: Option<String>,
    /// The member's id, once enrolled.
    pub id: String,
    /// The secret of the member's code.
    pub seed: String,
}

/// What came of a proof.
pub struct Knock {
    /// The host's answer.
    pub answer: Answer,
    /// The words that this end shows.
    pub words: [String; 3],
}

impl Attacker {
    /// Somebody nobody knows.
    pub fn stranger(at: &str, host: HostHash, haul: &Haul) -> Self {
        Self {
            key: SigningKey::make(&mut system_rng()),
            at: at.into(),
            host,
            haul: haul.clone(),
            wire: None,
            token: None,
            id: String::new(),
            seed: String::new(),
        }
    }

    /// The same device copied: its key, its join state, its code.
    #[must_use]
    pub fn copied(&self) -> Self {
        let seed = Secret::parse(self.key.seed().expose()).expect("32 bytes");
        Self {
            key: SigningKey::from_seed(&seed),
            at: self.at.clone(),
            host: self.host,
            haul: self.haul.clone(),
            wire: None,
            token: self.token.clone(),
            id: self.id.clone(),
            seed: self.seed.clone(),
        }
    }

    /// The device's key.
    pub const fn key(&self) -> &SigningKey {
        &self.key
    }

    /// The same person, looking for the host elsewhere.
    #[must_use]
    pub fn going_to(mut self, at: &str) -> Self {
        at.clone_into(&mut self.at);
        self
    }

    /// TLS, and nothing said yet.
    ///
    /// # Errors
    /// [`LinkError`].
    pub fn link(&self) -> Result<HostConnection, LinkError> {
        runtime().block_on(self.linking())
    }

    /// The same, to be waited for.
    ///
    /// # Errors
    /// [`LinkError`].
    pub async fn linking(&self) -> Result<HostConnection, LinkError> {
        let connector = Connector::new(&Identity::new(&self.key)?, self.host)?;
        connector.connect(&self.at, PATIENCE).await
    }

    /// A new connection, of which the host knows the key only.
    #[track_caller]
    pub fn connect(&mut self) -> Wire {
        let link = self.link().unwrap_or_else(|error| panic!("{error}"));
        let wire = runtime().block_on(Wire::open(link, self.haul.clone())).expect("HTTP/2");
        self.wire = Some(wire.clone());
        wire
    }

    /// The connection, made if there is none.
    #[track_caller]
    pub fn wire(&mut self) -> Wire {
        match &self.wire {
            Some(wire) if !wire.is_closed() => wire.clone(),
            _ => self.connect(),
        }
    }

    /// Calls a method on the connection that is there.
    #[track_caller]
    pub fn call(&mut self, method: &str, request: &Value) -> Answer {
        let wire = self.wire();
        runtime().block_on(wire.call(method, request))
    }

    /// Any path.
    #[track_caller]
    pub fn post(&mut self, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let wire = self.wire();
        runtime().block_on(wire.post(path, headers, body.to_vec()))
    }

    /// Presents the join state over a new connection; keeps what the host gives.
    #[track_caller]
    pub fn open(&mut self) -> Answer {
        self.connect();
        let answer = self.call("session.open", &json!({ "state": self.token, "seen": 0 }));
        if let Some(next) = answer.body["next"].as_str() {
            self.token = Some(next.into());
        }
        answer
    }

    /// Proves an invite, honestly, over a new connection.
    #[track_caller]
    pub fn knock(&mut self, invite: &Invite, device: &str) -> Knock {
        let wire = self.connect();
        let public = self.key.public();
        let proof = derive_proof(invite.secret(), invite.id(), &wire.host, &public, &wire.exporter);
        let request = json!({
            "invite": invite.id().to_string(), "proof": HEXLOWER.encode(&proof), "device": device,
        });
        let answer = self.call("enrol.prove", &request);
        let words = Words::derive(&wire.exporter, &wire.host, &public).as_array().map(str::to_owned);
        Knock { answer, words }
    }

    /// Begins a request; uploads each part; commits. The first answer that is a refusal, or the last.
    #[track_caller]
    pub fn send(&mut self, manifest: &Manifest) -> Answer {
        let wire = self.wire();
        runtime().block_on(send_over(&wire, manifest))
    }
}

/// The three steps of a send over a connection.
pub(crate) async fn send_over(wire: &Wire, manifest: &Manifest) -> Answer {
    let begun = wire.call("send.begin", &manifest.json()).await;
    if !begun.is_ok() {
        return begun;
    }
    for (part, bytes) in manifest.bytes.iter().enumerate() {
        let path = format!("/v1/part/{}/{part}?at=0", manifest.request);
        let put = wire.post(&path, &[(signet_api::API_HEADER, signet_api::API_VERSION)], bytes.clone()).await;
        if !put.is_ok() {
            return put;
        }
    }
    wire.call("send.commit", &json!({ "request": manifest.request, "seen": 0 })).await
}

impl Wire {
    /// Begins, uploads and commits.
    pub async fn send_mail(&self, manifest: &Manifest) -> Answer {
        send_over(self, manifest).await
    }
}

impl Manifest {
    /// The manifest as it goes over the wire, with honest sizes and hashes unless others were set.
    pub fn json(&self) -> Value {
        let honest: Vec<Value> =
            self.bytes.iter().map(|b| json!({ "bytes": b.len(), "sha256": sha256_hex(b) })).collect();
        let mut manifest = json!({
            "request": self.request, "key": self.key, "draft": self.draft, "parts": honest, "allow_blocked": false,
        });
        for (name, value) in &self.other {
            manifest[name] = value.clone();
        }
        manifest
    }
}
