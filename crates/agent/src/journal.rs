//! The durable note of an upload under way: one sealed row for each, gone when the send is settled.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use signet_core::{Code, Failure, KeyId, RequestId};
use signet_google::{Journal, SessionUri};
use signet_vault::Table;
use tokio::sync::Mutex;

use crate::vault_thread::VaultThread;

/// What is known of an upload.
#[derive(Serialize, Deserialize)]
pub(crate) struct UploadNote {
    pub(crate) request: RequestId,
    pub(crate) key: KeyId,
    pub(crate) subject: String,
    pub(crate) len: u64,
    pub(crate) session: Option<String>,
    pub(crate) finishing: bool,
}

/// The journal of one send.
pub(crate) struct UploadJournal {
    vault: VaultThread,
    note: Mutex<UploadNote>,
}

impl UploadJournal {
    /// The journal of a send that has no session yet.
    pub(crate) fn new(vault: VaultThread, request: RequestId, key: KeyId, subject: String, len: u64) -> Self {
        let note = UploadNote { request, key, subject, len, session: None, finishing: false };
        Self { vault, note: Mutex::new(note) }
    }

    async fn save(&self, change: impl FnOnce(&mut UploadNote) + Send) -> Result<(), Failure> {
        let mut note = self.note.lock().await;
        change(&mut note);
        let bytes = serde_json::to_vec(&*note).map_err(|_| Failure::new(Code::Internal))?;
        let row = *note.request.as_bytes();
        self.vault
            .run(move |cell| cell.open()?.put(Table::Upload, row, &bytes).map_err(|e| e.failure()))
            .await
    }
}

#[async_trait]
impl Journal for UploadJournal {
    async fn session_started(&self, session: &SessionUri) -> Result<(), Failure> {
        // Exposed to seal it: after a crash, only this address can tell what became of the message.
        let session = session.expose().to_owned();
        self.save(move |note| {
            note.session = Some(session);
            note.finishing = false;
        })
        .await
    }

    async fn finishing(&self) -> Result<(), Failure> {
        self.save(|note| note.finishing = true).await
    }
}
