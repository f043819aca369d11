//! What the agent does for each row of the method table, one file an area.

mod address;
mod approval;
pub(crate) mod audit;
mod backup;
mod ceremony;
mod check;
mod drafts;
pub(crate) mod grant;
mod headless;
mod history;
pub(crate) mod host;
mod invite;
mod join;
pub(crate) mod key;
mod kit;
mod member;
pub(crate) mod message_check;
mod message_file;
pub(crate) mod originals;
pub(crate) mod send;
mod send_control;
mod settings;
mod settle;
mod shared;
mod shared_import;
mod status;
mod team;
mod team_at;
pub(crate) mod unlock;
mod watch;

use signet_core::{Code, Failure};

use crate::snapshot::Snapshot;

/// Whether the vault is open, or why not.
pub(crate) fn require_open(snapshot: &Snapshot) -> Result<(), Failure> {
    match snapshot {
        Snapshot::Open { .. } => Ok(()),
        Snapshot::Locked(_) => Err(Failure::new(Code::Locked)),
        Snapshot::Absent => Err(Failure::new(Code::NoVault)),
        Snapshot::Unusable(failure) => Err(failure.clone()),
    }
}
