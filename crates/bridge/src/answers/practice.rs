//! `practice.*`: a sandbox vault whose passphrase and phone are the window's own, so that a person can
//! try the real gestures at once. It protects nothing; there is none in the production profile.

use std::io::Write as _;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use signet_api::wire::{
    CeremonyAnswers, CeremonyId, CeremonyRequest, Empty, KdfWish, RemoveOriginalRequest, UnlockRequest,
    VaultStatus, WireSecret,
};
use signet_api::{
    CeremonyBegin, CeremonyFinish, CeremonyKitShow, KeyRemoveOriginal, Lock, PassphraseSuggest, Status,
    launch,
};
use signet_core::{Code, Failure, Profile, VaultId};
use zeroize::Zeroizing;

use super::drafts::utf8;
use super::sandbox::private_folder;
use crate::dispatch::{Answer, Events};
use crate::wire::{Practice, PracticeCode};
use crate::{Bridge, PracticeBegin, PracticePhone, files, totp};

const SENDER: &str = "mia@sandbox.example";
const RECIPIENT: &str = "ada@example.com";
const KEY_NAME: &str = "practice";
/// What is left of a code's time when it is too late to use it.
const LATE: u64 = 4;

/// What the window keeps of the practice, in the sandbox's own folder.
#[derive(Serialize, Deserialize)]
struct Kept {
    vault_id: VaultId,
    passphrase: WireSecret,
    seed: WireSecret,
    /// Whether it has its key: a window that was killed in the middle goes on here.
    #[serde(default)]
    ready: bool,
}

impl Answer<PracticeBegin> for Bridge {
    async fn answer(&self, _: Empty, _: Events<PracticeBegin>) -> Result<Practice, Failure> {
        if self.profile() != Profile::Sandbox {
            return Err(Failure::new(Code::ProfileMismatch)
                .what("The practice belongs to the sandbox profile.")
                .remedy("Go over to the sandbox first."));
        }
        launch::ensure(&self.home()?).await?;
        self.sandbox(["start"]).await?;
        let kept = match self.practice_vault().await? {
            Found::Practice(kept) if kept.ready => kept,
            Found::Practice(kept) => self.equip(kept).await?,
            Found::Other => {
                return Err(Failure::new(Code::VaultExists)
                    .what("There is a sandbox vault of your own already.")
                    .remedy("Use that one: it sends in the sandbox like the practice does."));
            }
            Found::None => self.make_practice().await?,
        };
        Ok(Practice {
            // Exposed to be typed for the person: it protects nothing real.
            passphrase: WireSecret::new(kept.passphrase.expose().into()),
            sender: SENDER.into(),
            recipient: RECIPIENT.into(),
            file: self.file(&self.example()?)?,
        })
    }
}

impl Answer<PracticePhone> for Bridge {
    async fn answer(&self, _: Empty, _: Events<PracticePhone>) -> Result<PracticeCode, Failure> {
        let none = PracticeCode { code: None, seconds: 0, passphrase: None };
        if self.profile() != Profile::Sandbox {
            return Ok(none);
        }
        let Found::Practice(kept) = self.practice_vault().await? else { return Ok(none) };
        let now = now();
        let code = totp::code(kept.seed.expose(), self.step(now).await?);
        Ok(PracticeCode {
            code: code.map(WireSecret::new),
            seconds: totp::SECONDS - now.as_secs() % totp::SECONDS,
            passphrase: Some(kept.passphrase),
        })
    }
}

/// What vault the sandbox profile has.
enum Found {
    None,
    Practice(Kept),
    Other,
}

impl Bridge {
    async fn practice_vault(&self) -> Result<Found, Failure> {
        let info = match self.ask::<Status>(&Empty {}).await?.vault {
            VaultStatus::Absent => return Ok(Found::None),
            VaultStatus::Unusable { .. } => return Ok(Found::Other),
            VaultStatus::Locked { info } | VaultStatus::Unlocked { info, .. } => info,
        };
        let kept = std::fs::read(self.practice_file()?).ok();
        let kept: Option<Kept> = kept.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        Ok(match kept {
            Some(kept) if kept.vault_id == info.vault_id => Found::Practice(kept),
            _ => Found::Other,
        })
    }

    async fn make_practice(&self) -> Result<Kept, Failure> {
        let passphrase = self.ask::<PassphraseSuggest>(&Empty {}).await?.passphrase;
        let request = CeremonyRequest::Init {
            // Exposed to become the vault's.
            passphrase: WireSecret::new(passphrase.expose().into()),
            kdf: KdfWish::Floor,
        };
        let shown = self.ask::<CeremonyBegin>(&request).await?;
        let seed = shown.totp.ok_or_else(|| Failure::new(Code::Internal))?.secret;
        let id = CeremonyId { id: shown.id.clone() };
        let groups = self.ask::<CeremonyKitShow>(&id).await?.groups;
        let group = |number: &usize| {
            let group = number.checked_sub(1).and_then(|index| groups.get(index));
            // Exposed to be given back as the proof.
            group.map(|group| (*number, WireSecret::new(group.expose().into())))
        };
        let answers = CeremonyAnswers {
            id: shown.id,
            code: Some(self.spare_code(&seed).await?),
            kit_groups: shown.asks_kit_groups.iter().filter_map(group).collect(),
        };
        let done = self.ask::<CeremonyFinish>(&answers).await?;
        let kept = Kept { vault_id: done.info.vault_id, passphrase, seed, ready: false };
        self.keep_practice(&kept)?;
        self.equip(kept).await
    }

    /// Gives the practice its key, and closes it: to open it is the person's first gesture.
    async fn equip(&self, mut kept: Kept) -> Result<Kept, Failure> {
        if matches!(self.ask::<Status>(&Empty {}).await?.vault, VaultStatus::Locked { .. }) {
            // Exposed to open what an earlier window left half done.
            let passphrase = || WireSecret::new(kept.passphrase.expose().into());
            let code = self.spare_code(&kept.seed).await?;
            let opened = self
                .ask::<signet_api::Unlock>(&UnlockRequest { passphrase: passphrase(), code, wide: false })
                .await;
            if opened.as_ref().is_err_and(|failure| failure.code == Code::CodeUsed) {
                // Moments ago. The one after the next is surely fresh, and leaves one for the person.
                let left = totp::SECONDS - now().as_secs() % totp::SECONDS;
                tokio::time::sleep(Duration::from_secs(left + totp::SECONDS)).await;
                let code = self.spare_code(&kept.seed).await?;
                self.ask::<signet_api::Unlock>(&UnlockRequest {
                    passphrase: passphrase(),
                    code,
                    wide: false,
                })
                .await?;
            } else {
                opened?;
            }
        }
        let file = self.new_sandbox_key(KEY_NAME).await?;
        let imported = self.import(&file, Some(KEY_NAME.into())).await?;
        if let Some(original) = imported.original {
            self.ask::<KeyRemoveOriginal>(&RemoveOriginalRequest { original, path: utf8(file)? }).await?;
        }
        self.ask::<Lock>(&Empty {}).await?;
        kept.ready = true;
        self.keep_practice(&kept)?;
        Ok(kept)
    }

    fn keep_practice(&self, kept: &Kept) -> Result<(), Failure> {
        let bytes = Zeroizing::new(serde_json::to_vec(kept).map_err(|_| Failure::new(Code::Internal))?);
        write_private(&self.practice_file()?, &bytes)
    }

    /// A code that proves the seed and leaves the one that the phone shows next unused: codes work once.
    async fn spare_code(&self, seed: &WireSecret) -> Result<WireSecret, Failure> {
        let left = totp::SECONDS - now().as_secs() % totp::SECONDS;
        if left <= LATE {
            tokio::time::sleep(Duration::from_secs(left)).await;
        }
        let step = self.step(now()).await?.saturating_sub(1);
        // Exposed to compute a code as an authenticator does.
        let code = totp::code(seed.expose(), step).ok_or_else(|| Failure::new(Code::Internal))?;
        Ok(WireSecret::new(code))
    }

    /// The step that sandbox vaults count at a time.
    async fn step(&self, now: Duration) -> Result<u64, Failure> {
        let offset = self.sandbox(["totp-offset"]).await?["steps"].as_i64().unwrap_or_default();
        Ok((now.as_secs() / totp::SECONDS).saturating_add_signed(offset))
    }

    fn practice_file(&self) -> Result<PathBuf, Failure> {
        Ok(self.home()?.sandbox().join("practice.json"))
    }

    /// A file to attach.
    fn example(&self) -> Result<PathBuf, Failure> {
        let folder = self.home()?.sandbox().join("practice");
        private_folder(&folder)?;
        let path = folder.join(self.words(("Practice invoice.pdf", "Übungsrechnung.pdf")));
        if !path.is_file() {
            write_private(&path, PDF)?;
        }
        Ok(path)
    }
}

fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

fn write_private(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let failed = |error: &std::io::Error| files::unwritten(path, error);
    private_folder(path.parent().unwrap_or_else(|| Path::new("/")))?;
    let mut file = files::private(path)?;
    file.write_all(bytes).map_err(|error| failed(&error))?;
    let mode = std::fs::Permissions::from_mode(0o600);
    file.as_file().set_permissions(mode).map_err(|error| failed(&error))?;
    files::replace(file, path)
}

/// One page with one line of text.
const PDF: &[u8] = b"%PDF-1.4\n\
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n\
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n\
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 420 298]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj\n\
4 0 obj<</Length 55>>stream\nBT /F 20 Tf 60 200 Td (An invoice, for practice only) Tj ET\nendstream endobj\n\
5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n\
trailer<</Root 1 0 R>>\n%%EOF\n";
