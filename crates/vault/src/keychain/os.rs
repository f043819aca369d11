//! The operating system's keychain, through keyring's platform store.

use std::sync::Arc;
use std::time::Duration;

use signet_crypto::SecretBytes;

use super::entries::Entries;
use super::port::Port;
use super::{ItemName, Keychain, KeychainError, platform};

/// The keychain of this user's session. Calls block for at most the deadline; after a failure of the
/// platform or a time-out the next call builds a new store, and a store that hangs is left behind.
pub struct OsKeychain {
    port: Port<Entries>,
}

impl OsKeychain {
    /// How long a call waits unless told otherwise.
    pub const DEADLINE: Duration = Duration::from_secs(5);

    /// The session's keychain. Does not speak to it yet.
    pub fn new(deadline: Duration) -> Self {
        Self { port: Port::new(deadline, Arc::new(platform::open), platform::explain_delay) }
    }
}

impl Keychain for OsKeychain {
    fn read(&self, item: &ItemName) -> Result<Option<SecretBytes>, KeychainError> {
        self.port.read(item)
    }

    fn write(&self, item: &ItemName, value: &[u8]) -> Result<(), KeychainError> {
        self.port.write(item, value)
    }

    fn delete(&self, item: &ItemName) -> Result<(), KeychainError> {
        self.port.delete(item)
    }

    fn may_still_be_written(&self, item: &ItemName) -> bool {
        self.port.may_still_be_written(item)
    }

    fn sync(&self) -> Result<(), KeychainError> {
        platform::sync()
    }

    fn provider(&self) -> String {
        platform::provider()
    }
}
