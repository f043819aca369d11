//! Who is at the other end of a connection: a key that has been proven, and the session it opened.

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};

use signet_core::DeviceHash;
use signet_crypto::VerifyingKey;
use signet_team::device_hash;

/// The other end of one connection.
pub(crate) struct Guest {
    key: VerifyingKey,
    device: DeviceHash,
    exporter: [u8; 32],
    address: IpAddr,
    /// Whether the device has presented its join state in this connection.
    open: AtomicBool,
}

impl Guest {
    /// Whoever holds that key. Only the listener makes one, after the handshake.
    pub(crate) fn new(key: VerifyingKey, exporter: [u8; 32], address: IpAddr) -> Self {
        Self { device: device_hash(&key), key, exporter, address, open: AtomicBool::new(false) }
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

    /// Notes that the join state was accepted. False if it was already: it is presented once.
    pub(crate) fn opens(&self) -> bool {
        !self.open.swap(true, Ordering::AcqRel)
    }

    /// The join state was not accepted after all.
    pub(crate) fn closes(&self) {
        self.open.store(false, Ordering::Release);
    }

    pub(crate) fn is_open(&self) -> bool {
        self.open.load(Ordering::Acquire)
    }
}
