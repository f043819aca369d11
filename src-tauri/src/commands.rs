//! The two commands of the page: to call a method, and to give it up.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};
use signet_bridge::Bridge;
use signet_core::{Code, Failure};
use tauri::ipc::Channel;
use tauri::{AppHandle, Manager, State};
use tokio::task::AbortHandle;

use crate::tray;

/// The stream of all that happens around the page.
const AROUND: &str = "window.events";

/// Calls under way, by the page's number for them.
#[derive(Default)]
pub(crate) struct Calls(Mutex<HashMap<u64, AbortHandle>>);

impl Calls {
    /// Gives up one call.
    fn cancel(&self, id: u64) {
        if let Some(call) = self.lock().remove(&id) {
            call.abort();
        }
    }

    /// Gives up all: their page is gone.
    pub(crate) fn cancel_all(&self) {
        self.lock().drain().for_each(|(_, call)| call.abort());
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<u64, AbortHandle>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A `signet://` link that was opened before the page listened.
pub(crate) struct Links(Mutex<Option<String>>);

impl Links {
    /// The link of the start.
    pub(crate) fn of(link: Option<String>) -> Self {
        Self(Mutex::new(link))
    }

    fn take(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// A link was opened while the window is there.
pub(crate) fn opened(app: &AppHandle, link: String) {
    if let Some(bridge) = app.try_state::<Bridge>() {
        bridge.link(&link);
    }
}

/// Calls a method of the bridge. Events go through `events`, in order, before the answer.
#[tauri::command]
#[allow(clippy::too_many_arguments)] // what the page sends, and the window's state
pub(crate) async fn call(
    app: AppHandle,
    bridge: State<'_, Bridge>,
    links: State<'_, Links>,
    calls: State<'_, Calls>,
    id: u64,
    method: String,
    params: Value,
    events: Channel<Value>,
) -> Result<Value, Failure> {
    #[cfg(feature = "e2e")]
    signet_bridge::hook::crossed(&json!({ "method": method, "params": params }));
    let bridge = bridge.inner().clone();
    let around = method == AROUND;
    if around && let Some(link) = links.take() {
        let _ = events.send(json!({ "event": "link", "text": link }));
    }
    let work = tokio::spawn(async move {
        let send = move |event: Value| {
            if around {
                tray::follow(&app, &event);
            }
            #[cfg(feature = "e2e")]
            signet_bridge::hook::crossed(&event);
            // A page that is gone reads no more events; its calls are given up when the next one loads.
            let _ = events.send(event);
        };
        bridge.call(&method, params, send).await
    });
    if let Some(old) = calls.lock().insert(id, work.abort_handle()) {
        old.abort();
    }
    let outcome = work.await;
    let mut running = calls.lock();
    if running.get(&id).is_some_and(AbortHandle::is_finished) {
        running.remove(&id);
    }
    drop(running);
    // Given up, or a fault of ours; its words may quote a secret.
    let outcome = outcome.unwrap_or_else(|ended| {
        Err(Failure::new(if ended.is_cancelled() { Code::Cancelled } else { Code::Internal }))
    });
    #[cfg(feature = "e2e")]
    signet_bridge::hook::crossed(&json!({ "answer": outcome }));
    outcome
}

/// Gives up a call. What it set going at the agent ends as the agent sees fit.
#[tauri::command]
pub(crate) fn cancel(calls: State<'_, Calls>, id: u64) {
    calls.cancel(id);
}
