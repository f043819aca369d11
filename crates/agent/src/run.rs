//! Start to end of the process.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use signet_api::{Home, own_uid};
use signet_core::{Principal, Profile};
use signet_hardening::{HardenError, Hardened};
use signet_vault::{Environment, OsKeychain, Random};

use crate::agent::Agent;
use crate::arguments::Arguments;
use crate::clock::SystemClock;
use crate::keychains::Keychains;
use crate::sandbox_place::SandboxPlace;
use crate::snapshot::Snapshots;
use crate::vault_cell::VaultCell;
use crate::vault_thread::VaultThread;
use crate::{autolock, listen, logging, logind};

/// How long the keychain may take to answer.
const KEYCHAIN_DEADLINE: Duration = Duration::from_secs(8);

/// Runs the agent until it is stopped. Exit code 0 after a stop, 1 if it could not start, 13 if another
/// agent serves this profile already.
pub fn run(words: impl Iterator<Item = String>, hardened: Result<Hardened, HardenError>) -> ExitCode {
    match start(words, hardened) {
        Ok(()) => ExitCode::SUCCESS,
        Err((code, message)) => {
            use std::io::Write;
            // Nobody may be listening to standard error; the exit code says the same.
            let _ = writeln!(std::io::stderr(), "{message}");
            ExitCode::from(code)
        }
    }
}

fn start(
    words: impl Iterator<Item = String>,
    hardened: Result<Hardened, HardenError>,
) -> Result<(), (u8, String)> {
    let fault = |message: String| (1, message);
    let arguments = Arguments::parse(words).map_err(fault)?;
    let home = Home::from_environment(arguments.profile)
        .ok_or_else(|| fault("Neither HOME nor SIGNET_HOME says where to live.".into()))?;
    let hardened =
        hardened.map_err(|error| fault(format!("This process could not be protected: {error}")))?;
    listen::make_private_folders(&home)
        .map_err(|error| fault(format!("{}: {error}", home.run().display())))?;
    logging::start(&home, &arguments.log)
        .map_err(|error| fault(format!("{}: {error}", home.log_file().display())))?;
    let _claim = listen::claim(&home).map_err(|error| (13, error.to_string()))?;

    take_more_files();

    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| fault(error.to_string()))?;
    let served = runtime.block_on(async {
        let snapshots = Arc::new(Snapshots::default());
        let vault = VaultThread::spawn(Arc::clone(&snapshots), make_cell(&home))?;
        let agent = Arc::new(Agent::new(home, vault, snapshots, gaps(hardened)));
        autolock::start(&agent);
        logind::start(&agent);
        let served = listen::serve(&agent).await;
        Ok::<_, std::io::Error>((agent, served))
    });
    runtime.shutdown_timeout(Duration::from_secs(2));
    let (agent, served) = served.map_err(|error| fault(error.to_string()))?;
    // Closed properly, both files are whole by themselves: nothing stays behind in a -wal file.
    agent.audit.release();
    agent.vault.end();
    served.map_err(|error| fault(error.to_string()))
}

/// A host of a large team has many connections and files open: the usual limit of a desktop session is raised
/// as far as this user may.
fn take_more_files() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    if let Err(error) = setrlimit(Resource::Nofile, raised) {
        tracing::warn!(%error, "the limit of open files stays as it is");
    }
}

/// What is less than complete about the protection, for `status`.
fn gaps(hardened: Hardened) -> Vec<String> {
    let swap = "Memory may be written to swap: the memory-lock limit of this session is too small. Use an encrypted swap.";
    if hardened.memory_locked { Vec::new() } else { vec![swap.into()] }
}

/// How the vault's cell is built, on its own thread.
fn make_cell(home: &Home) -> impl FnOnce() -> VaultCell + Send + 'static {
    let home = home.clone();
    move || {
        let clock = Arc::new(SystemClock);
        let keychain = Arc::new(OsKeychain::new(KEYCHAIN_DEADLINE));
        let random = Random::new(signet_crypto::system_rng());
        let environment = match home.profile() {
            Profile::Production => Environment::production(clock, keychain, random),
            Profile::Sandbox => {
                Environment::sandbox(clock, Arc::new(SandboxPlace::new(home.sandbox())), keychain, random)
            }
        };
        VaultCell::new(home.data().to_path_buf(), Keychains::new(environment, home.keychain_folder()))
    }
}

/// The owner at this machine, for what the agent does by itself (idle lock, suspend).
pub(crate) fn owner() -> Option<Principal> {
    Principal::local_owner(own_uid(), own_uid())
}
