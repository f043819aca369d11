//! The bridge: one for a window, cheap to clone.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;
use signet_api::{Client, Home, Method, launch};
use signet_core::{Failure, Profile};
use tokio::sync::{broadcast, watch};

use crate::answers::InboxCache;
use crate::desk::Desk;
use crate::dispatch::{self, Events, Sink};
use crate::files::{self, Handles};
use crate::prefs::PrefsFile;
use crate::preview::{PreviewResponse, Previews};
use crate::setup::{Setup, homeless};
use crate::wire::{FileFacts, Prefs, Tray, WindowEvent, WindowFacts};

/// Events that wait for a page that is slow to take them.
const WAITING: usize = 256;

/// What stands behind the page.
#[derive(Clone)]
pub struct Bridge {
    pub(crate) setup: Arc<Setup>,
    pub(crate) desk: Arc<dyn Desk>,
    pub(crate) prefs: Arc<PrefsFile>,
    pub(crate) handles: Arc<Handles>,
    pub(crate) previews: Arc<Previews>,
    /// The profile that the window works in, for those who follow it.
    pub(crate) profile: watch::Sender<Profile>,
    /// What happens around the page, for those who follow it.
    pub(crate) around: broadcast::Sender<WindowEvent>,
    /// Kits that wait for the printer.
    pub(crate) prints: Arc<Mutex<Vec<PathBuf>>>,
    pub(crate) inbox: InboxCache,
}

impl Bridge {
    /// A bridge in front of that desk.
    pub fn new(setup: Setup, desk: Arc<dyn Desk>) -> Self {
        let bridge = Self {
            profile: watch::channel(setup.profile).0,
            prefs: Arc::new(PrefsFile::open(&setup.config)),
            desk,
            handles: Arc::default(),
            previews: Arc::default(),
            around: broadcast::channel(WAITING).0,
            prints: Arc::default(),
            inbox: InboxCache::default(),
            setup: Arc::new(setup),
        };
        bridge.remove_stale_prints();
        bridge
    }

    /// Answers a page's call. `events` gets the progress of methods that report it. Dropping the
    /// future ends the call.
    ///
    /// # Errors
    /// The failure that the page shows.
    pub async fn call(
        &self,
        method: &str,
        params: Value,
        events: impl Fn(Value) + Send + Sync + 'static,
    ) -> Result<Value, Failure> {
        let sink: Sink = Arc::new(events);
        dispatch::start(self, method, params, sink).await
    }

    /// What is shown at a preview's address; none if there is none of that token.
    pub fn preview(&self, token: &str) -> Option<PreviewResponse> {
        self.previews.find(token)
    }

    /// Files were dropped on the window.
    pub fn dropped(&self, paths: &[PathBuf]) {
        if let Ok(files) = self.hand_over(paths) {
            self.say(WindowEvent::Hover { over: false });
            self.say(WindowEvent::Dropped { files });
        }
    }

    /// Files are held over the window, or no longer.
    pub fn hover(&self, over: bool) {
        self.say(WindowEvent::Hover { over });
    }

    /// A `signet://` link was opened.
    pub fn link(&self, text: &str) {
        self.say(WindowEvent::Link { text: text.chars().take(2000).collect() });
    }

    /// Tray or menu asks for a place.
    pub fn go(&self, place: &str) {
        self.say(WindowEvent::Go { place: place.into() });
    }

    /// The preferences.
    pub fn prefs(&self) -> Prefs {
        self.prefs.now()
    }

    /// The profile that the window works in.
    pub fn profile(&self) -> Profile {
        *self.profile.borrow()
    }

    /// What the window is.
    pub fn facts(&self) -> WindowFacts {
        WindowFacts {
            version: self.setup.version.clone(),
            platform: std::env::consts::OS.into(),
            profile: self.profile(),
            locale: self.setup.locale.clone(),
            prefs: self.prefs(),
            tray: if self.desk.has_tray() { Tray::There } else { Tray::Absent },
            practice: self.setup.practice,
            gallery: self.setup.gallery,
        }
    }

    /// Leaves nothing behind. Called when the window ends.
    pub fn close(&self) {
        self.forget_prints();
        self.previews.clear();
    }

    /// Starts the agent of the profile unless one answers, so that it is there when the page asks. What goes wrong
    /// is told to the page, which then tries the same (`agent.start`).
    pub async fn wake_agent(&self) {
        if let Ok(home) = self.home() {
            let _ = launch::ensure(&home).await;
        }
    }

    /// The folders of the profile.
    pub(crate) fn home(&self) -> Result<Home, Failure> {
        (self.setup.homes)(self.profile()).ok_or_else(homeless)
    }

    /// The way to the agent of the profile.
    pub(crate) fn client(&self) -> Result<Client, Failure> {
        Ok(Client::new(&self.home()?))
    }

    /// Asks the agent.
    pub(crate) async fn ask<M: Method>(&self, request: &M::Request) -> Result<M::Response, Failure> {
        self.client()?.call::<M>(request).await
    }

    /// Asks the agent and passes its events on.
    pub(crate) async fn forward<M: Method>(
        &self,
        request: &M::Request,
        events: Events<M>,
    ) -> Result<M::Response, Failure> {
        let client = self.client()?;
        if M::STREAMS {
            client.start::<M>(request).await?.finish(|event| events.emit(&event)).await
        } else {
            client.call::<M>(request).await
        }
    }

    /// One of the agent's rows was answered.
    pub(crate) fn passed(&self, method: &str) {
        match method {
            "ceremony.finish" | "ceremony.drop" => self.forget_prints(),
            "lock" => self.forget_opened(),
            _ => {}
        }
    }

    /// What an open vault had shown here goes when it closes.
    pub(crate) fn forget_opened(&self) {
        self.forget_prints();
        self.previews.clear();
    }

    /// Removes the kits that were to be printed.
    pub(crate) fn forget_prints(&self) {
        for path in self.prints.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            let _ = std::fs::remove_file(path); // gone already is as good
        }
    }

    pub(crate) fn say(&self, event: WindowEvent) {
        let _ = self.around.send(event); // no page listens
    }

    /// Makes a file known to the page.
    pub(crate) fn file(&self, path: &Path) -> Result<FileFacts, Failure> {
        Ok(files::look(self.handles.issue(path)?, path, self.setup.user.as_deref()))
    }

    pub(crate) fn hand_over(&self, paths: &[PathBuf]) -> Result<Vec<FileFacts>, Failure> {
        paths.iter().map(|path| self.file(path)).collect()
    }
}
