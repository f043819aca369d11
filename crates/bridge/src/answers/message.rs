//! `message.*`.

use std::fs::File;
use std::io::{Seek, SeekFrom};
use std::os::fd::AsFd;
use std::path::Path;

use signet_api::wire::{Finding, MessageCheckRequest, MessageChecked, SendMode, SendOutcome, SendRequest};
use signet_core::{Code, Failure};

use super::files::harmless;
use super::send::attach;
use crate::desk::Save;
use crate::dispatch::{Answer, Events};
use crate::wire::{FileState, MaybeFile, PageMessage, SourceView};
use crate::{Bridge, MessageCheck, MessageSave, MessageSource, files, source};

impl Answer<MessageCheck> for Bridge {
    async fn answer(&self, page: PageMessage, _: Events<MessageCheck>) -> Result<MessageChecked, Failure> {
        let draft = self.inward(page.draft)?;
        let mut attachment_bytes = Vec::new();
        let mut findings = Vec::new();
        for attachment in &draft.attachments {
            let path = Path::new(attachment.path.as_deref().unwrap_or_default());
            let facts = self.file(path)?;
            attachment_bytes.push(facts.bytes);
            findings.extend(unusable(&facts.name, facts.state));
        }
        let request = MessageCheckRequest { draft, attachment_bytes, key: page.key };
        let mut checked = self.ask::<signet_api::MessageCheck>(&request).await?;
        // A file that is not there is not an empty one. What blocks comes first.
        let known = |finding: &Finding| {
            finding.name == "empty-attachment"
                && findings
                    .iter()
                    .any(|known| known.facts.get("attachment") == finding.facts.get("attachment"))
        };
        checked.findings.retain(|finding| !known(finding));
        findings.append(&mut checked.findings);
        Ok(MessageChecked { findings, ..checked })
    }
}

impl Answer<MessageSource> for Bridge {
    async fn answer(&self, page: PageMessage, _: Events<MessageSource>) -> Result<SourceView, Failure> {
        let failed = |error: std::io::Error| Failure::new(Code::Internal).fact("error", error);
        // In memory only: a message that nobody has sent leaves no trace on the disk.
        let flags = rustix::fs::MemfdFlags::CLOEXEC;
        let mut file =
            File::from(rustix::fs::memfd_create("message", flags).map_err(|error| failed(error.into()))?);
        self.write_message(page, &file).await?;
        file.seek(SeekFrom::Start(0)).map_err(failed)?;
        let folded = tokio::task::spawn_blocking(move || source::fold(std::io::BufReader::new(file)));
        folded.await.map_err(|error| Failure::new(Code::Internal).fact("error", error))?.map_err(failed)
    }
}

impl Answer<MessageSave> for Bridge {
    async fn answer(&self, page: PageMessage, _: Events<MessageSave>) -> Result<MaybeFile, Failure> {
        let name = if page.draft.subject.trim().is_empty() { "message" } else { page.draft.subject.trim() };
        let save = Save {
            title: self.words(("Save the message", "Nachricht speichern")),
            suggested: harmless(&format!("{}.eml", name.chars().take(80).collect::<String>())),
            filters: vec![("EML".into(), vec!["eml".into()])],
        };
        let Some(path) = self.desk.save_file(save).await else { return Ok(MaybeFile { file: None }) };
        let file = files::private(&path)?;
        self.write_message(page, file.as_file()).await?;
        files::replace(file, &path)?;
        Ok(MaybeFile { file: Some(self.file(&path)?) })
    }
}

impl Bridge {
    /// Has the agent write the exact bytes that would be sent.
    async fn write_message(&self, page: PageMessage, file: &File) -> Result<(), Failure> {
        let client = self.client()?;
        let draft = attach(&client, self.inward(page.draft)?).await?;
        let mode = SendMode::Eml(client.attach(file.as_fd()).await?);
        // Looking at a message that Gmail would refuse is no attempt to send it.
        let request = SendRequest { draft, key: page.key, mode, allow_blocked: true };
        let report = client.call::<signet_api::Send>(&request).await?;
        match report.outcome {
            SendOutcome::Written => Ok(()),
            SendOutcome::NotSent { failure } | SendOutcome::Unknown { failure } => Err(failure),
            SendOutcome::Sent { .. } | SendOutcome::DryRun => Err(Failure::new(Code::Internal)),
        }
    }
}

/// What is certain to fail with a file: only this side can see it.
fn unusable(name: &str, state: FileState) -> Option<Finding> {
    let (finding, what, remedy) = match state {
        FileState::Readable => return None,
        FileState::Folder => {
            ("attachment-not-file", format!("{name} is a folder."), "Make an archive of it and attach that.")
        }
        FileState::Missing => (
            "attachment-missing",
            format!("{name} is not there any more."),
            "Put the file back, or take it out of the message.",
        ),
        FileState::Unreadable => (
            "attachment-unreadable",
            format!("{name} cannot be read."),
            "Check its permissions, or take it out of the message.",
        ),
    };
    let facts = [("attachment".to_owned(), name.to_owned())].into();
    Some(Finding { name: finding.into(), blocks: true, what, remedy: remedy.into(), facts })
}
