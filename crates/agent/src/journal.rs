//! The durable note of an upload under way: one sealed row for each, gone when the send is settled.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use signet_core::{Code, EmailAddress, Failure, KeyId, RequestId};
use signet_crypto::SecretBytes;
use signet_google::{Journal, SessionUri};
use signet_vault::{OpenVault, Table};
use tokio::sync::Mutex;

use crate::vault_thread::VaultThread;

/// What is known of an upload.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct UploadNote {
    pub(crate) request: RequestId,
    pub(crate) key: KeyId,
    pub(crate) subject: String,
    pub(crate) len: u64,
    pub(crate) session: Option<String>,
    pub(crate) finishing: bool,
}

impl UploadNote {
    /// The note of a send that has no session yet.
    pub(crate) fn begun(request: RequestId, key: KeyId, subject: &EmailAddress, len: u64) -> Self {
        Self { request, key, subject: subject.to_string(), len, session: None, finishing: false }
    }

    /// The note of a request; none if it has none.
    pub(crate) fn load(vault: &OpenVault, request: RequestId) -> Result<Option<Self>, Failure> {
        let found = vault.fetch(Table::Upload, *request.as_bytes()).map_err(|e| e.failure())?;
        // Exposed to read the note.
        let read = |bytes: SecretBytes| serde_json::from_slice(bytes.expose());
        found.map(read).transpose().map_err(|_| Failure::new(Code::VaultDamaged))
    }

    /// Seals the note, durably.
    pub(crate) fn save(&self, vault: &mut OpenVault) -> Result<(), Failure> {
        let bytes = serde_json::to_vec(self).map_err(|_| Failure::new(Code::Internal))?;
        vault.put(Table::Upload, *self.request.as_bytes(), &bytes).map_err(|e| e.failure())
    }
}

/// The journal of one send.
pub(crate) struct UploadJournal {
    vault: VaultThread,
    note: Mutex<UploadNote>,
}

impl UploadJournal {
    /// The journal that goes on from that note.
    pub(crate) fn new(vault: VaultThread, note: UploadNote) -> Self {
        Self { vault, note: Mutex::new(note) }
    }

    async fn save(&self, change: impl FnOnce(&mut UploadNote) + Send) -> Result<(), Failure> {
        let mut note = self.note.lock().await;
        change(&mut note);
        let saved = note.clone();
        self.vault.run(move |cell| saved.save(cell.open()?)).await
    }
}

#[async_trait]
impl Journal for UploadJournal {
    async fn session_started(&self, session: &SessionUri, finishing: bool) -> Result<(), Failure> {
        // Exposed to seal it: after a crash, only this address can tell what became of the message.
        let session = session.expose().to_owned();
        self.save(move |note| {
            note.session = Some(session);
            note.finishing = finishing;
        })
        .await
    }

    async fn finishing(&self) -> Result<(), Failure> {
        self.save(|note| note.finishing = true).await
    }
}
