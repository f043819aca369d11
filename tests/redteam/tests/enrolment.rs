//! Joining: guessed, replayed, relayed, reused and withdrawn invites, and hosts that are others.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::time::Duration;

use data_encoding::HEXLOWER;
use serde_json::{Value, json};
use signet_crypto::{SigningKey, system_rng};
use signet_link::{Acceptor, Identity};
use signet_redteam::{Attacker, Stage, runtime};
use signet_team::{Invite, derive_proof};

fn prove(attacker: &mut Attacker, invite: &str, proof: &[u8], device: &str) -> signet_redteam::Answer {
    let request = json!({ "invite": invite, "proof": HEXLOWER.encode(proof), "device": device });
    attacker.call("enrol.prove", &request)
}

/// The proof of an invite for the connection that the attacker has.
fn proof_of(attacker: &mut Attacker, invite: &Invite) -> [u8; 32] {
    let wire = attacker.wire();
    derive_proof(invite.secret(), invite.id(), &wire.host, &attacker.key().public(), &wire.exporter)
}

fn state_of(stage: &Stage, invite: &Invite) -> String {
    let team = stage.host.owner.call("team.show", &json!({})).ok();
    let id = invite.id().to_string();
    let found = team["invites"].as_array().unwrap().iter().find(|i| i["id"] == id.as_str()).cloned();
    found.unwrap_or(Value::Null)["state"].as_str().unwrap_or("gone").to_owned()
}

#[test]
fn an_invite_is_not_guessed_replayed_or_used_twice() {
    let mut stage = Stage::new();
    let mut eve = stage.stranger();
    let (invite, _) = stage.invite("mia", "sender", &[]);
    let id = invite.id().to_string();
    // Ids that are none, proofs that are none, names that hide something.
    for (odd, proof) in [("", [0; 32]), ("zz", [0; 32]), ("0000000000000000", [0; 32])] {
        let answer = prove(&mut eve, odd, &proof, "x");
        assert!(!answer.is_ok(), "{odd}: {answer:?}");
    }
    assert!(!prove(&mut eve, &id, &[0; 31], "x").is_ok());
    let good = proof_of(&mut eve, &invite);
    for name in ["", " ", "a\nb", "a\u{0}", "\u{202e}anna", &"x".repeat(65), "a\u{200b}b"] {
        prove(&mut eve, &id, &good, name).refused("usage");
    }
    // A proof that is right for another connection, another key, another invite, another host.
    let mut wrong = vec![good];
    eve.connect();
    let mut other = stage.stranger();
    wrong.push(proof_of(&mut other, &invite));
    let (second, _) = stage.invite("sam", "sender", &[]);
    let wire = eve.wire();
    let public = eve.key().public();
    wrong.push(derive_proof(second.secret(), invite.id(), &wire.host, &public, &wire.exporter));
    wrong.push(derive_proof(invite.secret(), invite.id(), &public, &public, &wire.exporter));
    for proof in &wrong {
        prove(&mut eve, &id, proof, "laptop").refused("invite-wrong");
    }
    assert_eq!(state_of(&stage, &invite), "open");
    prove(&mut eve, &id, &[9; 32], "laptop").refused("invite-wrong");
    // Five are enough: even the right one comes too late, from anybody.
    let right = proof_of(&mut eve, &invite);
    assert!(!prove(&mut eve, &id, &right, "laptop").is_ok());
    let mut mia = stage.stranger();
    assert!(!mia.knock(&invite, "laptop").answer.is_ok());
    assert_eq!(state_of(&stage, &invite), "burnt");
    stage.assert_recorded(None, "invite-wrong");

    // Used: nobody else gets in with it, at any time, and not by an approval with other words.
    let mut sam = stage.stranger();
    let knock = sam.knock(&second, "laptop");
    assert!(knock.answer.is_ok());
    assert!(!eve.knock(&second, "eve").answer.is_ok(), "it was taken over");
    let words = ["abacus", "zoom", "abacus"].map(str::to_owned);
    assert!(stage.approve(&second, &words).failure().is_some(), "other words were approved");
    stage.approve(&second, &knock.words).ok();
    assert!(!eve.knock(&second, "eve").answer.is_ok());
    eve.open().refused("not-a-member");
    sam.open().ok();
    // Withdrawn.
    let (third, made) = stage.invite("tess", "sender", &[]);
    stage.host.owner.call("invite.withdraw", &json!({ "id": made["id"] })).ok();
    assert!(!eve.knock(&third, "eve").answer.is_ok());
    // Waiting, and withdrawn then.
    let (fourth, made) = stage.invite("vic", "sender", &[]);
    let knock = eve.knock(&fourth, "eve");
    assert!(knock.answer.is_ok());
    stage.host.owner.call("invite.withdraw", &json!({ "id": made["id"] })).ok();
    assert!(stage.approve(&fourth, &knock.words).failure().is_some());
    eve.open().refused("not-a-member");
    // A device that belongs to somebody is not enrolled once more.
    let (fifth, _) = stage.invite("sam2", "admin", &[]);
    let knock = sam.knock(&fifth, "laptop");
    assert!(stage.approve(&fifth, &knock.words).failure().is_some(), "one device, two members");
    stage.assert_recorded(None, "invite-over");
    stage.ends_with(0);
}

#[test]
fn a_relay_and_an_impostor_get_nothing() {
    let mut stage = Stage::new();
    let (invite, _) = stage.invite("mia", "sender", &[]);
    // An impostor listens where the victim looks; it has a key of its own.
    let impostor = SigningKey::make(&mut system_rng());
    let acceptor = Acceptor::new(&Identity::new(&impostor).unwrap()).unwrap();
    let listener = runtime().block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
    let at = listener.local_addr().unwrap().to_string();
    let accepting = runtime().spawn(async move {
        let (tcp, _) = listener.accept().await.unwrap();
        acceptor.accept(tcp, Duration::from_secs(5)).await.map(|connection| connection.exporter)
    });
    // A client that pins the host notices before it says anything.
    let victim = stage.stranger().going_to(&at);
    assert!(victim.link().is_err_and(|error| error.is_impostor()));
    let _ = runtime().block_on(accepting).unwrap();

    // A client that does not, relayed: what it proves to the relay proves nothing to the host.
    let mut relay = stage.stranger();
    let wire = relay.connect();
    let victim = SigningKey::make(&mut system_rng());
    let between = [7; 32];
    let overheard = derive_proof(invite.secret(), invite.id(), &wire.host, &victim.public(), &between);
    prove(&mut relay, &invite.id().to_string(), &overheard, "laptop").refused("invite-wrong");
    let overheard =
        derive_proof(invite.secret(), invite.id(), &impostor.public(), &victim.public(), &between);
    prove(&mut relay, &invite.id().to_string(), &overheard, "laptop").refused("invite-wrong");
    relay.open().refused("not-a-member");
    // The words of two connections differ, so that the two screens do.
    let mut honest = stage.stranger();
    let knock = honest.knock(&invite, "laptop");
    let once_more = honest.knock(&invite, "laptop");
    assert_ne!(knock.words, once_more.words);
    assert!(stage.approve(&invite, &knock.words).failure().is_some(), "the words of an earlier connection");
    stage.approve(&invite, &once_more.words).ok();
    stage.ends_with(0);
}
