//! The main job with a real keyring, real time and an authenticator that nobody here wrote.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use signet_journeys::{Delivered, PASSPHRASE, Person};
use signet_testkit::{Desk, oathtool};

/// Import, lock, unlock by `oathtool`, five attachments to To, Cc and Bcc, read back by Python's `email`.
#[test]
fn import_lock_unlock_and_send_five_attachments() {
    let mut person = Person::at(Desk::unprivileged());
    person.init();
    person.import();
    person.signet(["lock"]).ok();
    person.send(["--to", "ada@example.com", "--text", "x"]).fails_with("locked");

    // Real time: the code of the set-up is used up, so the next one has to come.
    let used = oathtool(&person.seed);
    let facts = person.unlock_with(PASSPHRASE, &used).fails_with("code-already-used");
    let wait: u64 = facts["wait_seconds"].as_str().unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    std::thread::sleep(std::time::Duration::from_secs(wait + 1));
    person.unlock_with(PASSPHRASE, &oathtool(&person.seed)).ok();

    // Bytes without a pattern, the same in every run.
    let big: Vec<u8> =
        (0..25_000_000_u32).map(|n| n.wrapping_mul(2_654_435_761).rotate_left(13).to_le_bytes()[0]).collect();
    let files = [
        ("report.pdf", b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n%%EOF\n".to_vec()),
        ("empty.txt", Vec::new()),
        ("Übersicht 2026 – «финал» 📎.pdf", b"%PDF-1.4 second".to_vec()),
        ("big.bin", big),
        ("LICENSE", b"no extension".to_vec()),
    ];
    let mut words: Vec<String> = [
        "--to",
        "ada@example.com",
        "--cc",
        "Leo Kern <leo@example.com>",
        "--bcc",
        "eve@example.com",
        "--text",
        "Fünf Anhänge",
    ]
    .iter()
    .map(ToString::to_string)
    .collect();
    for (name, content) in &files {
        words.extend(["--attach".into(), person.file(name, content).display().to_string()]);
    }
    let sent = person.send(&words).ok();
    assert_eq!(sent["outcome"]["outcome"], "sent");
    assert_eq!(sent["recipients"], 3);

    let id = sent["outcome"]["message_id"].as_str().unwrap();
    let message: Delivered = person.delivered(id);
    let expected: Vec<(String, String)> = files
        .iter()
        .map(|(name, content)| ((*name).to_owned(), HEXLOWER.encode(&Sha256::digest(content))))
        .collect();
    assert_eq!(message.attachments(), expected);
    assert_eq!(message.header("to"), "ada@example.com");
    assert_eq!(message.header("cc"), "Leo Kern <leo@example.com>");
    assert_eq!(message.json["text"].as_str().unwrap().trim_end(), "Fünf Anhänge");
    person.verify().ok();
}
