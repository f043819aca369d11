//! `sandbox.*`.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use data_encoding::HEXLOWER;
use mail_parser::{HeaderValue, Message, MessageParser, MimeHeaders};
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use signet_api::wire::Empty;
use signet_core::{Code, Failure, UnixMillis};

use super::files::harmless;
use crate::desk::Save;
use crate::dispatch::{Answer, Events};
use crate::sandbox_process::unreadable;
use crate::wire::{
    AttachmentChoice, Delivered, DeliveredFile, FaultKind, FaultSet, FaultWish, Faults, Inbox, InboxChoice,
    InboxQuery, InboxRow, MaybeFile, SandboxState,
};
use crate::{
    Bridge, SandboxAttachment, SandboxFaultAdd, SandboxFaults, SandboxFaultsClear, SandboxInbox,
    SandboxMessage, SandboxNewKey, SandboxStart, SandboxStatus, files, html, source,
};

/// Rows of a page of the inbox.
const PAGE: usize = 200;

/// The names of delivered attachments: a delivered message never changes.
#[derive(Clone, Default)]
pub(crate) struct InboxCache(Arc<Mutex<HashMap<String, Arc<Vec<String>>>>>);

/// A message in the sandbox's own list.
#[derive(Deserialize)]
struct Record {
    id: String,
    time: UnixMillis,
    from: String,
    to: Vec<String>,
    cc: Vec<String>,
    bcc: Vec<String>,
    subject: String,
    bytes: u64,
    /// Where it lies, as delivered.
    file: PathBuf,
}

impl Answer<SandboxStatus> for Bridge {
    async fn answer(&self, _: Empty, _: Events<SandboxStatus>) -> Result<SandboxState, Failure> {
        self.sandbox_state().await
    }
}

impl Answer<SandboxStart> for Bridge {
    async fn answer(&self, _: Empty, _: Events<SandboxStart>) -> Result<SandboxState, Failure> {
        self.sandbox(["start"]).await?;
        self.sandbox_state().await
    }
}

impl Answer<SandboxNewKey> for Bridge {
    async fn answer(&self, _: Empty, _: Events<SandboxNewKey>) -> Result<MaybeFile, Failure> {
        let path = self.new_sandbox_key("sandbox-key").await?;
        Ok(MaybeFile { file: Some(self.file(&path)?) })
    }
}

impl Answer<SandboxInbox> for Bridge {
    async fn answer(&self, query: InboxQuery, _: Events<SandboxInbox>) -> Result<Inbox, Failure> {
        let mut records = self.records().await?;
        records.reverse();
        let cache = self.inbox.clone();
        let read = tokio::task::spawn_blocking(move || page(records, &query, &cache));
        read.await.map_err(|error| Failure::new(Code::Internal).fact("error", error))
    }
}

impl Answer<SandboxMessage> for Bridge {
    async fn answer(&self, choice: InboxChoice, _: Events<SandboxMessage>) -> Result<Delivered, Failure> {
        let record = self.record(&choice.id).await?;
        let path = record.file.clone();
        let opened = tokio::task::spawn_blocking(move || open(&path)).await;
        let opened = opened.map_err(|error| Failure::new(Code::Internal).fact("error", error))??;
        let attachments = opened.attachments.len();
        let preview = match &opened.html {
            Some(html) => Some(self.show(html.clone(), false, &opened.images)?),
            None => None,
        };
        Ok(Delivered {
            row: row(record, attachments),
            headers: opened.headers,
            text: opened.text,
            html: opened.html,
            preview,
            attachments: opened.attachments,
            source: opened.source,
            // Which mail program shows what is other people's knowledge: none is built in.
            support: Vec::new(),
        })
    }
}

impl Answer<SandboxAttachment> for Bridge {
    async fn answer(
        &self,
        choice: AttachmentChoice,
        _: Events<SandboxAttachment>,
    ) -> Result<MaybeFile, Failure> {
        use std::io::Write as _;
        let record = self.record(&choice.id).await?;
        let path = record.file;
        let bytes = std::fs::read(&path).map_err(|error| lost(&path, &error))?;
        let message = MessageParser::default().parse(&bytes).ok_or_else(unreadable)?;
        let index = u32::try_from(choice.index).ok();
        let part = index.and_then(|index| message.attachment(index));
        let part = part.ok_or_else(|| Failure::new(Code::NotFound))?;
        let save = Save {
            title: self.words(("Save the attachment", "Anhang speichern")),
            suggested: harmless(part.attachment_name().unwrap_or("attachment")),
            filters: Vec::new(),
        };
        let Some(to) = self.desk.save_file(save).await else { return Ok(MaybeFile { file: None }) };
        let mut file = files::private(&to)?;
        file.write_all(part.contents()).map_err(|error| files::unwritten(&to, &error))?;
        files::replace(file, &to)?;
        Ok(MaybeFile { file: Some(self.file(&to)?) })
    }
}

impl Answer<SandboxFaults> for Bridge {
    async fn answer(&self, _: Empty, _: Events<SandboxFaults>) -> Result<Faults, Failure> {
        self.faults().await
    }
}

impl Answer<SandboxFaultAdd> for Bridge {
    async fn answer(&self, wish: FaultWish, _: Events<SandboxFaultAdd>) -> Result<Faults, Failure> {
        // A name from the sandbox's own list, so that no page can smuggle an option in.
        if !self.faults().await?.known.iter().any(|fault| fault.name == wish.name) {
            return Err(Failure::new(Code::NotFound));
        }
        let often = wish.times.map_or_else(|| "--always".into(), |times| format!("--times={times}"));
        self.sandbox(["faults", "add", &wish.name, &often]).await?;
        self.faults().await
    }
}

impl Answer<SandboxFaultsClear> for Bridge {
    async fn answer(&self, _: Empty, _: Events<SandboxFaultsClear>) -> Result<Faults, Failure> {
        self.sandbox(["faults", "clear"]).await?;
        self.faults().await
    }
}

impl Bridge {
    /// A key file of the sandbox's own making, beside its state.
    pub(crate) async fn new_sandbox_key(&self, name: &str) -> Result<PathBuf, Failure> {
        let folder = self.home()?.sandbox().join("keys");
        private_folder(&folder)?;
        let path = folder.join(format!("{name}-{}.json", &files::make_name()?[..8]));
        let words = ["new-key".as_ref(), "--out".as_ref(), path.as_os_str()];
        self.sandbox(words).await?;
        Ok(path)
    }

    async fn sandbox_state(&self) -> Result<SandboxState, Failure> {
        let status = self.sandbox(["status"]).await?;
        Ok(SandboxState {
            running: status["running"].as_bool().unwrap_or_default(),
            url: status["endpoint"]["http"].as_str().map(str::to_owned),
            messages: status["messages"].as_u64().and_then(|count| count.try_into().ok()).unwrap_or_default(),
        })
    }

    async fn records(&self) -> Result<Vec<Record>, Failure> {
        let list = self.sandbox(["inbox", "list"]).await?;
        serde_json::from_value(list).map_err(|_| unreadable())
    }

    async fn record(&self, id: &str) -> Result<Record, Failure> {
        let records = self.records().await?;
        records.into_iter().find(|record| record.id == id).ok_or_else(|| Failure::new(Code::NotFound))
    }

    async fn faults(&self) -> Result<Faults, Failure> {
        let names = self.sandbox(["faults", "names"]).await?;
        let set = self.sandbox(["faults", "list"]).await?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let known = |fault: &Value| FaultKind {
            name: text(&fault["name"]),
            what: text(&fault["what"]),
            at: text(&fault["at"]),
        };
        let set_one = |fault: &Value| FaultSet {
            id: fault["id"].as_u64().unwrap_or_default(),
            name: text(&fault["fault"]["name"]),
            left: fault["times"].as_u64(),
        };
        Ok(Faults {
            known: names.as_array().into_iter().flatten().map(known).collect(),
            // One that has struck as often as it was to is over.
            set: set.as_array().into_iter().flatten().map(set_one).filter(|f| f.left != Some(0)).collect(),
        })
    }
}

/// A folder for its owner only.
pub(crate) fn private_folder(folder: &Path) -> Result<(), Failure> {
    use std::os::unix::fs::DirBuilderExt;
    let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(|error| files::unwritten(folder, &error))
}

fn page(records: Vec<Record>, query: &InboxQuery, cache: &InboxCache) -> Inbox {
    let wanted = query.text.as_deref().unwrap_or_default().trim().to_lowercase();
    let matches = |record: &Record| {
        let people = [&record.from].into_iter().chain(&record.to).chain(&record.cc).chain(&record.bcc);
        let mut texts = people.chain([&record.subject]);
        wanted.is_empty()
            || texts.any(|text| text.to_lowercase().contains(&wanted))
            || cache.names(record).iter().any(|name| name.to_lowercase().contains(&wanted))
    };
    let matching: Vec<Record> = records.into_iter().filter(matches).collect();
    let total = matching.len();
    let shown = matching.into_iter().skip(query.skip.unwrap_or(0)).take(query.limit.unwrap_or(PAGE));
    let messages = shown.map(|record| {
        let attachments = cache.names(&record).len();
        row(record, attachments)
    });
    Inbox { messages: messages.collect(), total }
}

impl InboxCache {
    fn names(&self, record: &Record) -> Arc<Vec<String>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&record.id).cloned();
        known.unwrap_or_else(|| {
            let bytes = std::fs::read(&record.file).unwrap_or_default();
            let message = MessageParser::default().parse(&bytes);
            let name =
                |part: &mail_parser::MessagePart<'_>| part.attachment_name().unwrap_or_default().into();
            let names = message.iter().flat_map(Message::attachments).map(name).collect();
            let names = Arc::new(names);
            let mut cache = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            cache.insert(record.id.clone(), Arc::clone(&names));
            names
        })
    }
}

fn row(record: Record, attachments: usize) -> InboxRow {
    let to = [record.to, record.cc, record.bcc].concat();
    InboxRow {
        id: record.id,
        time: record.time,
        from: record.from,
        to,
        subject: record.subject,
        bytes: record.bytes,
        attachments,
    }
}

/// A delivered message, read.
struct Opened {
    headers: Vec<(String, String)>,
    text: Option<String>,
    html: Option<String>,
    images: Vec<html::Image>,
    attachments: Vec<DeliveredFile>,
    source: crate::wire::SourceView,
}

fn open(path: &Path) -> Result<Opened, Failure> {
    let bytes = std::fs::read(path).map_err(|error| lost(path, &error))?;
    let source = source::fold(bytes.as_slice()).map_err(|error| lost(path, &error))?;
    let message = MessageParser::default().parse(&bytes).ok_or_else(unreadable)?;
    let headers = message.headers().iter();
    let headers = headers.map(|header| {
        let raw =
            || bytes.get(header.offset_start() as usize..header.offset_end() as usize).unwrap_or_default();
        (header.name().to_owned(), value(header).unwrap_or_else(|| unfolded(raw())))
    });
    let own = |part: &mail_parser::PartType<'_>, html: bool| match part {
        mail_parser::PartType::Html(text) if html => Some(text.to_string()),
        mail_parser::PartType::Text(text) if !html => Some(text.to_string()),
        _ => None,
    };
    // Only parts that are there: the parser would make a text of the HTML otherwise.
    let part =
        |parts: &[u32], html: bool| parts.iter().find_map(|&part| own(&message.part(part)?.body, html));
    Ok(Opened {
        headers: headers.collect(),
        text: part(&message.text_body, false),
        html: part(&message.html_body, true),
        images: message.parts.iter().filter_map(image).collect(),
        attachments: message.attachments().map(delivered).collect(),
        source,
    })
}

fn image(part: &mail_parser::MessagePart<'_>) -> Option<html::Image> {
    let id = part.content_id()?.trim_matches(['<', '>']).to_owned();
    Some(html::Image { id, content_type: content_type(part), bytes: part.contents().to_vec() })
}

fn delivered(part: &mail_parser::MessagePart<'_>) -> DeliveredFile {
    DeliveredFile {
        name: part.attachment_name().unwrap_or_default().to_owned(),
        content_type: content_type(part),
        bytes: part.contents().len() as u64,
        sha256: HEXLOWER.encode(&Sha256::digest(part.contents())),
    }
}

fn content_type(part: &mail_parser::MessagePart<'_>) -> String {
    part.content_type().map_or_else(
        || "application/octet-stream".into(),
        |kind| format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or("octet-stream")),
    )
}

/// A header with its words decoded; dates, ids and parameters read best as they were written.
fn value(header: &mail_parser::Header<'_>) -> Option<String> {
    match header.value() {
        HeaderValue::Text(text) if header.name() != "Message-ID" => Some(text.to_string()),
        HeaderValue::Address(addresses) => {
            let one = |address: &mail_parser::Addr<'_>| {
                let email = address.address().unwrap_or_default();
                address.name().map_or_else(|| email.to_owned(), |name| format!("{name} <{email}>"))
            };
            Some(addresses.iter().map(one).collect::<Vec<_>>().join(", "))
        }
        _ => None,
    }
}

fn unfolded(raw: &[u8]) -> String {
    String::from_utf8_lossy(raw).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn lost(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(Code::NotFound)
        .what("The delivered message cannot be read.")
        .fact("path", path.display())
        .fact("error", error)
}
