//! A host, and people who join it.

use serde_json::{Value, json};
use signet_core::UnixMillis;
use signet_testkit::{Desk, oathtool_at};

use crate::Person;

/// Somebody whose vault serves a team, with one key.
#[derive(Debug)]
pub struct Host {
    /// The owner.
    pub owner: Person,
    /// Where it listens.
    pub at: String,
    /// The key's id.
    pub key: String,
}

/// Somebody who belongs to a host.
#[derive(Debug)]
pub struct Member {
    /// The person, with an agent and no vault.
    pub person: Person,
    /// The id of the membership.
    pub id: String,
    /// The beginning of the host's key.
    pub host: String,
    /// The secret of the code with the host.
    pub seed: String,
}

impl Host {
    /// A host that serves.
    pub fn serving() -> Self {
        Self::serving_at(Desk::new(), &Self::free_address())
    }

    /// A host at that desk that serves at that place.
    pub fn serving_at(desk: Desk, at: &str) -> Self {
        let mut owner = Person::at(desk);
        owner.init();
        owner.import();
        let code = owner.next_step();
        owner.call("host.init", &json!({ "name": "Anna's desk", "listen": at, "code": code })).ok();
        owner.call("host.start", &json!({})).ok();
        let key =
            owner.call("key.list", &json!({})).ok()["keys"][0]["id"].as_str().expect("a key").to_owned();
        Self { owner, at: at.to_owned(), key }
    }

    /// An address of this machine that nobody uses.
    pub fn free_address() -> String {
        signet_testkit::free_address()
    }

    /// A person at a desk of their own joins, with these grants' conditions.
    pub fn join(&mut self, name: &str, role: &str, grants: &[Value]) -> Member {
        self.join_at(Desk::new(), name, role, grants)
    }

    /// The same at that desk.
    pub fn join_at(&mut self, desk: Desk, name: &str, role: &str, grants: &[Value]) -> Member {
        let grants: Vec<Value> =
            grants.iter().map(|conditions| json!({ "key": self.key, "conditions": conditions })).collect();
        let wish =
            json!({ "name": name, "role": role, "address": format!("{name}@example.org"), "grants": grants });
        let made = self.owner.call("invite.make", &wish).ok();
        let mut person = Person::without_sandbox(desk);
        person.signet(["agent", "start"]).ok();
        let asked = person.call("join.begin", &json!({ "invite": made["text"], "device": "laptop" })).ok();
        assert_eq!(asked["state"], "waiting", "{asked}");
        let team = self.owner.call("team.show", &json!({})).ok();
        let invite =
            team["invites"].as_array().expect("invites").iter().find(|i| i["id"] == made["invite"]["id"]);
        let invite = invite.expect("the invite").clone();
        assert_eq!(invite["state"], "pending");
        assert_eq!(invite["words"], asked["words"], "both screens show the same words");
        assert_eq!(invite["grants"].as_array().map(Vec::len), Some(grants.len()), "what it grants is shown");
        let code = self.owner.next_step();
        let yes = json!({ "id": invite["id"], "words": asked["words"], "code": code });
        let member = self.owner.call("member.approve", &yes).ok();
        let host = asked["host"].as_str().expect("a host").to_owned();
        let joined = person.call("join.show", &json!({ "host": host })).ok();
        assert_eq!(joined["state"], "code-missing", "{joined}");
        let code = person.call("join.code", &json!({ "host": host })).ok();
        let seed = code["secret"].as_str().expect("a secret").to_owned();
        person.seed.clone_from(&seed);
        let mut member = Member { person, id: member["id"].as_str().expect("an id").into(), host, seed };
        let code = member.code(self);
        let proven = member.person.call("join.prove", &json!({ "host": member.host, "code": code })).ok();
        assert_eq!(proven["state"], "joined", "{proven}");
        member
    }

    /// The owner's log verifies.
    #[track_caller]
    pub fn verifies(&self) {
        self.owner.verify().ok();
    }
}

impl Member {
    /// The code that the member's phone shows now: host and phones move together.
    pub fn code(&mut self, host: &mut Host) -> String {
        // Each code is accepted once: the next one is wanted each time.
        host.owner.next_step();
        let step = host.owner.step();
        oathtool_at(&self.seed, UnixMillis::from_seconds(step * 30))
    }

    /// How requests name the host's key.
    pub fn key(&self, host: &Host) -> String {
        format!("{}/{}", &self.host[..8], host.key)
    }

    /// A message of this member, sent through the host.
    #[track_caller]
    pub fn send(&self, host: &Host, draft: &Value) -> crate::Reply {
        self.person.call("shared.send", &json!({ "draft": draft, "key": self.key(host) }))
    }
}
