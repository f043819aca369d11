//! Invites that are open, and whoever waits behind one.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use signet_api::wire::GrantWish;
use signet_core::{Code, EmailAddress, Failure, MemberId, Role, UnixMillis};
use signet_crypto::VerifyingKey;
use signet_team::{InviteId, InviteLife, InviteSecret};
use signet_vault::{OpenVault, Table};

/// An invite as the host keeps it.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct InviteNote {
    pub(crate) name: String,
    pub(crate) address: Option<EmailAddress>,
    pub(crate) role: Role,
    pub(crate) grants: Vec<GrantWish>,
    pub(crate) not_after: Option<UnixMillis>,
    /// Another device of this member.
    pub(crate) member: Option<MemberId>,
    pub(crate) life: InviteLife,
    /// 16 bytes in hex; sealed with the record.
    secret: String,
    /// Whoever waits; not kept across a restart, as the words belong to a connection.
    #[serde(skip)]
    pub(crate) applicant: Option<Applicant>,
    /// Whether another device has shown a valid proof, too: the invite was intercepted or passed on.
    #[serde(default)]
    pub(crate) shown_twice: bool,
}

/// Somebody who has proven to have an invite.
#[derive(Clone)]
pub(crate) struct Applicant {
    pub(crate) key: VerifyingKey,
    pub(crate) device_name: String,
    pub(crate) words: [String; 3],
    pub(crate) address: IpAddr,
}

/// The invites of a host.
#[derive(Default)]
pub(crate) struct Invites {
    kept: Mutex<BTreeMap<InviteId, InviteNote>>,
    /// Whoever changes one looks at it, thinks, and writes it whole: one after the other.
    turn: tokio::sync::Mutex<()>,
}

impl InviteNote {
    /// A new invite with that secret.
    #[expect(clippy::too_many_arguments, reason = "each is one fact of the invite")]
    pub(crate) fn new(
        name: String,
        address: Option<EmailAddress>,
        role: Role,
        grants: Vec<GrantWish>,
        not_after: Option<UnixMillis>,
        member: Option<MemberId>,
        life: InviteLife,
        secret: &InviteSecret,
    ) -> Self {
        // Kept to verify the proof; sealed with the record.
        let secret = HEXLOWER.encode(secret.expose());
        Self {
            name,
            address,
            role,
            grants,
            not_after,
            member,
            life,
            secret,
            applicant: None,
            shown_twice: false,
        }
    }

    /// The secret.
    pub(crate) fn secret(&self) -> Option<InviteSecret> {
        InviteSecret::parse(&HEXLOWER.decode(self.secret.as_bytes()).ok()?)
    }

    /// Keeps it, durably.
    pub(crate) fn save(&self, vault: &mut OpenVault, id: InviteId) -> Result<(), Failure> {
        let bytes = serde_json::to_vec(self).map_err(|_| Failure::new(Code::Internal))?;
        vault.put(Table::Invite, row_of(id), &bytes).map_err(|e| e.failure())
    }
}

impl Invites {
    /// The invites that the vault keeps. Those that ended a week ago are left out.
    pub(crate) fn load(vault: &OpenVault) -> Result<Self, Failure> {
        let mut invites = BTreeMap::new();
        for row in vault.rows(Table::Invite) {
            let Some(bytes) = vault.fetch(Table::Invite, row).map_err(|e| e.failure())? else { continue };
            // Exposed to be read into the invite.
            let note =
                serde_json::from_slice(bytes.expose()).map_err(|_| Failure::new(Code::VaultDamaged))?;
            invites.insert(id_of(row), note);
        }
        Ok(Self { kept: Mutex::new(invites), ..Self::default() })
    }

    /// Held while an invite is looked at and changed: what one was told about it stays true meanwhile.
    pub(crate) async fn turn(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.turn.lock().await
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, BTreeMap<InviteId, InviteNote>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A copy of one of them.
    pub(crate) fn find(&self, id: InviteId) -> Option<InviteNote> {
        self.lock().get(&id).cloned()
    }
}

pub(crate) fn row_of(id: InviteId) -> [u8; 16] {
    let mut row = [0; 16];
    row[..8].copy_from_slice(id.as_bytes());
    row
}

fn id_of(row: [u8; 16]) -> InviteId {
    let mut id = [0; 8];
    id.copy_from_slice(&row[..8]);
    InviteId::from_bytes(id)
}
