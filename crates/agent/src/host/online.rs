//! Which devices are connected, one connection each, and how to close them.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use signet_core::DeviceHash;
use tokio::sync::watch;

/// The connections.
#[derive(Default)]
pub(crate) struct Online(Mutex<HashMap<DeviceHash, watch::Sender<bool>>>);

impl Online {
    /// A device connects; an earlier connection of the same device is closed.
    pub(crate) fn enter(&self, device: DeviceHash) -> watch::Receiver<bool> {
        let (close, closed) = watch::channel(false);
        let earlier = self.lock().insert(device, close);
        if let Some(earlier) = earlier {
            earlier.send_replace(true);
        }
        closed
    }

    /// A connection has ended. Another one of the same device stays.
    pub(crate) fn leave(&self, device: DeviceHash, ended: &watch::Receiver<bool>) {
        let mut online = self.lock();
        if online.get(&device).is_some_and(|close| close.subscribe().same_channel(ended)) {
            online.remove(&device);
        }
    }

    /// Closes a device's connection; returns whether there was one.
    pub(crate) fn close(&self, device: DeviceHash) -> bool {
        self.lock().remove(&device).is_some_and(|close| close.send(true).is_ok())
    }

    /// Closes all.
    pub(crate) fn close_all(&self) {
        for (_, close) in self.lock().drain() {
            close.send_replace(true);
        }
    }

    /// Whether that device is connected.
    pub(crate) fn holds(&self, device: DeviceHash) -> bool {
        self.lock().contains_key(&device)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<DeviceHash, watch::Sender<bool>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_connection_of_a_device_ends_the_first_and_outlives_it() {
        let online = Online::default();
        let device = DeviceHash::from_bytes([1; 32]);
        let first = online.enter(device);
        let second = online.enter(device);
        assert!(*first.borrow() && !*second.borrow());
        online.leave(device, &first);
        assert!(online.holds(device));
        assert!(online.close(device) && *second.borrow());
        assert!(!online.close(device));
    }
}
