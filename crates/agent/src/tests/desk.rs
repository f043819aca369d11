//! An agent in a throw-away folder, and the person who uses it.

use std::sync::Arc;

use signet_api::wire::{
    CeremonyAnswers, CeremonyId, CeremonyRequest, CeremonyShown, Empty, KdfWish, WireSecret,
};
use signet_api::{CeremonyBegin, CeremonyFinish, CeremonyKitShow, Client, Home, Lock};
use signet_core::{Clock, Profile};
use signet_crypto::{Step, TotpSeed, hotp};
use signet_vault::fake::FakeKeychain;
use signet_vault::{Environment, Random};

use crate::agent::Agent;
use crate::clock::SystemClock;
use crate::keychains::Keychains;
use crate::snapshot::Snapshots;
use crate::vault_cell::VaultCell;
use crate::vault_thread::VaultThread;
use crate::{autolock, listen};

const PASSPHRASE: &str = "gravel unpaired mossy litmus outboard";

pub(crate) struct Desk {
    pub(crate) agent: Arc<Agent>,
    pub(crate) client: Client,
    serving: tokio::task::JoinHandle<()>,
    _folder: tempfile::TempDir,
}

impl Desk {
    /// An agent without a vault, in memory where there is such a place.
    pub(crate) fn new() -> Self {
        let place = if std::path::Path::new("/dev/shm").is_dir() { "/dev/shm" } else { "." };
        let folder = tempfile::tempdir_in(place).unwrap();
        let root = folder.path().canonicalize().unwrap();
        let home = Home::resolve(Profile::Production, |name| (name == "SIGNET_HOME").then(|| root.clone()));
        let home = home.unwrap();
        listen::make_private_folders(&home).unwrap();
        let snapshots = Arc::new(Snapshots::default());
        let (data, files) = (home.data().to_path_buf(), home.keychain_folder());
        let vault = VaultThread::spawn(Arc::clone(&snapshots), move || {
            let random = Random::new(signet_crypto::system_rng());
            let keychain = Arc::new(FakeKeychain::new());
            let system = Environment::production(Arc::new(SystemClock), keychain, random).quick();
            VaultCell::new(data, Keychains::new(system, files))
        });
        let client = Client::new(&home);
        let agent = Arc::new(Agent::new(home, vault.unwrap(), snapshots, Vec::new()));
        autolock::start(&agent);
        let sockets = listen::bind(&agent).unwrap();
        let serving = tokio::spawn({
            let agent = Arc::clone(&agent);
            async move { listen::accept(&agent, sockets).await }
        });
        Self { agent, client, serving, _folder: folder }
    }

    /// The same with an open vault.
    pub(crate) async fn open() -> Self {
        let desk = Self::new();
        let shown = desk.begin().await;
        let code = code(&shown);
        let groups = desk.client.call::<CeremonyKitShow>(&CeremonyId { id: shown.id.clone() }).await.unwrap();
        let typed = shown
            .asks_kit_groups
            .iter()
            .map(|number| (*number, WireSecret::new(groups.groups[number - 1].expose().to_owned())));
        let answers = CeremonyAnswers { id: shown.id.clone(), code: Some(code), kit_groups: typed.collect() };
        desk.client.call::<CeremonyFinish>(&answers).await.unwrap();
        desk
    }

    /// Begins a set-up.
    pub(crate) async fn begin(&self) -> CeremonyShown {
        let passphrase = WireSecret::new(PASSPHRASE.into());
        let request = CeremonyRequest::Init { passphrase, kdf: KdfWish::Floor };
        self.client.call::<CeremonyBegin>(&request).await.unwrap()
    }

    pub(crate) async fn lock(&self) {
        self.client.call::<Lock>(&Empty {}).await.unwrap();
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.serving.abort();
        self.agent.vault.end();
    }
}

/// The code that the phone shows.
pub(crate) fn code(shown: &CeremonyShown) -> WireSecret {
    let seed = TotpSeed::from_base32(shown.totp.as_ref().unwrap().secret.expose()).unwrap();
    WireSecret::new(hotp(&seed, Step::at(SystemClock.now())).text().expose().to_owned())
}
