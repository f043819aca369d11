//! `audit`. Verifying and exporting read the file itself and trust no agent.

use std::fmt::Write as _;

use std::io::Write;
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER_PERMISSIVE;
use serde::Serialize;
use signet_api::wire::{
    AuditAnchorReply, AuditEntryView, AuditQuery, ConfirmAddressReply, ConfirmAddressRequest, Empty,
    MemberView, SharedAuditReply, VaultStatus,
};
use signet_api::{AuditAnchor, AuditConfirmAddress, AuditList, Status, TeamShow};
use signet_audit::{Anchor, Depth, Filter, Fingerprint, Origin, Reader, Report, Trust};
use signet_core::{Code, Failure, Kind, VaultId};

use crate::args::{AuditCommand, AuditListArgs, AuditVerifyArgs};
use crate::context::Context;
use crate::exit_codes::End;
use crate::view::{self, View};

pub(super) async fn run(context: &Context<'_>, command: AuditCommand) -> Result<End, Failure> {
    match command {
        AuditCommand::List(args) => list(context, args).await,
        AuditCommand::Show { seq } => show(context, seq).await,
        AuditCommand::Verify(args) => verify(context, args).await,
        AuditCommand::Export { log, out } => export(context, log, out),
        AuditCommand::ConfirmAddress { address } => confirm(context, address).await,
    }
}

async fn list(context: &Context<'_>, args: AuditListArgs) -> Result<End, Failure> {
    let query = AuditQuery {
        limit: Some(args.limit),
        before: args.before,
        action: args.action,
        refused: args.refused,
        ..AuditQuery::default()
    };
    let mut reply = context.call::<AuditList>(&query).await?;
    if !context.printer.is_json() {
        name_members(context, &mut reply.entries).await;
    }
    context.printer.show(&reply, |v| view::audit::list(&reply.entries, reply.more, v));
    Ok(End::OK)
}

/// Members by name, where the vault is open and can say whose device it was.
async fn name_members(context: &Context<'_>, entries: &mut [AuditEntryView]) {
    const ANY: &str = "A member ";
    if !entries.iter().any(|entry| entry.sentence.starts_with(ANY)) {
        return;
    }
    let Ok(team) = context.call::<TeamShow>(&Empty {}).await else { return };
    for entry in entries {
        let actor = entry.fields.get("actor").and_then(|actor| actor.as_str()).unwrap_or_default();
        let owns = |member: &&MemberView| member.devices.iter().any(|d| d.id.to_string() == actor);
        if let (Some(member), Some(did)) = (team.members.iter().find(owns), entry.sentence.strip_prefix(ANY))
        {
            entry.sentence = format!("{} {did}", member.name);
        }
    }
}

async fn show(context: &Context<'_>, seq: u64) -> Result<End, Failure> {
    let query = AuditQuery { limit: Some(1), seq: Some(seq), ..AuditQuery::default() };
    let entry = context.call::<AuditList>(&query).await?.entries.pop();
    let mut entry = entry.ok_or_else(|| Failure::new(Code::NotFound).fact("entry", seq))?;
    if !context.printer.is_json() {
        name_members(context, std::slice::from_mut(&mut entry)).await;
    }
    context.printer.show(&entry, |v| view::audit::entry(&entry, v));
    Ok(End::OK)
}

async fn confirm(context: &Context<'_>, address: String) -> Result<End, Failure> {
    let reply = context.call::<AuditConfirmAddress>(&ConfirmAddressRequest { address }).await?;
    context.printer.show(&reply, |_| confirmed(&reply));
    Ok(End::OK)
}

/// Where an address is in a log.
pub(super) fn confirmed(reply: &ConfirmAddressReply) -> String {
    let numbers = reply.entries.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
    if numbers.is_empty() { "Not in the log.".into() } else { format!("In entries {numbers}.") }
}

/// What `audit verify` found, and what the keychain's memory said.
#[derive(Serialize)]
struct Verified<'a> {
    passed: bool,
    #[serde(flatten)]
    report: &'a Report,
    anchor: Option<&'a AuditAnchorReply>,
    /// Why the agent could not be asked for it.
    anchor_failure: Option<&'a Failure>,
}

async fn verify(context: &Context<'_>, args: AuditVerifyArgs) -> Result<End, Failure> {
    let fingerprint = args.fingerprint.as_deref().map(parse_fingerprint).transpose()?;
    let depth = if args.every_signature { Depth::Every } else { Depth::Covering };
    let (path, known) = match args.log {
        // A copy is judged by itself: this machine's vault and keychain need not know it.
        Some(path) => (existing(&path)?, None),
        None => (own_log(context)?, Some(ask(context).await)),
    };
    let (vault, reply, failure) = match known {
        Some(Ok((vault, reply))) => (vault, Some(reply), None),
        Some(Err(failure)) => (None, None, Some(failure)),
        None => (None, None, None),
    };
    let failure = failure.or_else(|| reply.as_ref().and_then(|reply| reply.anchor_failure.clone()));
    // The fingerprint that the agent names may come from the log itself: only the user's word counts.
    let trust = Trust { origin: vault.map(Origin::vault), fingerprint };
    let report = signet_audit::verify(&path, &trust, reply.as_ref().and_then(anchor), depth);
    let passed = report.passed();
    let found =
        Verified { passed, report: &report, anchor: reply.as_ref(), anchor_failure: failure.as_ref() };
    context.printer.show(&found, |v| text(&found, v));
    Ok(if passed { End::OK } else { End::kind(Kind::Audit) })
}

/// What this machine knows from elsewhere: which vault it is, and what the keychain remembers of its log.
async fn ask(context: &Context<'_>) -> Result<(Option<VaultId>, AuditAnchorReply), Failure> {
    let vault = match context.call::<Status>(&Empty {}).await?.vault {
        VaultStatus::Locked { info } | VaultStatus::Unlocked { info, .. } => Some(info.vault_id),
        VaultStatus::Absent | VaultStatus::Unusable { .. } => None,
    };
    Ok((vault, context.call::<AuditAnchor>(&Empty {}).await?))
}

fn text(found: &Verified<'_>, view: &View) -> String {
    let mut text = view::audit::report(found.report, view);
    if let Some(failure) = found.anchor_failure {
        let lack =
            "The keychain's memory of the log could not be asked, so an older copy would not be noticed.";
        let _ = write!(text, "\n{} {lack}\n  {} {}", view.ink.yellow("!"), failure.what, failure.remedy);
    }
    text
}

fn anchor(reply: &AuditAnchorReply) -> Option<Anchor> {
    anchor_at(reply.size?, reply.root.as_deref()?)
}

fn anchor_at(size: u64, root: &str) -> Option<Anchor> {
    let root = HEXLOWER_PERMISSIVE.decode(root.as_bytes()).ok()?;
    Some(Anchor { size, root: root.try_into().ok()? })
}

/// Verifies the copy of a host's log, which has to contain what this device has seen of it.
pub(super) fn verify_copy(copy: &SharedAuditReply, depth: Depth) -> Result<Report, Failure> {
    let path = existing(Path::new(&copy.path))?;
    let trust = Trust { origin: None, fingerprint: Some(parse_fingerprint(&copy.fingerprint)?) };
    let seen = copy.size.zip(copy.root.as_deref());
    Ok(signet_audit::verify(&path, &trust, seen.and_then(|(size, root)| anchor_at(size, root)), depth))
}

fn parse_fingerprint(text: &str) -> Result<Fingerprint, Failure> {
    Fingerprint::parse(text).ok_or_else(|| {
        Failure::new(Code::Usage)
            .what("That is not the fingerprint of an audit log.")
            .remedy("Type it as printed on the recovery kit.")
    })
}

fn own_log(context: &Context<'_>) -> Result<PathBuf, Failure> {
    let path = context.home.data().join("audit.db");
    if path.is_file() { Ok(path) } else { Err(Failure::new(Code::NoVault)) }
}

fn existing(path: &Path) -> Result<PathBuf, Failure> {
    if path.is_file() {
        return Ok(path.to_owned());
    }
    Err(Failure::new(Code::NotFound)
        .what("There is no file at that path.")
        .remedy("Check the path.")
        .fact("path", path.display()))
}

/// What `audit export --out` wrote.
#[derive(Serialize)]
struct Exported {
    entries: u64,
    path: String,
}

fn export(context: &Context<'_>, log: Option<PathBuf>, out: Option<PathBuf>) -> Result<End, Failure> {
    let path = match log {
        Some(path) => existing(&path)?,
        None => own_log(context)?,
    };
    let reader = Reader::open(&path).map_err(|error| error.failure())?;
    let Some(out) = out else {
        let mut stdout = Pipe { to: std::io::BufWriter::new(std::io::stdout().lock()), closed: false };
        let exported = reader.export_jsonl(&Filter::default(), &mut stdout).map_err(|error| error.failure());
        let flushed = stdout.flush().map_err(|error| unwritten(Path::new("-"), &error));
        // `signet audit export | head` has read all it wants.
        return if stdout.closed { Ok(End::OK) } else { exported.and(flushed).map(|()| End::OK) };
    };
    let file = std::fs::File::create_new(&out).map_err(|error| unwritten(&out, &error))?;
    let mut writer = std::io::BufWriter::new(file);
    let entries = reader.export_jsonl(&Filter::default(), &mut writer).map_err(|error| error.failure())?;
    let file = writer.into_inner().map_err(|error| unwritten(&out, error.error()))?;
    file.sync_all().map_err(|error| unwritten(&out, &error))?;
    let exported = Exported { entries, path: super::absolute(&out)? };
    context.printer.done(&exported, |v| {
        format!("{} Wrote {}.", v.ink.green("✓"), view::plural(entries, "entry", "entries"))
    });
    Ok(End::OK)
}

/// Standard output, which remembers that its reader has gone.
struct Pipe<W> {
    to: W,
    closed: bool,
}

impl<W: Write> Write for Pipe<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.to.write(bytes);
        self.note(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        let flushed = self.to.flush();
        self.note(flushed)
    }
}

impl<W> Pipe<W> {
    fn note<T>(&mut self, done: std::io::Result<T>) -> std::io::Result<T> {
        self.closed |= done.as_ref().is_err_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe);
        done
    }
}

/// A new file could not be written.
pub(super) fn unwritten(path: &Path, error: &std::io::Error) -> Failure {
    let failure = match error.kind() {
        std::io::ErrorKind::AlreadyExists => Failure::new(Code::Usage)
            .what("There is a file at that path already.")
            .remedy("Choose another name, or remove the file first."),
        std::io::ErrorKind::StorageFull => Failure::new(Code::DiskFull),
        _ => Failure::new(Code::ReadOnly)
            .what("That file cannot be written.")
            .remedy("Choose a folder that you can write to."),
    };
    failure.fact("path", path.display()).fact("error", error)
}
