//! A host's start with nobody there: the machine's secret from the service manager, the vault, the team.

use std::fs::File;
use std::io::Read;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use data_encoding::HEXLOWER_PERMISSIVE;
use signet_api::wire::HeadlessView;
use signet_audit::Verdict;
use signet_core::{Action, Code, Failure};
use signet_vault::UnattendedSecret;
use zeroize::Zeroizing;

use crate::agent::Agent;
use crate::notify;
use crate::snapshot::facts;
use crate::vault_cell::VaultState;

/// The credential's name with the service manager, and its file's (systemd.exec(5), "Credentials").
const CREDENTIAL: &str = "signet-unattended";
/// How the log names an opening with nobody there.
const TARGET: &str = "unattended";
/// How often, and how long apart, an address is tried that is not there yet.
const TRIES: u32 = 40;
const BETWEEN: Duration = Duration::from_secs(3);

/// How the last start went.
#[derive(Default)]
pub(crate) struct Unattended(Mutex<Outcome>);

#[derive(Default)]
struct Outcome {
    opened: bool,
    failure: Option<Failure>,
}

impl Unattended {
    /// Somebody has opened the vault.
    pub(crate) fn forget(&self) {
        *self.lock() = Outcome::default();
    }

    fn opened(&self) {
        *self.lock() = Outcome { opened: true, failure: None };
    }

    fn failed(&self, failure: Failure) {
        *self.lock() = Outcome { opened: false, failure: Some(failure) };
    }

    fn lock(&self) -> MutexGuard<'_, Outcome> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Opens the vault and serves, if the service manager has brought the secret; then says that this process
/// is ready. Whatever goes wrong leaves the vault locked, for somebody to unlock.
pub(crate) async fn begin(agent: Arc<Agent>) {
    let state = match credential() {
        Ok(None) => "waiting to be unlocked".to_owned(),
        Ok(Some(secret)) => match agent.open_unattended(secret).await {
            Ok(()) => "serving the team; opened with nobody there".to_owned(),
            Err(failure) => fail(&agent, failure),
        },
        Err(failure) => fail(&agent, failure),
    };
    if let Err(error) = notify::ready(&state) {
        tracing::warn!(%error, "the service manager could not be told that this host is ready");
    }
}

fn fail(agent: &Agent, failure: Failure) -> String {
    tracing::error!(code = failure.code.as_str(), what = failure.what, "not opened with nobody there");
    let said = format!("locked: {}", failure.what);
    agent.unattended.failed(failure);
    said
}

/// The secret that the service manager has brought; none if it has brought none.
fn credential() -> Result<Option<UnattendedSecret>, Failure> {
    let Some(folder) = std::env::var_os("CREDENTIALS_DIRECTORY").map(PathBuf::from) else { return Ok(None) };
    match File::open(folder.join(CREDENTIAL)) {
        Ok(file) => read(file).map(Some),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unreadable().fact("cause", error)),
    }
}

/// 64 hexadecimal digits, and nothing else but the end of a line.
fn read(from: impl Read) -> Result<UnattendedSecret, Failure> {
    const ROOM: usize = 67;
    let mut text = Zeroizing::new(Vec::with_capacity(ROOM));
    from.take(ROOM as u64).read_to_end(&mut text).map_err(|error| unreadable().fact("cause", error))?;
    while text.last().is_some_and(|byte| b"\r\n".contains(byte)) {
        text.pop();
    }
    let bytes = Zeroizing::new(HEXLOWER_PERMISSIVE.decode(&text).map_err(|_| unreadable())?);
    UnattendedSecret::parse(&bytes).ok_or_else(unreadable)
}

fn unreadable() -> Failure {
    Failure::new(Code::WrongSecret)
        .what("The credential that this machine keeps for the host cannot be read.")
        .remedy("Unlock the host, then `signet host unattended enable` makes a new one.")
}

impl Agent {
    async fn open_unattended(self: &Arc<Self>, secret: UnattendedSecret) -> Result<(), Failure> {
        let owner = crate::run::owner().ok_or_else(|| Failure::new(Code::Internal))?;
        let opened = self
            .vault
            .run(move |cell| {
                let open = cell.locked()?.unlock_unattended(&secret).map_err(|error| error.failure())?;
                let info = facts(&open.info());
                cell.state = VaultState::Open(open);
                Ok(info)
            })
            .await;
        let info = match opened {
            Ok(info) => info,
            Err(failure) => {
                self.door.refuse(Some(owner), Action::Unlock, failure.code).await;
                return Err(failure);
            }
        };
        for note in self.opened(&info).await {
            tracing::warn!(note, "after a start with nobody there");
        }
        self.unattended.opened();
        tracing::info!("opened with nobody there: root on this machine has the keys");
        self.door.note(owner, Action::Unlock, TARGET.into(), Verdict::Allowed).await?;
        let host = self.host().await?;
        self.door.pass(owner, Action::HostStart, TARGET.into()).await?;
        match host.start(self, None).await {
            Ok(()) => Ok(()),
            Err(failure) => {
                // The network may come later than this process.
                let agent = Arc::clone(self);
                tokio::spawn(async move { agent.serve_soon().await });
                tracing::warn!(code = failure.code.as_str(), "not serving yet");
                Ok(())
            }
        }
    }

    /// Tries to serve until it works, for as long as nobody has closed the vault.
    async fn serve_soon(self: &Arc<Self>) {
        for _ in 0..TRIES {
            tokio::time::sleep(BETWEEN).await;
            if !self.snapshots.is_open() {
                return;
            }
            let Ok(host) = self.host().await else { return };
            if host.serves() || host.start(self, None).await.is_ok() {
                return;
            }
        }
        self.unattended.lock().failure =
            Some(Failure::new(Code::HostAddress).remedy("See the address, then `signet host start`."));
    }

    /// What status says of a host on a server; none for any other vault.
    pub(crate) fn headless(&self) -> Option<HeadlessView> {
        let unattended = self.snapshots.headless()?;
        let outcome = self.unattended.lock();
        Some(HeadlessView {
            folder: self.home.keychain_folder().display().to_string(),
            unattended,
            opened_unattended: outcome.opened && self.snapshots.is_open(),
            failure: outcome.failure.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credential_is_64_digits_and_nothing_else() {
        let hex = "0123456789abcdefABCDEF0123456789".repeat(2);
        for fine in [hex.clone(), format!("{hex}\n"), format!("{hex}\r\n")] {
            assert!(read(fine.as_bytes()).is_ok());
        }
        for wrong in ["", "00", &hex[..63], &format!("{hex}0"), &format!("{hex} \n"), &hex.replace('0', "g")]
        {
            assert_eq!(read(wrong.as_bytes()).err().unwrap().code, Code::WrongSecret, "{wrong:?}");
        }
    }
}
