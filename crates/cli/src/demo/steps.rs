//! The steps of the demo, in order.

use std::fmt::Write;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use data_encoding::HEXLOWER;
use serde::Serialize;
use serde_json::{Value, json};
use signet_core::{Code, Failure};

use super::shell::Shell;
use super::{files, totp};
use crate::view::{View, bytes, duration};

const SENDER: &str = "mia@sandbox.example";
const READER: &str = "ada@example.com";
const SUBJECT: &str = "[TEST] Grüße from Signet";

/// What the demo showed.
#[derive(Serialize)]
pub(super) struct Summary {
    message_id: String,
    attachments: usize,
    attachment_bytes: u64,
    send_millis: u64,
    audit_entries: u64,
    audit_verified: bool,
}

impl Summary {
    /// For people.
    pub(super) fn text(&self, view: &View) -> String {
        let mark = view.ink.green("✓");
        let mut text = format!("\n{}\n", view.ink.bold("What happened"));
        let _ =
            writeln!(text, "{mark} The key was sealed; its file is gone, and nothing hands it out again.");
        let _ = writeln!(
            text,
            "{mark} Accepted by Google's stand-in in {}: {} attachments, {}, byte-identical on arrival.",
            duration(self.send_millis),
            self.attachments,
            bytes(self.attachment_bytes)
        );
        let _ = writeln!(text, "{mark} {} entries in the audit log, verified.", self.audit_entries);
        let _ = writeln!(text, "{mark} The vault is destroyed, everything is stopped.");
        text.push_str("\nThe real thing: `signet init`.");
        text
    }
}

/// The vault's second factor, and which step it is at.
struct Phone {
    seed: String,
    offset: u64,
}

/// Everything but cleaning up.
pub(super) fn all(shell: &mut Shell<'_>) -> Result<Summary, Failure> {
    let key = google(shell)?;
    let passphrase = passphrase()?;
    let mut phone = create(shell, &passphrase)?;
    import(shell, &key)?;
    lock_and_unlock(shell, &passphrase, &mut phone)?;
    check(shell)?;
    let attachments = files::make(&make_folder(shell, "files")?)?;
    let (message_id, send_millis) = send(shell, &attachments)?;
    let attachment_bytes = look(shell, &attachments)?;
    let audit_entries = verify(shell)?;
    Ok(Summary {
        message_id,
        attachments: attachments.len(),
        attachment_bytes,
        send_millis,
        audit_entries,
        audit_verified: true,
    })
}

/// Removes the vault and stops both processes, as far as they came.
pub(super) fn stop(shell: &mut Shell<'_>) -> Result<(), Failure> {
    shell.step("Clean up: remove the vault, stop everything");
    let has_vault = shell.path("data/sandbox/vault.db").exists();
    let destroyed = if has_vault { shell.run(&["vault", "destroy", "--yes"], "").map(drop) } else { Ok(()) };
    let agent = shell.run(&["agent", "stop"], "").map(drop);
    let sandbox = if shell.path("sandbox-google").exists() {
        shell.run(&["sandbox", "stop"], "").map(drop)
    } else {
        Ok(())
    };
    destroyed.and(agent).and(sandbox)?;
    shell.result("The vault is gone from disk and keychain; agent and sandbox have stopped.");
    Ok(())
}

fn google(shell: &mut Shell<'_>) -> Result<PathBuf, Failure> {
    shell.step("Start the sandbox, a local stand-in for Google, and have it make a key");
    let started = shell.run(&["sandbox", "start"], "")?;
    shell.result(&format!("It listens at {}.", text(&started, "http")));
    let key = shell.path("key.json");
    shell.run(&["sandbox", "new-key", "--out", "key.json"], "")?;
    shell.result("A service-account key file like Google's: key.json");
    Ok(key)
}

fn create(shell: &mut Shell<'_>, passphrase: &str) -> Result<Phone, Failure> {
    shell.step("Create the vault: passphrase, phone, recovery kit");
    let arguments = ["init", "--kdf", "floor", "--passphrase-stdin", "--script"];
    let mut init = shell.converse(&arguments, &format!("{passphrase}\n"))?;
    let shown = init.line()?;
    let seed = text(&shown["totp"], "secret");
    let groups: Vec<Value> = shown["asks_kit_groups"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_u64)
        .map(|number| {
            json!([number, shown["kit"]["groups"][usize::try_from(number).unwrap_or(0).saturating_sub(1)]])
        })
        .collect();
    let phone = Phone { seed, offset: 0 };
    init.say(&json!({ "code": phone.code()?, "kit_groups": groups }))?;
    let done = init.line()?;
    init.end()?;
    let id = text(&done["info"], "vault_id");
    shell.result(&format!("Proven by a code and two groups of the kit. Vault {}…", &id[..id.len().min(8)]));
    Ok(phone)
}

fn import(shell: &mut Shell<'_>, key: &std::path::Path) -> Result<(), Failure> {
    shell.step("Import the key; its file goes");
    let imported = shell.run(&["key", "import", "key.json", "--name", "demo", "--remove-original"], "")?;
    if key.exists() {
        return Err(Failure::new(Code::Internal).what("The key file is still there."));
    }
    let account = text(&imported["key"], "client_email");
    shell.result(&format!("Sealed and read back: {account}. The file is removed."));
    Ok(())
}

fn lock_and_unlock(shell: &mut Shell<'_>, passphrase: &str, phone: &mut Phone) -> Result<(), Failure> {
    shell.step("Lock, and unlock with the next code");
    shell.run(&["lock"], "")?;
    // Codes work once. The demo does not wait for the next 30 seconds: a sandbox vault lets it move them.
    phone.offset += 1;
    shell.run(&["sandbox", "totp-offset", &phone.offset.to_string()], "")?;
    let code = phone.code()?;
    shell.run(&["unlock", "--passphrase-stdin", "--code", &code], &format!("{passphrase}\n"))?;
    shell.result("Unlocked by passphrase and code.");
    Ok(())
}

fn check(shell: &mut Shell<'_>) -> Result<(), Failure> {
    shell.step("Check the set-up without sending anything");
    let report = shell.run(&["check", "--sender", SENDER], "")?;
    let steps = report["steps"].as_array().map(Vec::as_slice).unwrap_or_default();
    let names: Vec<String> = steps.iter().map(|step| text(step, "name")).collect();
    shell.result(&format!("In order: {}.", names.join(", ")));
    Ok(())
}

fn send(shell: &mut Shell<'_>, attachments: &[PathBuf]) -> Result<(String, u64), Failure> {
    shell.step("Send a message with three attachments");
    let names: Vec<String> = attachments
        .iter()
        .map(|path| format!("files/{}", path.file_name().unwrap_or_default().to_string_lossy()))
        .collect();
    let mut arguments =
        vec!["send", "--from", SENDER, "--to", READER, "--subject", SUBJECT, "--text", "It works. Grüße!"];
    for name in &names {
        arguments.extend(["--attach", name]);
    }
    let report = shell.run(&arguments, "")?;
    let outcome = &report["outcome"];
    if outcome["outcome"] != "sent" {
        return Err(Failure::new(Code::Internal).what("The message was not sent.").fact("outcome", outcome));
    }
    let message_id = text(outcome, "message_id");
    let millis = report["millis"].as_u64().unwrap_or_default();
    shell.result(&format!("Accepted by Google's stand-in in {}: message {message_id}", duration(millis)));
    Ok((message_id, millis))
}

fn look(shell: &mut Shell<'_>, attachments: &[PathBuf]) -> Result<u64, Failure> {
    shell.step("Look at what was delivered");
    let list = shell.run(&["sandbox", "inbox", "list"], "")?;
    let messages =
        list.as_array().or_else(|| list["messages"].as_array()).map(Vec::as_slice).unwrap_or_default();
    let [message] = messages else {
        let what = format!("{} messages are in the inbox instead of one.", messages.len());
        return Err(Failure::new(Code::Internal).what(what));
    };
    let id = text(message, "id");
    shell.result(&format!("To {READER}: “{}”", text(message, "subject")));
    let folder = make_folder(shell, "received")?;
    shell.run(&["sandbox", "inbox", "attachments", &id, "--out", "received"], "")?;
    let compared = files::compare(attachments, &folder)?;
    shell.result(&format!("All {} attachments, {}, byte-identical.", attachments.len(), bytes(compared)));
    Ok(compared)
}

fn verify(shell: &mut Shell<'_>) -> Result<u64, Failure> {
    shell.step("Verify the audit log");
    let report = shell.run(&["audit", "verify"], "")?;
    let entries = report["size"].as_u64().unwrap_or_default();
    shell.result(&format!(
        "{entries} entries, unbroken; key {}…",
        text(&report, "fingerprint").get(..16).unwrap_or_default()
    ));
    Ok(entries)
}

impl Phone {
    /// The code that it shows now.
    fn code(&self) -> Result<String, Failure> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let code = totp::code(&self.seed, totp::step(now) + self.offset);
        code.ok_or_else(|| Failure::new(Code::Internal).what("The vault showed no TOTP seed."))
    }
}

fn passphrase() -> Result<String, Failure> {
    Ok(HEXLOWER.encode(&files::random(12)?))
}

fn make_folder(shell: &Shell<'_>, name: &str) -> Result<PathBuf, Failure> {
    let path = shell.path(name);
    std::fs::create_dir_all(&path)
        .map_err(|error| Failure::new(Code::ReadOnly).fact("path", path.display()).fact("error", error))?;
    Ok(path)
}

fn text(value: &Value, field: &str) -> String {
    value[field].as_str().unwrap_or_default().to_owned()
}
