//! A host with one key that can be looked for, and what is checked at the end of every attack.

use std::net::TcpListener;

use data_encoding::HEXLOWER;
use serde_json::{Value, json};
use signet_core::UnixMillis;
use signet_journeys::{Host, Person};
use signet_leaks::{KeyFile, Needles};
use signet_team::{HostHash, Invite};
use signet_testkit::oathtool_at;

use crate::attacker::Attacker;
use crate::wire::Haul;

/// The sender that the grants of these tests allow.
pub const SENDER: &str = "mia@sandbox.example";

/// A host under attack.
pub struct Stage {
    /// The host and its owner.
    pub host: Host,
    /// Everything that it ever answered.
    pub haul: Haul,
    key: KeyFile,
    hash: HostHash,
    tokens_at_start: usize,
}

/// A refusal as the log has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What was tried.
    pub action: String,
    /// Why not.
    pub reason: String,
    /// The device's key hash in hex; empty if nobody was authenticated.
    pub actor: String,
    /// How many refusals the entry stands for.
    pub count: u64,
}

/// A grant's conditions: this sender, with more or other fields.
pub fn conditions(more: &Value) -> Value {
    let mut conditions =
        json!({ "senders": [SENDER], "recipients": ["example.org"], "bytes_max": 3_000_000 });
    for (name, value) in more.as_object().into_iter().flatten() {
        conditions[name] = value.clone();
    }
    conditions
}

impl Stage {
    /// A host that serves, with a key whose numbers are known to this test.
    pub fn new() -> Self {
        let mut owner = Person::with_vault();
        let file = owner.new_key();
        let key = KeyFile::read(&file);
        owner.signet(["key", "import", &file.display().to_string(), "--remove-original"]).ok();
        let at = free_place();
        let code = owner.next_step();
        owner.call("host.init", &json!({ "name": "Anna's desk", "listen": at, "code": code })).ok();
        let status = owner.call("host.start", &json!({})).ok();
        let hash = HostHash::parse(status["host"]["key"].as_str().expect("a key")).expect("a hash");
        let id = owner.call("key.list", &json!({})).ok()["keys"][0]["id"].as_str().expect("a key").to_owned();
        let host = Host { owner, at, key: id };
        let mut stage = Self { host, haul: Haul::default(), key, hash, tokens_at_start: 0 };
        stage.tokens_at_start = stage.requests("/token");
        stage
    }

    /// Somebody whom the host does not know.
    pub fn stranger(&self) -> Attacker {
        Attacker::stranger(&self.host.at, self.hash, &self.haul)
    }

    /// The host's key, as invites pin it.
    pub const fn hash(&self) -> HostHash {
        self.hash
    }

    /// An invite.
    #[track_caller]
    pub fn invite(&self, name: &str, role: &str, grants: &[Value]) -> (Invite, Value) {
        let grants: Vec<Value> =
            grants.iter().map(|c| json!({ "key": self.host.key, "conditions": c })).collect();
        let wish =
            json!({ "name": name, "role": role, "address": format!("{name}@example.org"), "grants": grants });
        let made = self.host.owner.call("invite.make", &wish).ok();
        (Invite::parse(made["text"].as_str().expect("an invite")).expect("an invite"), made["invite"].clone())
    }

    /// A member whose client is a patched one, with an open session and a code.
    #[track_caller]
    pub fn enrol(&mut self, name: &str, role: &str, grants: &[Value]) -> Attacker {
        let (invite, _) = self.invite(name, role, grants);
        let mut attacker = self.stranger();
        let knock = attacker.knock(&invite, "patched");
        assert_eq!(knock.answer.ok()["state"], "pending");
        self.approve(&invite, &knock.words).ok();
        let session = attacker.open().ok();
        attacker.id = session["member"].as_str().expect("a member").into();
        let code = attacker.call("code.begin", &json!({})).ok();
        attacker.seed = code["secret"].as_str().expect("a secret").into();
        let code = self.code_of(&attacker);
        attacker.call("code.prove", &json!({ "code": code })).ok();
        attacker
    }

    /// The owner lets them in.
    pub fn approve(&mut self, invite: &Invite, words: &[String; 3]) -> signet_journeys::Reply {
        let code = self.host.owner.next_step();
        let yes = json!({ "id": invite.id().to_string(), "words": words, "code": code });
        self.host.owner.call("member.approve", &yes)
    }

    /// The next code of a member's phone.
    pub fn code_of(&mut self, member: &Attacker) -> String {
        self.host.owner.next_step();
        oathtool_at(&member.seed, UnixMillis::from_seconds(self.host.owner.step() * 30))
    }

    /// How often Google was asked for a path that begins so, since it runs.
    pub fn requests(&self, path: &str) -> usize {
        let log = self.host.owner.desk.home().join("sandbox-google/sandbox.log");
        let log = std::fs::read_to_string(log).expect("Google's log");
        log.matches(&format!("POST {path}")).count()
    }

    /// Refusals in the log, newest first.
    #[track_caller]
    pub fn refusals(&self) -> Vec<Refusal> {
        let list = self.host.owner.call("audit.list", &json!({ "limit": 2000, "refused": true })).ok();
        let entries = list["entries"].as_array().cloned().unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let refusals = entries.iter().map(|entry| &entry["fields"]).map(|fields| Refusal {
            action: text(&fields["action"]),
            reason: text(&fields["reason"]),
            actor: text(&fields["actor"]),
            count: fields["count"].as_u64().unwrap_or(1),
        });
        refusals.collect()
    }

    /// Whether that device was refused for that reason, on record.
    #[track_caller]
    pub fn assert_recorded(&self, attacker: Option<&Attacker>, reason: &str) {
        let actor = attacker.map(|a| HEXLOWER.encode(signet_team::device_hash(&a.key().public()).as_bytes()));
        let refusals = self.refusals();
        let found = refusals.iter().any(|refusal| {
            refusal.reason == reason && actor.as_ref().is_none_or(|actor| refusal.actor == *actor)
        });
        assert!(found, "{reason} by {actor:?} is not in the log: {refusals:#?}");
    }

    /// What every attack ends with: so many messages went out and no more, nothing was signed beyond
    /// them, the log verifies, and no answer held anything of the key or a token.
    #[track_caller]
    pub fn ends_with(&self, sent: usize) {
        assert_eq!(self.host.owner.inbox().len(), sent, "messages sent");
        if sent == 0 {
            assert_eq!(self.requests("/token"), self.tokens_at_start, "a token was asked for");
        }
        self.host.verifies();
        let haul = self.haul.bytes();
        assert!(!haul.is_empty(), "nothing was received at all");
        self.assert_no_export(&haul);
    }

    /// Nothing of the key, and no token, in these bytes.
    #[track_caller]
    pub fn assert_no_export(&self, bytes: &[u8]) {
        assert_eq!(self.exports(bytes), Vec::<String>::new(), "exported");
    }

    /// What of the key and of tokens is in these bytes.
    pub fn exports(&self, bytes: &[u8]) -> Vec<String> {
        let needles: Needles = self.key.needles();
        let mut found = Vec::new();
        needles.search().each(bytes, |name, at| found.push(format!("{name} at {at}")));
        if bytes.windows(5).any(|window| window == b"ya29.") {
            found.push("an access token".into());
        }
        found
    }

    /// The sentinel key.
    pub const fn key(&self) -> &KeyFile {
        &self.key
    }

    /// Memory that the host's process has, in KiB.
    #[track_caller]
    pub fn resident_kib(&self) -> u64 {
        let pid = self.host.owner.agent().expect("a host");
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("status");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("VmRSS");
        line.split_whitespace().next().and_then(|kib| kib.parse().ok()).expect("a number")
    }

    /// Descriptors that the host's process has open.
    #[track_caller]
    pub fn descriptors(&self) -> usize {
        let pid = self.host.owner.agent().expect("a host");
        std::fs::read_dir(format!("/proc/{pid}/fd")).expect("fd").count()
    }
}

/// A place that is free, and stays so: no other process of these tests takes a port at that address.
fn free_place() -> String {
    let process = std::process::id();
    let address = format!("127.77.{}.{}:0", process >> 8 & 0xff, process & 0xff);
    TcpListener::bind(address).and_then(|listener| listener.local_addr()).expect("a port").to_string()
}

impl Default for Stage {
    fn default() -> Self {
        Self::new()
    }
}
