//! Messages that must not go out, and what the person is told. Nothing here reaches Google.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use signet_journeys::Person;

const TO: [&str; 2] = ["--to", "ada@example.com"];

/// Runs a send with To and text given, and these further words.
fn send(person: &Person, more: &[&str]) -> signet_journeys::Answer {
    person.send(TO.iter().chain(&["--text", "x"]).chain(more))
}

#[test]
fn headers_names_and_types_cannot_be_broken_into() {
    let person = Person::ready();
    let file = person.file("a.txt", b"a").display().to_string();
    for bad in ["x\r\nBcc: eve@example.com", "x\ny", "x\ry"] {
        send(&person, &["--subject", bad]).fails_with("invalid-header");
        send(&person, &["--reply-to", &format!("{bad} <a@example.com>")]).fails_with("invalid-header");
        send(&person, &["--cc", &format!("a@example.com{bad}")]).fails_with("invalid-header");
        send(&person, &["--attach", &format!("{file};name={bad}")]).fails_with("invalid-file-name");
        send(&person, &["--attach", &format!("{file};type=text/{bad}")]).fails_with("invalid-content-type");
    }
    assert!(person.inbox().is_empty());
}

#[test]
fn recipients_are_checked_before_anything_is_sent() {
    let person = Person::ready();
    person.send(["--text", "x"]).fails_with("no-recipient");
    send(&person, &["--to", "nobody"]).fails_with("invalid-address");
    send(&person, &["--to", "jörg@example.com"]).fails_with("non-ascii-address");
    let many: Vec<String> =
        (0..501).flat_map(|n| ["--bcc".to_owned(), format!("r{n}@example.com")]).collect();
    person.send(many.iter().map(String::as_str).chain(["--text", "x"])).fails_with("too-many-recipients");
    assert!(person.inbox().is_empty());
}

#[test]
fn attachments_are_checked_before_anything_is_sent() {
    let person = Person::ready();
    let attach = |path: &str| send(&person, &["--attach", path]);
    attach("nowhere.pdf").fails_with("attachment-missing");
    std::fs::create_dir(person.path("folder")).unwrap();
    attach("folder").fails_with("attachment-not-file");
    attach("/dev/zero").fails_with("attachment-not-file");
    let large = person.path("large.bin");
    std::fs::File::create(&large).unwrap().set_len(27_000_000).unwrap();
    attach("large.bin").fails_with("message-too-large");
    std::fs::File::options().write(true).open(&large).unwrap().set_len(1 << 40).unwrap();
    attach("large.bin").fails_with("message-too-large");
    let program = person.file("tool.exe", b"MZ").display().to_string();
    attach(&program).fails_with("blocked-type");
    send(&person, &["--attach", &program, "--allow-blocked"]).ok();
    assert_eq!(person.inbox().len(), 1);
}

#[test]
fn a_dry_run_and_an_eml_reach_nobody() {
    let person = Person::ready();
    let file = person.file("a.pdf", b"%PDF").display().to_string();
    let dry = send(&person, &["--attach", &file, "--dry-run"]).ok();
    assert_eq!(dry["outcome"]["outcome"], "dry-run");
    assert!(dry["preview"].as_str().unwrap().contains("Subject: Test"), "{dry}");
    send(&person, &["--attach", &file, "--eml", "out.eml"]).ok();
    let message = signet_journeys::Delivered::read(&person.path("out.eml"));
    assert_eq!(message.attachments()[0].0, "a.pdf");
    assert!(person.inbox().is_empty());
    // Works without Google at all.
    person.google(["stop"]).ok();
    send(&person, &["--dry-run"]).ok();
    send(&person, &[]).fails_with("sandbox-away");
}

#[test]
fn a_message_file_with_variables_is_sent_again_and_again() {
    let person = Person::ready();
    person.file("logo.png", b"\x89PNG");
    person.file("body.html", b"<p>Hello {{name}}, <img src='cid:logo'></p>");
    let toml = "from = \"mia@sandbox.example\"\nto = [\"{{name}} <ada@example.com>\"]\nsubject = \"Welcome, {{name}}\"\n\
                text = \"Hello {{name}}\"\nhtml_file = \"body.html\"\n\n[[inline]]\npath = \"logo.png\"\ncid = \"logo\"\n";
    person.file("welcome.toml", toml.as_bytes());
    person.signet(["send", "welcome.toml"]).fails_with("missing-variable");
    person
        .signet(["send", "welcome.toml", "--set", "name=Ada", "--set", "nmae=x"])
        .fails_with("unknown-variable");
    person
        .signet(["send", "welcome.toml", "--set", "name=Ada\r\nBcc: eve@example.com"])
        .fails_with("invalid-header");
    for name in ["Ada", "Zoë <b>"] {
        let given = format!("name={name}");
        let sent = person.signet(["send", "welcome.toml", "--set", &given]).ok();
        let message = person.delivered(sent["outcome"]["message_id"].as_str().unwrap());
        assert_eq!(message.header("subject"), format!("Welcome, {name}"));
        let html = message.json["html"].as_str().unwrap();
        assert!(html.contains(&name.replace('<', "&lt;").replace('>', "&gt;")), "{html}");
    }
}

/// A file that changes while it is sent: nothing arrives.
#[test]
fn a_file_that_changes_while_it_is_sent_is_not_sent() {
    let person = Person::ready();
    let path = person.file("log.bin", &vec![7; 8_000_000]);
    // The token takes its time, so there is time to change the file after it was measured.
    person.google(["faults", "add", "slow", "--at", "token", "--amount", "1500"]).ok();
    let sending = person
        .command([
            "send",
            "--from",
            "mia@sandbox.example",
            "--to",
            "ada@example.com",
            "--subject",
            "s",
            "--text",
            "x",
        ])
        .args(["--attach", "log.bin"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(std::time::Duration::from_millis(700));
    let mut content = std::fs::read(&path).unwrap();
    content[7_999_999] = 8;
    std::fs::write(&path, content).unwrap();
    let answer = signet_journeys::Answer::of(&sending.wait_with_output().unwrap());
    answer.fails_with("attachment-changed");
    assert!(person.inbox().is_empty());
    person.verify().ok();
}
