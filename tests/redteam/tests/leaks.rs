//! What a member has while it sends: no byte of the key and no token, in memory, files and traffic. A leak
//! that is planted is found.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use data_encoding::HEXLOWER;
use serde_json::json;
use signet_leaks::{Needles, Spelling, files_of, record_tcp, scan_file, scan_memory};
use signet_redteam::{SENDER, Stage, conditions};
use signet_testkit::User;

fn port_of(at: &str) -> u16 {
    at.trim_end_matches('/').rsplit(':').next().unwrap().parse().unwrap()
}

#[test]
fn a_member_never_has_the_key_or_a_token() {
    if !User::can_switch() {
        eprintln!("not looked at: looking into other processes takes root");
        return;
    }
    let mut stage = Stage::new();
    let owner = stage.host.owner.desk.home().to_path_buf();
    let endpoint = std::fs::read(owner.join("sandbox-google/endpoint.json")).unwrap();
    let endpoint: serde_json::Value = serde_json::from_slice(&endpoint).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let google = record_tcp(port_of(endpoint["http"].as_str().unwrap()), folder.path().join("google"));
    let link = record_tcp(port_of(&stage.host.at), folder.path().join("link"));
    let mia = stage.host.join("mia", "sender", &[conditions(&json!({}))]);
    let agent = mia.person.agent().unwrap();
    assert_ne!(Some(agent), stage.host.owner.agent());

    let of_key = stage.key().needles();
    let search = of_key.search();
    let big = "x".repeat(2_000_000);
    let mut found = Vec::new();
    let mut looks = 0;
    let mut token = Vec::new();
    for n in 0..3 {
        let draft =
            json!({ "from": SENDER, "to": ["ada@example.org"], "subject": format!("No. {n}"), "text": big });
        std::thread::scope(|scope| {
            let sending = scope.spawn(|| mia.send(&stage.host, &draft).ok());
            while !sending.is_finished() {
                found.extend(scan_memory(agent, &search));
                looks += 1;
            }
            sending.join().unwrap();
        });
        if token.is_empty() {
            let traffic = std::fs::read(google.file()).unwrap();
            let at = traffic.windows(7).position(|window| window.eq_ignore_ascii_case(b"bearer ")).unwrap();
            token =
                traffic[at + 7..].iter().copied().take_while(|byte| !byte.is_ascii_whitespace()).collect();
        }
    }
    assert!(looks >= 3 && token.len() > 20, "{looks} looks, a token of {} bytes", token.len());
    let mut of_token = Needles::default();
    of_token.add("access token", &token, Spelling::Text);
    let tokens = of_token.search();
    assert!(!scan_file(google.file(), &tokens).is_empty(), "the recording has the token");
    assert!(link.len() > 100_000, "the link was recorded");
    let mut files = files_of(mia.person.desk.home(), &[]);
    files.push(link.file().to_owned());
    for search in [&search, &tokens] {
        found.extend(scan_memory(agent, search));
        found.extend(files.iter().flat_map(|file| scan_file(file, search)));
    }
    assert!(found.is_empty(), "{found:#?}");

    // The controls: what a member's agent is given is found in its memory, and what lies in its folder there.
    let leak = HEXLOWER.encode(&stage.key().number("p")[..64]);
    let draft = json!({
        "from": SENDER, "to": ["ada@example.org"], "subject": "Leak", "text": format!("{leak}{big}"),
    });
    let mut seen = Vec::new();
    std::thread::scope(|scope| {
        let sending = scope.spawn(|| mia.send(&stage.host, &draft).ok());
        while !sending.is_finished() {
            seen.extend(scan_memory(agent, &search));
        }
        sending.join().unwrap();
    });
    assert!(!seen.is_empty(), "the scan does not see what a member's agent holds");
    let planted = mia.person.file("planted", &token);
    assert!(!scan_file(&planted, &tokens).is_empty());
    drop((google, link));
    stage.host.verifies();
}
