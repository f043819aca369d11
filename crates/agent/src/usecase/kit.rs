//! `ceremony.kit-write`: the kit goes from here to paper, past every window.

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::sync::Arc;

use jiff::Zoned;
use signet_api::wire::{Empty, KitWriteRequest};
use signet_api::{CeremonyKitWrite, Never};
use signet_audit::Fingerprint;
use signet_core::{Code, Failure, Principal};
use zeroize::Zeroizing;

use crate::agent::Agent;
use crate::kit_page::{self, Kit, Language};
use crate::router::{Events, Handle};
use crate::usecase::ceremony::pending;
use crate::vault_cell::VaultCell;

impl Handle<CeremonyKitWrite> for Agent {
    async fn handle(
        self: Arc<Self>,
        _: Principal,
        request: KitWriteRequest,
        _: Events<Never>,
    ) -> Result<Empty, Failure> {
        let KitWriteRequest { id, handle, language } = request;
        let language = Language::parse(language.as_deref())?;
        let file = self.handles.take(&handle)?;
        let profile = self.home.profile();
        let page = self.vault.run(move |cell| page(cell, &id, profile, language)).await?;
        tokio::task::spawn_blocking(move || write(file, &page))
            .await
            .map_err(|_| Failure::new(Code::Internal))??;
        Ok(Empty {})
    }
}

fn page(
    cell: &mut VaultCell,
    id: &str,
    profile: signet_core::Profile,
    language: Language,
) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let ceremony = pending(cell, id)?;
    let (Some(kit), Some(vault)) = (&ceremony.shown().kit, ceremony.vault_id()) else {
        return Err(Failure::new(Code::NotFound).what("This does not make a new recovery kit."));
    };
    let kit = Kit {
        groups: &kit.groups,
        vault,
        profile,
        made: Zoned::now().date(),
        fingerprint: &kit.fingerprint,
        audit_fingerprint: &Fingerprint::of(&kit.audit_key).to_string(),
    };
    Ok(kit_page::pdf(&kit, language))
}

/// Writes the page to the open file, durably. Blocking.
fn write(mut file: File, page: &[u8]) -> Result<(), Failure> {
    let failed = |error: std::io::Error| {
        let code = if error.kind() == ErrorKind::StorageFull { Code::DiskFull } else { Code::ReadOnly };
        Failure::new(code)
            .what("The recovery kit could not be written.")
            .remedy("Choose another place; the set-up is still open.")
            .fact("error", error)
    };
    if file.metadata().is_ok_and(|found| found.is_file()) {
        file.set_len(0).map_err(failed)?;
    }
    file.write_all(page).map_err(failed)?;
    match file.sync_all() {
        // A pipe to a printer cannot be synced.
        Err(error) if error.kind() != ErrorKind::InvalidInput => Err(failed(error)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn the_page_replaces_what_was_in_the_file_and_a_file_for_reading_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kit.pdf");
        std::fs::write(&path, "something longer than the page").unwrap();
        write(File::options().write(true).open(&path).unwrap(), b"page").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"page");
        let refused = write(File::open(&path).unwrap(), b"other").unwrap_err();
        assert_eq!(refused.code, Code::ReadOnly);
        assert_eq!(std::fs::read(&path).unwrap(), b"page");
        let full = write(File::options().write(true).open("/dev/full").unwrap(), b"page").unwrap_err();
        assert_eq!(full.code, Code::DiskFull);
        let (mut reader, writer) = std::io::pipe().unwrap();
        write(File::from(std::os::fd::OwnedFd::from(writer)), b"page").unwrap();
        let mut read = String::new();
        reader.read_to_string(&mut read).unwrap();
        assert_eq!(read, "page");
    }
}
