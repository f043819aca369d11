//! `template.*`: message files (TOML). The window reads what they name, with the person's rights.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use signet_api::wire::{MessageFileReply, MessageFileRequest, MessageWriteRequest};
use signet_api::{MessageRead, MessageVariablesList, MessageWrite};
use signet_core::{Code, Failure};

use super::files::harmless;
use crate::desk::Save;
use crate::dispatch::{Answer, Events};
use crate::wire::{DraftFromFile, MaybeFile, PageMessage, TemplateChoice, TemplateFillRequest, TemplateRead};
use crate::{Bridge, TemplateFill, TemplateOpen, TemplateSave, files};

/// Bytes of a message file, and of each text that it names.
const LIMIT: u64 = 8 * 1024 * 1024;
/// A message file, its bodies, what they put in, and the answer.
const ROUNDS: usize = 4;

impl Answer<TemplateOpen> for Bridge {
    async fn answer(&self, choice: TemplateChoice, _: Events<TemplateOpen>) -> Result<TemplateRead, Failure> {
        let path = self.handles.path(&choice.file)?;
        let mut request = message_file(&path, BTreeMap::new())?;
        match self.read_template(&path, &mut request).await {
            // Its variables have no values yet: that is what is asked here.
            Ok(_) => {}
            Err(failure) if failure.code == Code::MissingVariable => {}
            Err(failure) => return Err(failure),
        }
        let variables = self.ask::<MessageVariablesList>(&request).await?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(TemplateRead { file: choice.file, name, variables })
    }
}

impl Answer<TemplateFill> for Bridge {
    async fn answer(
        &self,
        fill: TemplateFillRequest,
        _: Events<TemplateFill>,
    ) -> Result<DraftFromFile, Failure> {
        let path = self.handles.path(&fill.file)?;
        let reply = self.read_template(&path, &mut message_file(&path, fill.variables)?).await?;
        let mut draft = reply.draft.ok_or_else(|| Failure::new(Code::MessageFile))?;
        let mut found = Vec::new();
        for attachment in &mut draft.attachments {
            if let Some(name) = &attachment.path {
                let path = std::path::absolute(beside(&path, name))
                    .map_err(|error| Failure::new(Code::MessageFile).fact("error", error))?;
                found.push(self.file(&path)?);
                attachment.path = Some(super::drafts::utf8(path)?);
            }
        }
        Ok(DraftFromFile { draft: self.outward(draft)?, key: reply.key, files: found })
    }
}

impl Bridge {
    /// Has a message file read. The files that it names, and those that they name, are read here, with
    /// the person's rights, and kept in the request.
    async fn read_template(
        &self,
        path: &Path,
        request: &mut MessageFileRequest,
    ) -> Result<MessageFileReply, Failure> {
        for _ in 0..ROUNDS {
            let reply = self.ask::<MessageRead>(request).await?;
            if reply.needs.is_empty() {
                return Ok(reply);
            }
            for name in reply.needs {
                let body = files::text(&beside(path, &name), LIMIT, Code::MessageFile)?;
                request.bodies.insert(name, body);
            }
        }
        Err(Failure::new(Code::MessageFile).what("The message file names files that name further files."))
    }
}

fn message_file(path: &Path, variables: BTreeMap<String, String>) -> Result<MessageFileRequest, Failure> {
    let text = files::text(path, LIMIT, Code::MessageFile)?;
    Ok(MessageFileRequest { text, variables, bodies: BTreeMap::new() })
}

/// Paths in a message file are relative to it.
fn beside(file: &Path, name: &str) -> PathBuf {
    file.parent().unwrap_or_else(|| Path::new("/")).join(name)
}

impl Answer<TemplateSave> for Bridge {
    async fn answer(&self, page: PageMessage, _: Events<TemplateSave>) -> Result<MaybeFile, Failure> {
        let name = if page.draft.subject.trim().is_empty() { "message" } else { page.draft.subject.trim() };
        let save = Save {
            title: self.words(("Save as a template", "Als Vorlage speichern")),
            suggested: harmless(&format!("{}.toml", name.chars().take(80).collect::<String>())),
            filters: vec![("TOML".into(), vec!["toml".into()])],
        };
        let request = MessageWriteRequest { draft: self.inward(page.draft)?, key: page.key, template: true };
        let text = self.ask::<MessageWrite>(&request).await?.text;
        let Some(path) = self.desk.save_file(save).await else { return Ok(MaybeFile { file: None }) };
        let mut file = files::private(&path)?;
        file.write_all(text.as_bytes()).map_err(|error| files::unwritten(&path, &error))?;
        files::replace(file, &path)?;
        Ok(MaybeFile { file: Some(self.file(&path)?) })
    }
}
