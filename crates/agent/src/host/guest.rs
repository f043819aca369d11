//! Who is at the other end of a connection: a key that has been proven, and the session it opened.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use signet_core::DeviceHash;
use signet_crypto::VerifyingKey;
use signet_team::device_hash;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Requests of one connection that are worked on at once, those included that it has given up.
const AT_ONCE: usize = 8;

/// Nothing has been presented.
const NEW: u8 = 0;
/// The join state is being compared.
const PRESENTING: u8 = 1;
/// It was accepted.
const OPEN: u8 = 2;

/// The other end of one connection.
pub(crate) struct Guest {
    key: VerifyingKey,
    device: DeviceHash,
    exporter: [u8; 32],
    address: IpAddr,
    /// Whether the device has presented its join state in this connection.
    session: AtomicU8,
    work: Arc<Semaphore>,
}

impl Guest {
    /// Whoever holds that key. Only the listener makes one, after the handshake.
    pub(crate) fn new(key: VerifyingKey, exporter: [u8; 32], address: IpAddr) -> Self {
        let (session, work) = (AtomicU8::new(NEW), Arc::new(Semaphore::new(AT_ONCE)));
        Self { device: device_hash(&key), key, exporter, address, session, work }
    }

    pub(crate) const fn key(&self) -> VerifyingKey {
        self.key
    }

    pub(crate) const fn device(&self) -> DeviceHash {
        self.device
    }

    pub(crate) const fn exporter(&self) -> &[u8; 32] {
        &self.exporter
    }

    pub(crate) const fn address(&self) -> IpAddr {
        self.address
    }

    /// Begins to present the join state. False if that was done before: it is presented once.
    pub(crate) fn presents(&self) -> bool {
        self.session.compare_exchange(NEW, PRESENTING, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }

    /// The join state was accepted, or was not after all. Nothing is served before.
    pub(crate) fn presented(&self, accepted: bool) {
        self.session.store(if accepted { OPEN } else { NEW }, Ordering::Release);
    }

    pub(crate) fn is_open(&self) -> bool {
        self.session.load(Ordering::Acquire) == OPEN
    }

    /// A place for one request, to be held until its work has ended, whether or not anybody still waits for
    /// the answer. None if there is none any more.
    pub(crate) async fn work(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.work).acquire_owned().await.ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use signet_crypto::{SigningKey, system_rng};

    #[test]
    fn a_session_opens_only_when_its_join_state_was_accepted() {
        let key = SigningKey::make(&mut system_rng()).public();
        let guest = Guest::new(key, [0; 32], "192.0.2.1".parse().unwrap());
        assert!(guest.presents());
        assert!(!guest.is_open(), "it is still being compared");
        assert!(!guest.presents(), "and not presented a second time meanwhile");
        guest.presented(false);
        assert!(!guest.is_open());
        assert!(guest.presents());
        guest.presented(true);
        assert!(guest.is_open() && !guest.presents());
    }
}
