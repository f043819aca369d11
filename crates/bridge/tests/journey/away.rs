//! The agent comes and goes; the page hears of it.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use signet_core::Code;

use crate::{draft, page::Page, practice};

/// The events that a page has seen.
struct Seen(Arc<Mutex<Vec<Value>>>, tokio::task::JoinHandle<()>);

impl Seen {
    fn of(page: &Page) -> Self {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (bridge, to) = (page.bridge.clone(), Arc::clone(&seen));
        let pump = tokio::spawn(async move {
            let ended =
                bridge.call("window.events", json!({}), move |event| to.lock().unwrap().push(event)).await;
            panic!("the events ended: {ended:?}");
        });
        Self(seen, pump)
    }

    /// Waits for an event and forgets it and those before it.
    async fn wait(&self, what: &str, matches: impl Fn(&Value) -> bool) -> Value {
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(10) {
            {
                let mut seen = self.0.lock().unwrap();
                if let Some(at) = seen.iter().position(&matches) {
                    return seen.drain(..=at).next_back().unwrap();
                }
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("no {what} in {:?}", self.0.lock().unwrap());
    }
}

impl Drop for Seen {
    fn drop(&mut self) {
        self.1.abort();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn state_sends_and_the_agents_end_are_told() {
    let (page, _) = practice().await;
    let seen = Seen::of(&page);
    let state = |wanted: &'static str| move |event: &Value| event["status"]["vault"]["state"] == wanted;
    seen.wait("open vault", state("unlocked")).await;

    page.call("send", json!({ "draft": draft(&[]) })).await;
    seen.wait("end of the send", |event| event["event"] == "send-ended" && event["state"] == "sent").await;
    // The window's own send needs no notice; the command line's does.
    assert!(page.dialogs.opened.lock().unwrap().is_empty());
    let words = [
        "--sandbox",
        "send",
        "--from",
        "mia@sandbox.example",
        "--to",
        "ada@example.com",
        "--subject",
        "x",
        "--text",
        "y",
    ];
    assert!(page.desk.signet(words).status().unwrap().success());
    seen.wait("send of the command line", |event| {
        event["event"] == "send-began" && event["program"] == "signet"
    })
    .await;
    assert_eq!(*page.dialogs.opened.lock().unwrap(), ["Signet is sending"]);

    let place = page.call("preview.open", json!({ "html": "<p>x", "dark": false })).await;
    let token = place["url"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    assert!(page.desk.signet(["--sandbox", "lock"]).status().unwrap().success());
    seen.wait("lock from elsewhere", state("locked")).await;
    assert!(page.bridge.preview(&token).is_none(), "a preview outlives a lock from elsewhere");

    assert!(page.desk.signet(["--sandbox", "agent", "stop"]).status().unwrap().success());
    let away = seen.wait("the agent's end", |event| event["event"] == "away").await;
    assert_eq!(away["failure"]["code"], Code::AgentAway.as_str());
    assert_eq!(page.refused("status", json!({})).await, Code::AgentAway);
    assert!(page.desk.signet(["--sandbox", "agent", "start"]).status().unwrap().success());
    seen.wait("the agent's return", state("locked")).await;

    page.bridge.dropped(&[page.file("dropped.txt", b"x")]);
    let dropped = seen.wait("drop", |event| event["event"] == "dropped").await;
    assert_eq!(dropped["files"][0]["name"], "dropped.txt");
}
