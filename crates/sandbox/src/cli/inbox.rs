//! `inbox`: what was sent, as its recipients got it. Reads the state directory, running or not.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use mail_parser::{MessageParser, MimeHeaders};
use serde_json::{Value, json};
use signet_core::FileName;
use signet_sandbox::{Mailbox, MessageRecord, StateDir, private_file};

use super::args::InboxVerb;
use super::print::{self, size};
use super::time::written;
use super::{Context, Failure};

pub(super) fn run(context: &Context, verb: &InboxVerb) -> Result<(), Failure> {
    let mailbox = Mailbox::open(StateDir::open(&context.state)?)?;
    match verb {
        InboxVerb::List { user } => {
            list(context, &mailbox, user.as_deref());
            Ok(())
        }
        InboxVerb::Show { id } => show(context, &mailbox, &find(&mailbox, id)?),
        InboxVerb::Raw { id, sent } => {
            let record = find(&mailbox, id)?;
            let path = if *sent { mailbox.sent(&record.id) } else { mailbox.delivered(&record.id) };
            let copied = File::open(&path).and_then(|mut file| print::bytes(&mut file));
            copied.map_err(|error| unreadable(&path, &error))
        }
        InboxVerb::Attachments { id, out } => attachments(context, &mailbox, &find(&mailbox, id)?, out),
    }
}

fn list(context: &Context, mailbox: &Mailbox, user: Option<&str>) {
    let concerns = |record: &MessageRecord| {
        let all = [&record.user, &record.from];
        let all = all.into_iter().chain(&record.to).chain(&record.cc).chain(&record.bcc);
        user.is_none_or(|user| all.into_iter().any(|address| address.eq_ignore_ascii_case(user)))
    };
    let records: Vec<_> = mailbox.list().into_iter().filter(concerns).collect();
    let rows: Vec<_> = records
        .iter()
        .map(|record| {
            vec![
                record.id.clone(),
                written(record.time),
                record.from.clone(),
                recipients(record),
                record.subject.chars().take(40).collect(),
                size(record.bytes),
            ]
        })
        .collect();
    let value: Vec<Value> = records.iter().map(|record| with_files(mailbox, record)).collect();
    let head = ["ID", "TIME", "FROM", "TO", "SUBJECT", "SIZE"];
    context.printer.table(&head, &rows, "No message has been sent yet.", &json!(value));
}

fn show(context: &Context, mailbox: &Mailbox, record: &MessageRecord) -> Result<(), Failure> {
    let path = mailbox.delivered(&record.id);
    let bytes = fs::read(&path).map_err(|error| unreadable(&path, &error))?;
    let message = MessageParser::default().parse(&bytes);
    let text = message.as_ref().and_then(|message| message.body_text(0)).unwrap_or_default();
    let html = message.as_ref().map_or(0, mail_parser::Message::html_body_count);
    let parts: Vec<(String, String, usize)> = message
        .iter()
        .flat_map(mail_parser::Message::attachments)
        .map(|part| {
            let kind = part.content_type().map_or_else(String::new, |kind| {
                format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or_default())
            });
            (part.attachment_name().unwrap_or("(no name)").to_owned(), kind, part.contents().len())
        })
        .collect();

    let mut lines = vec![format!("From:     {}", record.from)];
    if let Some(uploaded) = &record.from_uploaded {
        lines.push(format!("          (Gmail replaced {uploaded})"));
    }
    for (name, list) in [("To:", &record.to), ("Cc:", &record.cc), ("Bcc:", &record.bcc)] {
        if !list.is_empty() {
            lines.push(format!("{name:<10}{}", list.join(", ")));
        }
    }
    lines.push(format!("Subject:  {}", record.subject));
    lines.push(format!("Time:     {}", written(record.time)));
    lines.push(format!("Size:     {} ({})", size(record.bytes), record.way));
    for (name, kind, length) in &parts {
        lines.push(format!("Attached: {name} ({kind}, {})", size(*length as u64)));
    }
    for finding in &record.findings {
        lines.push(format!("Note:     {}", finding.text()));
    }
    lines.push(String::new());
    lines.push(text.trim_end().to_owned());
    let mut value = with_files(mailbox, record);
    value["text"] = json!(text);
    value["html_parts"] = json!(html);
    value["attachments"] = parts
        .iter()
        .map(|(name, kind, length)| json!({ "name": name, "content_type": kind, "bytes": length }))
        .collect();
    context.printer.result(&lines.join("\n"), &value);
    Ok(())
}

fn attachments(
    context: &Context,
    mailbox: &Mailbox,
    record: &MessageRecord,
    out: &Path,
) -> Result<(), Failure> {
    let path = mailbox.delivered(&record.id);
    let bytes = fs::read(&path).map_err(|error| unreadable(&path, &error))?;
    let message = MessageParser::default().parse(&bytes);
    fs::create_dir_all(out).map_err(|error| unwritable(out, &error))?;
    let mut saved = Vec::new();
    for (number, part) in message.iter().flat_map(mail_parser::Message::attachments).enumerate() {
        // The name comes from whoever sent the message: it never leads out of the folder.
        let name = part.attachment_name().and_then(|name| FileName::parse(name).ok());
        let name = name.map_or_else(|| format!("attachment-{}", number + 1), |name| name.as_str().to_owned());
        let target = write_new(out, &name, part.contents()).map_err(|error| unwritable(out, &error))?;
        saved.push(target);
    }
    let text = match saved.as_slice() {
        [] => "That message has no attachments.".to_owned(),
        _ => saved.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join("\n"),
    };
    context.printer.result(&text, &json!(saved));
    Ok(())
}

/// Writes a new file; when the name is taken, with a number.
fn write_new(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<std::path::PathBuf> {
    for number in 0.. {
        let path = folder.join(if number == 0 { name.to_owned() } else { format!("{number}-{name}") });
        match private_file().write(true).create_new(true).open(&path) {
            Ok(mut file) => {
                file.write_all(bytes)?;
                return Ok(path);
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && number < 1000 => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

fn find(mailbox: &Mailbox, id: &str) -> Result<MessageRecord, Failure> {
    let found = if id == "last" { mailbox.list().pop() } else { mailbox.find(id) };
    found.ok_or_else(|| {
        Failure::new(format!("There is no message {id}."), "List them with `signet-sandbox inbox list`.")
    })
}

fn with_files(mailbox: &Mailbox, record: &MessageRecord) -> Value {
    let mut value = json!(record);
    value["file"] = json!(mailbox.delivered(&record.id));
    value["sent_file"] = json!(mailbox.sent(&record.id));
    value
}

fn recipients(record: &MessageRecord) -> String {
    let all: Vec<_> = record.to.iter().chain(&record.cc).chain(&record.bcc).collect();
    match all.as_slice() {
        [] => String::new(),
        [one] => (*one).clone(),
        [first, rest @ ..] => format!("{first} +{}", rest.len()),
    }
}

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    Failure::new(format!("{} cannot be read: {error}.", path.display()), "Check its permissions.")
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    Failure::new(
        format!("{} cannot be written: {error}.", path.display()),
        "Choose another folder, or make it writable.",
    )
}
