//! A page in front of a real agent: every call goes through here, and all that crosses is kept.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use serde_json::{Value, json};
use signet_api::Home;
use signet_bridge::{Bridge, Desk as Port, Notice, Pick, Save, Setup};
use signet_core::{Code, Failure, Profile};
use signet_testkit::Desk;

/// A page, its window's bridge, and the person's desk behind it.
pub(crate) struct Page {
    pub(crate) desk: Desk,
    pub(crate) bridge: Bridge,
    pub(crate) dialogs: Arc<Dialogs>,
    crossed: Arc<Mutex<Vec<u8>>>,
}

/// Dialogs that are answered by the test.
#[derive(Default)]
pub(crate) struct Dialogs {
    answers: Mutex<VecDeque<Vec<PathBuf>>>,
    pub(crate) opened: Mutex<Vec<String>>,
}

impl Page {
    /// With an agent that runs and a sandbox that does.
    pub(crate) fn new() -> Self {
        let desk = Desk::new();
        for words in [&["--sandbox", "agent", "start"][..], &["--sandbox", "sandbox", "start"]] {
            let started = desk.signet(words).output().unwrap();
            assert!(started.status.success(), "{started:?}");
        }
        Self::at(desk)
    }

    /// Another window at the same desk.
    pub(crate) fn again(self) -> Self {
        Self { crossed: Arc::clone(&self.crossed), ..Self::at(self.desk) }
    }

    fn at(desk: Desk) -> Self {
        let home = desk.home().to_owned();
        let setup = Setup {
            profile: Profile::Sandbox,
            homes: Box::new(move |profile| {
                Home::resolve(profile, |name| (name == "SIGNET_HOME").then(|| home.clone()))
            }),
            programs: |name| signet_testkit::programs().dir().join(name),
            config: desk.home().join("config"),
            user: Some(desk.home().to_owned()),
            locale: "en".into(),
            version: env!("CARGO_PKG_VERSION").into(),
            practice: false,
            gallery: true,
            preview: "signet-preview://localhost/".into(),
            sandbox_only: true,
        };
        let dialogs = Arc::new(Dialogs::default());
        let bridge = Bridge::new(setup, Arc::clone(&dialogs) as Arc<dyn Port>);
        Self { desk, bridge, dialogs, crossed: Arc::default() }
    }

    /// Calls, and keeps what crosses.
    pub(crate) async fn try_call(&self, method: &str, params: Value) -> Result<Value, Failure> {
        self.keep(&params);
        let crossed = Arc::clone(&self.crossed);
        let events = move |event: Value| note(&crossed, &event);
        let answered = self.bridge.call(method, params, events).await;
        self.keep(&json!(answered.as_ref().map_err(|failure| json!(failure))));
        answered
    }

    /// Calls; a failure fails the test.
    #[track_caller]
    pub(crate) fn call(&self, method: &'static str, params: Value) -> impl Future<Output = Value> {
        let caller = std::panic::Location::caller();
        async move {
            let answered = self.try_call(method, params).await;
            answered.unwrap_or_else(|failure| panic!("{method} at {caller}: {failure} {:?}", failure.facts))
        }
    }

    /// Calls; anything but that failure fails the test.
    pub(crate) async fn refused(&self, method: &str, params: Value) -> Code {
        match self.try_call(method, params).await {
            Err(failure) => failure.code,
            Ok(answer) => panic!("{method} answered {answer}"),
        }
    }

    /// The next dialog is answered with these.
    pub(crate) fn answer(&self, paths: &[&Path]) {
        let paths = paths.iter().map(|path| (*path).to_owned()).collect();
        self.dialogs.answers.lock().unwrap().push_back(paths);
    }

    /// Picks a file by dialog and returns its handle.
    pub(crate) async fn pick(&self, path: &Path) -> String {
        self.answer(&[path]);
        let picked = self.call("files.pick", json!({ "purpose": "attachment", "multiple": false })).await;
        picked["files"][0]["handle"].as_str().unwrap().to_owned()
    }

    /// A file in the person's home.
    pub(crate) fn file(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.desk.home().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    /// All that crossed so far; from now on it begins anew.
    pub(crate) fn crossed(&self) -> Vec<u8> {
        std::mem::take(&mut self.crossed.lock().unwrap())
    }

    fn keep(&self, value: &Value) {
        note(&self.crossed, value);
    }
}

fn note(crossed: &Mutex<Vec<u8>>, value: &Value) {
    let mut crossed = crossed.lock().unwrap();
    serde_json::to_writer(&mut *crossed, value).unwrap();
    crossed.push(b'\n');
}

#[async_trait]
impl Port for Dialogs {
    async fn pick_files(&self, _: Pick) -> Vec<PathBuf> {
        self.answers.lock().unwrap().pop_front().unwrap_or_default()
    }

    async fn pick_folder(&self, _: &str) -> Option<PathBuf> {
        self.answers.lock().unwrap().pop_front()?.pop()
    }

    async fn save_file(&self, _: Save) -> Option<PathBuf> {
        self.answers.lock().unwrap().pop_front()?.pop()
    }

    fn open_url(&self, url: &str) -> Result<(), String> {
        self.opened.lock().unwrap().push(url.into());
        Ok(())
    }

    fn open_path(&self, path: &Path) -> Result<(), String> {
        self.opened.lock().unwrap().push(path.display().to_string());
        Ok(())
    }

    fn notify(&self, notice: Notice) {
        self.opened.lock().unwrap().push(notice.title);
    }

    fn raise(&self) {}

    fn has_tray(&self) -> bool {
        false
    }
}
