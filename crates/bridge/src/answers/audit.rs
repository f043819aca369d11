//! `audit.verify`, `audit.export`: this process reads the log itself and trusts no agent, by the same
//! code as `signet audit verify`.

use std::cell::Cell;
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER_PERMISSIVE;
use signet_api::wire::{AuditAnchorReply, Empty, VaultStatus};
use signet_api::{AuditAnchor, Status};
use signet_audit::{Anchor, CheckName, Depth, Filter, Fingerprint, Origin, Reader, Report, Trust};
use signet_core::{Code, Failure, UnixMillis, VaultId};

use crate::desk::Save;
use crate::dispatch::{Answer, Events};
use crate::wire::{MaybeFile, Verified, VerifyProgress};
use crate::{AuditExport, AuditVerify, Bridge, files};

impl Answer<AuditVerify> for Bridge {
    async fn answer(&self, _: Empty, events: Events<AuditVerify>) -> Result<Verified, Failure> {
        let path = match self.log() {
            Ok(path) => path,
            Err(failure) => return Ok(Verified::CannotCheck { failure }),
        };
        let (vault, anchor, unknown) = match self.remembered().await {
            Ok((vault, reply)) => (vault, known(&reply), reply.anchor_failure),
            Err(failure) => (None, None, Some(failure)),
        };
        let trust = Trust { origin: vault.map(Origin::vault), fingerprint: None };
        let expected = Expected { trust, anchor, unknown };
        verify(path, expected, move |progress| events.emit(progress)).await
    }
}

/// What a log is compared with.
pub(super) struct Expected {
    trust: Trust,
    anchor: Option<Anchor>,
    /// Why the memory of the log could not be asked, if so.
    unknown: Option<Failure>,
}

impl Expected {
    /// A host's log: the key it is signed with, and what this device has seen of it.
    ///
    /// # Errors
    /// `internal` for a fingerprint that is none.
    pub(super) fn of_host(fingerprint: &str, size: Option<u64>, root: Option<&str>) -> Result<Self, Failure> {
        let fingerprint = Fingerprint::parse(fingerprint).ok_or_else(|| Failure::new(Code::Internal))?;
        let trust = Trust { origin: None, fingerprint: Some(fingerprint) };
        Ok(Self { trust, anchor: anchor(size, root), unknown: None })
    }
}

/// Verifies a log in this process; `tell` is told how far it is.
pub(super) async fn verify(
    path: PathBuf,
    expected: Expected,
    tell: impl Fn(&VerifyProgress) + Send + 'static,
) -> Result<Verified, Failure> {
    let Expected { trust, anchor, unknown } = expected;
    let checked = tokio::task::spawn_blocking(move || {
        let total = Reader::open(&path).and_then(|reader| reader.size()).unwrap_or_default();
        // A hundred steps at most: a page draws no more.
        let next = Cell::new(0);
        let progress = |done: u64| {
            if done >= next.get() {
                next.set(done + (total / 100).max(1));
                tell(&VerifyProgress { done, total: total.max(done) });
            }
        };
        let report = signet_audit::verify_telling(&path, &trust, anchor, Depth::Covering, &progress);
        let since = Reader::open(&path).ok().and_then(|reader| Some(reader.entry(0).ok()?.0.time));
        (report, since)
    });
    let (report, since) = checked.await.map_err(|error| Failure::new(Code::Internal).fact("error", error))?;
    Ok(verdict(report, since, unknown))
}

impl Answer<AuditExport> for Bridge {
    async fn answer(&self, _: Empty, _: Events<AuditExport>) -> Result<MaybeFile, Failure> {
        let log = self.log()?;
        let save = Save {
            title: self.words(("Export the log", "Protokoll exportieren")),
            suggested: "audit.jsonl".into(),
            filters: vec![("JSON Lines".into(), vec!["jsonl".into()])],
        };
        let Some(path) = self.desk.save_file(save).await else { return Ok(MaybeFile { file: None }) };
        let to = path.clone();
        let exported = tokio::task::spawn_blocking(move || export(&log, &to)).await;
        exported.map_err(|error| Failure::new(Code::Internal).fact("error", error))??;
        Ok(MaybeFile { file: Some(self.file(&path)?) })
    }
}

impl Bridge {
    fn log(&self) -> Result<PathBuf, Failure> {
        let path = self.home()?.data().join("audit.db");
        if path.is_file() { Ok(path) } else { Err(Failure::new(Code::NoVault)) }
    }

    /// What this machine knows from elsewhere: which vault it is, and what the keychain remembers.
    async fn remembered(&self) -> Result<(Option<VaultId>, AuditAnchorReply), Failure> {
        let vault = match self.ask::<Status>(&Empty {}).await?.vault {
            VaultStatus::Locked { info } | VaultStatus::Unlocked { info, .. } => Some(info.vault_id),
            VaultStatus::Absent | VaultStatus::Unusable { .. } => None,
        };
        Ok((vault, self.ask::<AuditAnchor>(&Empty {}).await?))
    }
}

fn known(reply: &AuditAnchorReply) -> Option<Anchor> {
    anchor(reply.size, reply.root.as_deref())
}

fn anchor(size: Option<u64>, root: Option<&str>) -> Option<Anchor> {
    let root = HEXLOWER_PERMISSIVE.decode(root?.as_bytes()).ok()?;
    Some(Anchor { size: size?, root: root.try_into().ok()? })
}

fn verdict(report: Report, since: Option<UnixMillis>, unknown: Option<Failure>) -> Verified {
    if report.passed() {
        let lack =
            "The keychain's memory of the log could not be asked, so an older copy would not be noticed.";
        let notes = unknown.map(|failure| format!("{lack} {}", failure.what)).into_iter().collect();
        return Verified::Unbroken { entries: report.size, since, root: report.root, notes };
    }
    let failed = || report.checks.iter().filter(|check| check.passed == Some(false));
    let unread =
        failed().any(|check| check.name == CheckName::File && check.detail.contains("cannot be read"));
    if unread {
        let what = failed().map(|check| check.detail.clone()).next().unwrap_or_default();
        return Verified::CannotCheck { failure: Failure::new(Code::AuditDamaged).what(what) };
    }
    Verified::Broken {
        entry: failed().filter_map(|check| entry(&check.detail)).min(),
        findings: failed().map(|check| check.detail.clone()).collect(),
    }
}

/// The first of the entries that a finding names.
fn entry(detail: &str) -> Option<u64> {
    let words: Vec<&str> = detail.split([' ', ',', '.', ':']).collect();
    let named = words.windows(2).filter(|pair| pair[0].eq_ignore_ascii_case("entry"));
    named.filter_map(|pair| pair[1].parse().ok()).min()
}

fn export(log: &Path, path: &Path) -> Result<(), Failure> {
    let reader = Reader::open(log).map_err(|error| error.failure())?;
    let file = files::private(path)?;
    let mut writer = std::io::BufWriter::new(file);
    reader.export_jsonl(&Filter::default(), &mut writer).map_err(|error| error.failure())?;
    let file = writer.into_inner().map_err(|error| files::unwritten(path, error.error()))?;
    files::replace(file, path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use signet_audit::Check;

    fn report(checks: &[(CheckName, Option<bool>, &str)]) -> Report {
        let check = |(name, passed, detail): &(CheckName, Option<bool>, &str)| Check {
            name: *name,
            passed: *passed,
            detail: (*detail).into(),
        };
        Report {
            checks: checks.iter().map(check).collect(),
            origin: String::new(),
            fingerprint: String::new(),
            size: 7,
            root: "ab".into(),
            locked_entries: 0,
            checkpoints: 1,
            signatures_checked: 1,
        }
    }

    #[test]
    fn the_verdict_is_the_reports() {
        let fine = report(&[(CheckName::File, Some(true), ""), (CheckName::Anchor, None, "")]);
        let Verified::Unbroken { entries: 7, notes, .. } = verdict(fine.clone(), None, None) else {
            panic!()
        };
        assert!(notes.is_empty());
        let away = Some(Failure::new(Code::KeychainLocked));
        let Verified::Unbroken { notes, .. } = verdict(fine, None, away) else { panic!() };
        assert_eq!(notes.len(), 1);
        let broken = [
            (CheckName::TreeRoot, Some(false), "The root over the entries differs."),
            (CheckName::EntryEncoding, Some(false), "Entry 31 is not as it was written."),
            (CheckName::Sequence, Some(false), "Where entry 12 should be, there is entry 13."),
            (CheckName::Anchor, Some(true), "Entry 3 is fine."),
        ];
        let Verified::Broken { entry, findings } = verdict(report(&broken), None, None) else { panic!() };
        assert_eq!((entry, findings.len()), (Some(12), 3));
        let unread = report(&[(CheckName::File, Some(false), "The file cannot be read: no.")]);
        assert!(matches!(verdict(unread, None, None), Verified::CannotCheck { .. }));
        let damaged =
            report(&[(CheckName::File, Some(false), "The file is damaged: it is not an audit log.")]);
        assert!(matches!(verdict(damaged, None, None), Verified::Broken { entry: None, .. }));
    }
}
