//! `key.import`, `key.remove-original`, `keys.elsewhere`: key files by handle. The agent reads them.

use std::fs::Metadata;
use std::io::Read;
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use signet_api::KeyList;
use signet_api::wire::{Empty, KeyImportRequest, KeyImported, OriginalRemoved, RemoveOriginalRequest};
use signet_core::{Code, Failure};
use zeroize::Zeroizing;

use super::drafts::utf8;
use crate::dispatch::{Answer, Events};
use crate::wire::{KeyFound, KeysFound, PageKeyImport, PageOriginal};
use crate::{Bridge, KeyImport, KeyRemoveOriginal, KeysElsewhere, files};

/// A key file is never larger.
const LARGEST: u64 = 64 * 1024;
/// Files that are looked at in a folder and below.
const MOST: usize = 5000;
/// Folders inside folders.
const DEEPEST: usize = 4;

impl Answer<KeyImport> for Bridge {
    async fn answer(&self, page: PageKeyImport, _: Events<KeyImport>) -> Result<KeyImported, Failure> {
        self.import(&self.handles.path(&page.file)?, page.name).await
    }
}

impl Answer<KeyRemoveOriginal> for Bridge {
    async fn answer(
        &self,
        page: PageOriginal,
        _: Events<KeyRemoveOriginal>,
    ) -> Result<OriginalRemoved, Failure> {
        let path = utf8(self.handles.path(&page.file)?)?;
        let request = RemoveOriginalRequest { original: page.original, path };
        self.ask::<signet_api::KeyRemoveOriginal>(&request).await
    }
}

impl Answer<KeysElsewhere> for Bridge {
    async fn answer(&self, _: Empty, _: Events<KeysElsewhere>) -> Result<KeysFound, Failure> {
        let known = self.ask::<KeyList>(&Empty {}).await?.keys;
        let title = self.words(("Look for key files in", "Nach Schlüsseldateien suchen in"));
        let Some(folder) = self.desk.pick_folder(&title).await else {
            return Ok(KeysFound { folder: None, found: Vec::new(), looked_at: 0 });
        };
        let place = folder.clone();
        let looked = tokio::task::spawn_blocking(move || key_files(&place)).await;
        let (files, looked_at) = looked.map_err(|error| Failure::new(Code::Internal).fact("error", error))?;
        let found = files.into_iter().map(|(path, key)| {
            Ok(KeyFound {
                file: self.file(&path)?,
                in_vault: known.iter().any(|known| known.google_key_id.as_str() == key.private_key_id),
                client_email: key.client_email,
                google_key_id: key.private_key_id,
            })
        });
        Ok(KeysFound {
            folder: Some(self.shown(&folder)),
            found: found.collect::<Result<_, Failure>>()?,
            looked_at,
        })
    }
}

impl Bridge {
    /// Has the agent import a key file.
    pub(crate) async fn import(&self, path: &Path, name: Option<String>) -> Result<KeyImported, Failure> {
        let handle = self.hand_in(path).await?;
        self.ask::<signet_api::KeyImport>(&KeyImportRequest { handle, name }).await
    }

    /// Gives the agent the open key file, unread; what the agent calls it.
    pub(crate) async fn hand_in(&self, path: &Path) -> Result<String, Failure> {
        let file = files::regular(path).map_err(|refusal| refusal.failure(Code::KeyFileUnreadable, path))?;
        self.client()?.attach(file.as_fd()).await
    }
}

/// What is public in a key file. The key itself is passed over where it lies.
#[derive(Deserialize)]
struct KeyFile {
    #[serde(rename = "type")]
    kind: String,
    client_email: String,
    private_key_id: String,
}

/// The key files of service accounts in a folder and below, and how many files were looked at.
fn key_files(folder: &Path) -> (Vec<(PathBuf, KeyFile)>, usize) {
    let mut found = Vec::new();
    let mut looked_at = 0;
    let mut folders = vec![(folder.to_owned(), 0)];
    while let Some((folder, depth)) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let Ok(facts) = entry.metadata() else { continue };
            if facts.is_dir() && depth < DEEPEST {
                folders.push((path, depth + 1));
            } else if may_be_key(&path, &facts) {
                looked_at += 1;
                found.extend(key_file(&path).map(|key| (path, key)));
            }
            if looked_at >= MOST {
                return (found, looked_at);
            }
        }
    }
    found.sort_by(|(a, _), (b, _)| a.cmp(b));
    (found, looked_at)
}

fn may_be_key(path: &Path, facts: &Metadata) -> bool {
    facts.is_file()
        && facts.len() <= LARGEST
        && path.extension().is_some_and(|end| end.eq_ignore_ascii_case("json"))
}

/// Reads one into memory that is wiped, because the key lies beside what is wanted.
fn key_file(path: &Path) -> Option<KeyFile> {
    let mut file = files::regular(path).ok()?;
    let mut bytes = Zeroizing::new(vec![0; usize::try_from(LARGEST).ok()?]);
    let mut length = 0;
    while length < bytes.len() {
        match file.read(&mut bytes[length..]).ok()? {
            0 => break,
            count => length += count,
        }
    }
    let key: KeyFile = serde_json::from_slice(&bytes[..length]).ok()?;
    (key.kind == "service_account").then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_keys_of_service_accounts_are_found() {
        let folder = tempfile::tempdir().unwrap();
        let deep = folder.path().join("a/b");
        std::fs::create_dir_all(&deep).unwrap();
        let key = r#"{"type":"service_account","private_key":"-----BEGIN","private_key_id":"1a2b","client_email":"x@y"}"#;
        std::fs::write(deep.join("key.JSON"), key).unwrap();
        std::fs::write(folder.path().join("b.json"), key.replace("service_account", "authorized_user"))
            .unwrap();
        std::fs::write(folder.path().join("c.json"), "{").unwrap();
        std::fs::write(folder.path().join("d.txt"), key).unwrap();
        std::fs::write(folder.path().join("e.json"), format!("{key}{}", " ".repeat(65_536))).unwrap();
        std::os::unix::fs::symlink(folder.path(), folder.path().join("loop.json")).unwrap();
        let (found, looked_at) = key_files(folder.path());
        assert_eq!(looked_at, 3);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].1.private_key_id, "1a2b");
    }
}
