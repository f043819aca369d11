//! `key.*`: in, and never out.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use signet_api::wire::{
    Empty, KeyChoice, KeyImportRequest, KeyImported, KeyListReply, KeyRenameRequest, KeyUse, KeyView,
    OriginalRemoved, RemoveOriginalRequest,
};
use signet_api::{KeyImport, KeyList, KeyRemove, KeyRemoveOriginal, KeyRename, KeyUseShow, Never};
use signet_audit::{Filter, Reader, Verdict};
use signet_core::{
    Action, Clock, Code, Failure, GoogleKeyId, HeaderText, KeyId, Principal, Scope, UnixMillis,
};
use signet_crypto::{SecretBytes, sha256};
use signet_google::KeyFile;
use signet_vault::{KeyRecord, NewKey};
use zeroize::Zeroizing;

use crate::agent::Agent;
use crate::clock::SystemClock;
use crate::history::make_request_id;
use crate::key_choice::choose;
use crate::news::Area;
use crate::router::{Events, Handle};
use crate::usecase::originals::{self, KnownOriginal};

/// Largest key file in bytes; Google's have about 2,400.
const MAX_FILE: u64 = 64 * 1024;
/// Weeks of use that are shown, and one of them in milliseconds.
const WEEKS: usize = 12;
const WEEK: u64 = 7 * 86_400_000;
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
        let (new, original, place) = tokio::task::spawn_blocking({
            let agent = Arc::clone(&self);
            move || read_key_file(&agent, &file, name)
        })
        .await
        .map_err(|_| Failure::new(Code::Internal))??;

        let id = make_request_id(SystemClock.now())?;
        let target = new.google_key_id.as_str().to_owned();
        // Exposed to be compared with the sealed one, if this key is there already.
        let brought = (new.google_key_id.clone(), sha256(&[new.der.expose()]));
        let permit = self.door.enter(caller, Action::KeyImport, id, target, |_, draft| draft).await?;
        let imported =
            self.vault.run(move |cell| cell.open()?.import_key(new).map_err(|e| e.failure())).await;
        let verdict =
            imported.as_ref().map_or_else(|failure| Verdict::Failed(failure.code), |_| Verdict::Done);
        let recorded = self.door.leave(&permit, verdict, None).await;
        let record = match imported {
            Err(failure) if failure.code == Code::KeyDuplicate => {
                return Err(self.same_as_sealed(failure, brought, original).await);
            }
            imported => imported?,
        };
        recorded?;
        self.remember_original(record.id, place).await;
        self.keep_anchor_soon();
        let record = self.learn_age(record).await;
        self.news.changed(Area::Keys);
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

impl Handle<KeyUseShow> for Agent {
    async fn handle(
        self: Arc<Self>,
        _: Principal,
        request: KeyChoice,
        _: Events<Never>,
    ) -> Result<KeyUse, Failure> {
        let key = self.key(Some(request.key)).await?;
        let account = key.client_email.to_string();
        let id = key.id;
        let (known, original) = self
            .vault
            .run(move |cell| {
                let (vault, index) = cell.open_with_history()?;
                Ok((index.of_key(vault, &account)?, originals::known(vault, id)?))
            })
            .await?;
        let (log, now) = (self.audit.path().to_path_buf(), SystemClock.now());
        let look = move || (accepted_by_week(&log, id, now), original.map(|original| original.is_there()));
        let (weeks, original_there) =
            tokio::task::spawn_blocking(look).await.map_err(|_| Failure::new(Code::Internal))?;
        Ok(KeyUse { weeks, senders: known.senders, last_failure: known.refusal, original_there })
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
        self.news.changed(Area::Keys);
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
        let removed = self
            .vault
            .run(move |cell| {
                let vault = cell.open()?;
                vault.remove_key(key.id).map_err(|e| e.failure())?;
                originals::forget(vault, key.id)
            })
            .await;
        let verdict =
            removed.as_ref().map_or_else(|failure| Verdict::Failed(failure.code), |()| Verdict::Done);
        let recorded = self.door.leave(&permit, verdict, None).await;
        removed?;
        recorded?;
        self.keep_anchor_soon();
        self.news.changed(Area::Keys);
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

    /// A key that is in the vault already: its file may go if it holds the very same key.
    async fn same_as_sealed(
        &self,
        failure: Failure,
        (google_key_id, digest): (GoogleKeyId, [u8; 32]),
        original: Option<String>,
    ) -> Failure {
        let same = self.vault.run(move |cell| {
            let vault = cell.open()?;
            let known = vault.keys().into_iter().find(|key| key.google_key_id == google_key_id);
            let Some(known) = known else { return Ok(false) };
            // Exposed to be compared.
            vault.with_key(known.id, |_, der| sha256(&[der.expose()]) == digest).map_err(|e| e.failure())
        });
        match (same.await, original) {
            (Ok(true), Some(original)) => failure.fact("original", original),
            _ => failure,
        }
    }

    /// Remembers where a key came from, so that its owner can be told of a file that is still there.
    async fn remember_original(&self, key: KeyId, original: Option<KnownOriginal>) {
        let Some(original) = original else { return };
        let kept = self.vault.run(move |cell| originals::keep(cell.open()?, key, &original)).await;
        if let Err(failure) = kept {
            tracing::warn!(code = failure.code.as_str(), "where a key came from could not be kept");
        }
    }

    /// Asks Google's public certificate how old the key is; without an answer it stays unknown.
    pub(crate) async fn learn_age(&self, record: KeyRecord) -> KeyRecord {
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
) -> Result<(NewKey, Option<String>, Option<KnownOriginal>), Failure> {
    let content = read_whole(file)?;
    let new = parse_key_file(&content, name)?;
    let original = agent.originals.remember(file, &content);
    let place = KnownOriginal::of(file, &content);
    signet_hardening::scrub_stack();
    Ok((new, original, place))
}

/// The bytes of a key file. Blocking.
pub(crate) fn read_whole(file: &File) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let mut content = Zeroizing::new(Vec::with_capacity(8 * 1024));
    file.take(MAX_FILE + 1).read_to_end(&mut content).map_err(|_| {
        Failure::new(Code::KeyFileUnreadable)
            .what("The key file could not be read.")
            .remedy("Check its permissions.")
    })?;
    Ok(content)
}

/// The key that a file holds.
pub(crate) fn parse_key_file(content: &[u8], name: Option<String>) -> Result<NewKey, Failure> {
    let key = KeyFile::parse(content).map_err(|e| e.failure())?;
    Ok(NewKey {
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
    })
}

/// A name for a key.
pub(crate) fn key_name(text: &str) -> Result<String, Failure> {
    let name = text.trim();
    match HeaderText::parse(name) {
        Ok(_) if !name.is_empty() && name.chars().count() <= 100 => Ok(name.to_owned()),
        _ => Err(Failure::new(Code::Usage)
            .what("That is not a usable name for a key.")
            .remedy("Use 1 to 100 characters on one line.")),
    }
}

/// Messages that Google accepted in each of the last 12 weeks, oldest first; zeros without a log.
fn accepted_by_week(log: &Path, key: KeyId, now: UnixMillis) -> Vec<u32> {
    let mut weeks = vec![0_u32; WEEKS];
    let since = UnixMillis(now.0.saturating_sub(WEEK * WEEKS as u64));
    let filter = Filter {
        from: Some(since),
        action: Some(Action::Send),
        target: Some(key.to_string()),
        decision: Some("done".into()),
        ..Filter::default()
    };
    let page = Reader::open(log).and_then(|reader| reader.list(&filter, None, usize::MAX));
    for entry in page.map(|page| page.entries).unwrap_or_default() {
        let age = usize::try_from(now.0.saturating_sub(entry.time.0) / WEEK).unwrap_or(WEEKS);
        if let Some(week) = WEEKS.checked_sub(age + 1).and_then(|place| weeks.get_mut(place)) {
            *week += 1;
        }
    }
    weeks
}

fn last_used(log: &Path, key: &KeyRecord) -> Option<UnixMillis> {
    let filter = Filter { action: Some(Action::Send), target: Some(key.id.to_string()), ..Filter::default() };
    let page = Reader::open(log).ok()?.list(&filter, None, 1).ok()?;
    page.entries.first().map(|entry| entry.time)
}
