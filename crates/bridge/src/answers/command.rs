//! `command.show`: what the window does, as a line for a terminal.

use std::path::Path;

use signet_api::wire::{Attachment, Draft};
use signet_core::{Code, Failure, Profile};

use crate::dispatch::{Answer, Events};
use crate::wire::{CommandLine, CommandWish};
use crate::{Bridge, CommandShow};

impl Answer<CommandShow> for Bridge {
    async fn answer(&self, wish: CommandWish, _: Events<CommandShow>) -> Result<CommandLine, Failure> {
        let words = match wish {
            CommandWish::Send { draft, key } => send(&self.inward(draft)?, key.as_deref())?,
            CommandWish::Named { name, subject } => {
                // A file is named by its handle, everything else by its text.
                let subject = match subject {
                    Some(subject) if takes_file(&name) => {
                        Some(super::drafts::utf8(self.handles.path(&subject)?)?)
                    }
                    subject => subject,
                };
                named(&name, subject.as_deref())?
            }
        };
        let sandbox = self.profile() == Profile::Sandbox;
        let words =
            ["signet".to_owned()].into_iter().chain(sandbox.then(|| "--sandbox".to_owned())).chain(words);
        Ok(CommandLine { line: words.map(|word| quoted(&word)).collect::<Vec<_>>().join(" ") })
    }
}

fn takes_file(name: &str) -> bool {
    matches!(name, "key-import" | "restore")
}

fn send(draft: &Draft, key: Option<&str>) -> Result<Vec<String>, Failure> {
    let mut words = vec!["send".to_owned()];
    let mut option = |name: &str, value: &str| words.push(format!("--{name}={value}"));
    if !draft.from.is_empty() {
        option("from", &draft.from);
    }
    let lists = [("to", &draft.to), ("cc", &draft.cc), ("bcc", &draft.bcc), ("reply-to", &draft.reply_to)];
    for (name, list) in lists {
        for address in list {
            option(name, address);
        }
    }
    option("subject", &draft.subject);
    for (name, body) in [("text", &draft.text), ("html", &draft.html)] {
        match body.as_deref() {
            // `-` alone would read standard input.
            Some("-") => return Err(impossible("a text that is a single hyphen")),
            Some(body) => option(name, body),
            None => {}
        }
    }
    for attachment in &draft.attachments {
        let (name, value) = attached(attachment)?;
        option(name, &value);
    }
    if let Some(key) = key {
        option("key", key);
    }
    Ok(words)
}

fn attached(attachment: &Attachment) -> Result<(&'static str, String), Failure> {
    let path = attachment.path.as_deref().unwrap_or_default();
    if let Some(cid) = &attachment.content_id {
        return Ok(("inline", format!("{path}={cid}")));
    }
    let own = Path::new(path).file_name().and_then(|name| name.to_str());
    let mut value = path.to_owned();
    if let Some(name) = attachment.name.as_deref().filter(|name| Some(*name) != own) {
        if name.contains(';') {
            return Err(impossible("an attachment's name with a semicolon"));
        }
        value = format!("{value};name={name}");
    }
    if let Some(kind) = &attachment.content_type {
        if kind.contains(';') {
            return Err(impossible("a content type with parameters"));
        }
        value = format!("{value};type={kind}");
    }
    Ok(("attach", value))
}

fn named(name: &str, subject: Option<&str>) -> Result<Vec<String>, Failure> {
    let needed = || {
        subject.ok_or_else(|| Failure::new(Code::Usage).what("That action needs to know what it concerns."))
    };
    let fixed = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    // After `--`, so that no name is taken for an option.
    let with = |words: &[&str]| needed().map(|subject| [fixed(words), fixed(&["--", subject])].concat());
    Ok(match name {
        "lock" => fixed(&["lock"]),
        "unlock" => fixed(&["unlock"]),
        "status" => fixed(&["status"]),
        "history" => match subject {
            Some(text) => [fixed(&["history", "list"]), vec![format!("--search={text}")]].concat(),
            None => fixed(&["history", "list"]),
        },
        "history-show" => with(&["history", "show"])?,
        "key-import" => with(&["key", "import"])?,
        "key-list" => fixed(&["key", "list"]),
        "key-show" => with(&["key", "show"])?,
        // The new name is the person's to type.
        "key-rename" => [with(&["key", "rename"])?, fixed(&["NEW-NAME"])].concat(),
        "key-remove" => with(&["key", "remove"])?,
        "check" => [fixed(&["check"]), vec![format!("--sender={}", needed()?)]].concat(),
        "audit" => fixed(&["audit", "list"]),
        "audit-verify" => fixed(&["audit", "verify"]),
        "audit-export" => fixed(&["audit", "export", "--out=audit.jsonl"]),
        "backup" => fixed(&["backup", "create"]),
        "backup-list" => fixed(&["backup", "list"]),
        "restore" => with(&["restore"])?,
        "drafts" => fixed(&["draft", "list"]),
        "sandbox-inbox" => fixed(&["sandbox", "inbox", "list"]),
        "sandbox-faults" => fixed(&["sandbox", "faults", "list"]),
        "settings" => fixed(&["settings", "show"]),
        _ => return Err(Failure::new(Code::NotFound).fact("name", name)),
    })
}

fn impossible(what: &str) -> Failure {
    Failure::new(Code::Unsupported)
        .what(format!("A command line cannot say {what}."))
        .remedy("Save the message as a template and send that file.")
}

/// Quoted for a POSIX shell, where it has to be.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_=./@:,+%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}
