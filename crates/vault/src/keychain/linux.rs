//! Linux: the Secret Service over D-Bus, and making what it stored durable.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use zbus::blocking::{Connection, Proxy, fdo::DBusProxy};
use zbus::zvariant::OwnedObjectPath;
use zbus_secret_service_keyring_store::Store;

use super::KeychainError;
use super::entries::{Encoding, Entries};

/// A new connection to the Secret Service.
pub(super) fn open() -> Result<Entries, KeychainError> {
    // The only things that can fail here are reaching the bus and the service.
    let store = Store::new().map_err(|_| KeychainError::Missing)?;
    await_default_collection(&probe_connection()?)?;
    Ok(Entries { store, encoding: Encoding::Text, modifiers: &[] })
}

/// After a time-out: `Locked` if the default collection is locked, for then a prompt may be waiting.
pub(super) fn explain_delay() -> Option<KeychainError> {
    probe(|| {
        let connection = probe_connection()?;
        let Some(collection) = default_collection(&connection)? else { return Ok(None) };
        let collection = Proxy::new(&connection, SERVICE, collection, "org.freedesktop.Secret.Collection")
            .map_err(|_| KeychainError::Failed)?;
        let locked: bool = collection.get_property("Locked").map_err(|_| KeychainError::Failed)?;
        Ok(locked.then_some(KeychainError::Locked))
    })
    .flatten()
}

/// The name of the program that owns the service, such as `gnome-keyring-d`.
pub(super) fn provider() -> String {
    probe(|| {
        let bus = DBusProxy::new(&probe_connection()?).map_err(|_| KeychainError::Missing)?;
        let name = SERVICE.try_into().map_err(|_| KeychainError::Failed)?;
        let pid = bus.get_connection_unix_process_id(name).map_err(|_| KeychainError::Missing)?;
        fs::read_to_string(format!("/proc/{pid}/comm")).map_err(|_| KeychainError::Failed)
    })
    .map_or_else(|| "unknown".into(), |name| name.trim().into())
}

/// gnome-keyring renames a new file into place but syncs neither the file nor its directory: that is done
/// here. Where another provider keeps its files is not known, so its file system is synced whole.
pub(super) fn sync() -> Result<(), KeychainError> {
    let keyrings = data_home().map(|data| data.join("keyrings"));
    match keyrings {
        Some(keyrings) if provider().starts_with("gnome-keyring") && keyrings.is_dir() => {
            sync_directory(&keyrings)
        }
        _ => sync_file_system(&data_home().ok_or(KeychainError::Failed)?),
    }
    .map_err(|_| KeychainError::Failed)
}

const SERVICE: &str = "org.freedesktop.secrets";

/// How long a side question may take.
const PROBE: Duration = Duration::from_secs(1);

/// Asks on a thread of its own, so that a dead bus costs at most [`PROBE`].
fn probe<T: Send + 'static>(
    question: impl FnOnce() -> Result<T, KeychainError> + Send + 'static,
) -> Option<T> {
    let (answer, answered) = mpsc::sync_channel(1);
    thread::Builder::new().name("keychain-probe".into()).spawn(move || drop(answer.send(question()))).ok()?;
    answered.recv_timeout(PROBE).ok()?.ok()
}

fn probe_connection() -> Result<Connection, KeychainError> {
    Connection::session().map_err(|_| KeychainError::Missing)
}

/// A service that has just started answers before it has read its collections.
fn await_default_collection(connection: &Connection) -> Result<(), KeychainError> {
    for _ in 0..15 {
        if default_collection(connection)?.is_some() {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(100));
    }
    Err(KeychainError::NoCollection)
}

/// The collection that new items go to; `None` if the service has none yet.
fn default_collection(connection: &Connection) -> Result<Option<OwnedObjectPath>, KeychainError> {
    let service =
        Proxy::new(connection, SERVICE, "/org/freedesktop/secrets", "org.freedesktop.Secret.Service")
            .map_err(|_| KeychainError::Missing)?;
    let path: OwnedObjectPath =
        service.call("ReadAlias", &("default",)).map_err(|_| KeychainError::Missing)?;
    Ok((path.as_str() != "/").then_some(path))
}

fn data_home() -> Option<PathBuf> {
    let named = std::env::var_os("XDG_DATA_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    named.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".local/share")))
}

fn sync_directory(directory: &Path) -> std::io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            match File::open(entry.path()) {
                Ok(file) => file.sync_all()?,
                // Renamed over between listing and opening: its successor is listed or newer than the call.
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
    }
    File::open(directory)?.sync_all()
}

fn sync_file_system(within: &Path) -> std::io::Result<()> {
    let existing = within.ancestors().find(|path| path.is_dir()).unwrap_or_else(|| Path::new("/"));
    Ok(rustix::fs::syncfs(File::open(existing)?)?)
}
