//! `key.*`: in, and never out.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use signet_api::wire::{
    Empty, KeyChoice, KeyImportRequest, KeyImported, KeyListReply, KeyRenameRequest, KeyView,
    OriginalRemoved, RemoveOriginalRequest,
};
use signet_api::{KeyImport, KeyList, KeyRemove, KeyRemoveOriginal, KeyRename, Never};
use signet_audit::{Filter, Reader, Verdict};
use signet_core::{Action, Clock, Code, Failure, HeaderText, Principal, Scope};
use signet_crypto::SecretBytes;
use signet_google::KeyFile;
use signet_vault::{KeyRecord, NewKey};
use zeroize::Zeroizing;

use crate::agent::Agent;
use crate::clock::SystemClock;
use crate::history::make_request_id;
use crate::key_choice::choose;
use crate::router::{Events, Handle};

/// Largest key file in bytes; Google's have about 2,400.
const MAX_FILE: u64 = 64 * 1024;
/// How long an import waits to learn the key's age.
const AGE_PATIENCE: Duration = Duration::from_secs(4);

impl Handle<KeyImport> for Agent {
    async fn handle(
        self: Arc<Self>,
        caller: Principal,
        request: KeyImportRequest,
        _: Events<Never>,
    ) -> Result<KeyImported, Failure> {
        let file = self.handles.take(&request.handle)?;
        let name = request.name.map(|name| key_name(&name)).transpose()?;
        let (new, original) = tokio::task::spawn_blocking({
            let agent = Arc::clone(&self);
            move || read_key_file(&agent, &file, name)
        })
        .await
        .map_err(|_| Failure::new(Code::Internal))??;

        let id = make_request_id(SystemClock.now())?;
        let target = new.google_key_id.as_str().to_owned();
        let permit = self.door.enter(caller, Action::KeyImport, id, target, |_, draft| draft).await?;
        let imported =
            self.vault.run(move |cell| cell.open()?.import_key(new).map_err(|e| e.failure())).await;
        let verdict =
            imported.as_ref().map_or_else(|failure| Verdict::Failed(failure.code), |_| Verdict::Done);
        let recorded = self.door.leave(&permit, verdict, None).await;
        let record = imported?;
        recorded?;
        self.keep_anchor_soon();
        let record = self.learn_age(record).await;
        Ok(KeyImported { key: self.view(&record), original })
    }
}

impl Handle<KeyRemoveOriginal> for Agent {
    async fn handle(
        self: Arc<Self>,
        _: Principal,
        request: RemoveOriginalRequest,
        _: Events<Never>,
    ) -> Result<OriginalRemoved, Failure> {
        let agent = Arc::clone(&self);
        tokio::task::spawn_blocking(move || {
            agent.originals.remove(&request.original, Path::new(&request.path))
        })
        .await
        .map_err(|_| Failure::new(Code::Internal))??;
        let advice = "The file is removed. Copies may remain in the trash, in backups, in a synchronised folder or in \
                      a chat. If others may have had it, make a new key in the Google Cloud console, import it, and \
                      delete the old one there."
            .into();
        Ok(OriginalRemoved { advice })
    }
}

impl Handle<KeyList> for Agent {
    async fn handle(
        self: Arc<Self>,
        _: Principal,
        _: Empty,
        _: Events<Never>,
    ) -> Result<KeyListReply, Failure> {
        let keys = self.vault.run(|cell| Ok(cell.open()?.keys())).await?;
        // When each was last used is read from the log.
        let agent = Arc::clone(&self);
        let look = move || keys.iter().map(|key| agent.view(key)).collect();
        let keys = tokio::task::spawn_blocking(look).await.map_err(|_| Failure::new(Code::Internal))?;
        Ok(KeyListReply { keys })
    }
}

impl Handle<KeyRename> for Agent {
    async fn handle(
        self: Arc<Self>,
        caller: Principal,
        request: KeyRenameRequest,
        _: Events<Never>,
    ) -> Result<KeyView, Failure> {
        let name = key_name(&request.name)?;
        let key = self.key(Some(request.key)).await?;
        self.door.pass(caller, Action::KeyRename, key.id.to_string()).await?;
        let renamed = self
            .vault
            .run(move |cell| cell.open()?.rename_key(key.id, &name).map_err(|e| e.failure()))
            .await?;
        Ok(self.view(&renamed))
    }
}

impl Handle<KeyRemove> for Agent {
    async fn handle(
        self: Arc<Self>,
        caller: Principal,
        request: KeyChoice,
        _: Events<Never>,
    ) -> Result<KeyView, Failure> {
        let key = self.key(Some(request.key)).await?;
        let view = self.view(&key);
        let id = make_request_id(SystemClock.now())?;
        let permit =
            self.door.enter(caller, Action::KeyRemove, id, key.id.to_string(), |_, draft| draft).await?;
        self.tokens.forget(key.id);
        let removed =
            self.vault.run(move |cell| cell.open()?.remove_key(key.id).map_err(|e| e.failure())).await;
        let verdict =
            removed.as_ref().map_or_else(|failure| Verdict::Failed(failure.code), |()| Verdict::Done);
        let recorded = self.door.leave(&permit, verdict, None).await;
        removed?;
        recorded?;
        self.keep_anchor_soon();
        Ok(view)
    }
}

impl Agent {
    /// The key that a person means.
    pub(crate) async fn key(&self, wanted: Option<String>) -> Result<KeyRecord, Failure> {
        self.vault.run(move |cell| choose(&cell.open()?.keys(), wanted.as_deref()).cloned()).await
    }

    /// A key as everybody may see it.
    pub(crate) fn view(&self, key: &KeyRecord) -> KeyView {
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        KeyView {
            id: key.id,
            name: key.name.clone(),
            client_email: key.client_email.to_string(),
            client_id: some(&key.client_id),
            project_id: some(&key.project_id),
            google_key_id: key.google_key_id.clone(),
            bits: key.bits,
            imported: key.imported,
            created: key.created,
            last_used: last_used(self.audit.path(), key),
            scopes: vec![Scope::GmailSend.as_str().into()],
        }
    }

    /// Asks Google's public certificate how old the key is; without an answer it stays unknown.
    async fn learn_age(&self, record: KeyRecord) -> KeyRecord {
        let Ok(google) = self.google() else { return record };
        let asked = google.key_created(&record.client_email, &record.google_key_id);
        let Ok(Ok(Some(created))) = tokio::time::timeout(AGE_PATIENCE, asked).await else { return record };
        let id = record.id;
        let known = self
            .vault
            .run(move |cell| cell.open()?.set_key_created(id, created).map_err(|e| e.failure()))
            .await;
        known.unwrap_or(record)
    }
}

/// Reads the file once and parses it. Blocking.
fn read_key_file(
    agent: &Agent,
    file: &File,
    name: Option<String>,
) -> Result<(NewKey, Option<String>), Failure> {
    let mut content = Zeroizing::new(Vec::with_capacity(8 * 1024));
    file.take(MAX_FILE + 1).read_to_end(&mut content).map_err(|_| {
        Failure::new(Code::KeyFileUnreadable)
            .what("The key file could not be read.")
            .remedy("Check its permissions.")
    })?;
    let key = KeyFile::parse(&content).map_err(|e| e.failure())?;
    let new = NewKey {
        name: name
            .unwrap_or_else(|| key.client_email().as_str().split('@').next().unwrap_or_default().to_owned()),
        client_email: key.client_email().clone(),
        client_id: key.client_id().to_owned(),
        project_id: key.project_id().to_owned(),
        google_key_id: key.google_key_id().clone(),
        bits: u16::try_from(key.bits()).unwrap_or(u16::MAX),
        created: None,
        // Exposed once, to be sealed.
        der: SecretBytes::from_slice(key.der()),
    };
    let original = agent.originals.remember(file, &content);
    drop(key);
    signet_hardening::scrub_stack();
    Ok((new, original))
}

fn key_name(text: &str) -> Result<String, Failure> {
    let name = text.trim();
    match HeaderText::parse(name) {
        Ok(_) if !name.is_empty() && name.chars().count() <= 100 => Ok(name.to_owned()),
        _ => Err(Failure::new(Code::Usage)
            .what("That is not a usable name for a key.")
            .remedy("Use 1 to 100 characters on one line.")),
    }
}

fn last_used(log: &Path, key: &KeyRecord) -> Option<signet_core::UnixMillis> {
    let filter = Filter { action: Some(Action::Send), target: Some(key.id.to_string()), ..Filter::default() };
    let page = Reader::open(log).ok()?.list(&filter, None, 1).ok()?;
    page.entries.first().map(|entry| entry.time)
}
