//! A request to stop, shared between whoever may ask and the send that listens.

use std::sync::Arc;

use tokio::sync::watch;

/// Stops a send: clone it, keep one, hand the other to [`crate::Google::send`].
#[derive(Clone)]
pub struct Cancel(Arc<watch::Sender<bool>>);

impl Cancel {
    /// A signal that nobody has raised yet.
    pub fn new() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }

    /// Asks the send to stop. A last chunk that is on its way already is heard out first.
    pub fn cancel(&self) {
        self.0.send_replace(true);
    }

    /// Whether somebody asked.
    pub fn is_cancelled(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until somebody asks.
    pub async fn cancelled(&self) {
        // `self` keeps the sender alive, so the only way out is the signal.
        let _ = self.0.subscribe().wait_for(|raised| *raised).await;
    }
}

impl Default for Cancel {
    fn default() -> Self {
        Self::new()
    }
}
