//! W3C WebDriver, as WebKit's own driver speaks it.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::http;

/// A running WebKitWebDriver. Dropping it ends it, and the window it started.
#[derive(Debug)]
pub struct Driver {
    child: Child,
    port: u16,
}

/// A window under the driver's control.
#[derive(Clone, Debug)]
pub struct Session {
    port: u16,
    path: String,
}

/// An element of the page, as long as it is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element(String);

/// What the driver says went wrong, such as `stale element reference`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The name of the fault in the specification; `lost` when the driver or the window is gone.
    pub error: String,
    /// Its words.
    pub message: String,
}

/// The key under which the specification hides an element's id.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
/// Draws a point in a corner, all but invisible, anew for a second.
const STIR: &str = "const dot = document.createElement('i');
    dot.style = 'position: fixed; right: 0; bottom: 0; width: 1px; height: 1px';
    document.body.append(dot);
    let times = 0;
    const timer = setInterval(() => {
      dot.style.background = `rgba(0, 0, 0, ${0.01 + 0.01 * (times++ % 2)})`;
      if (times > 60) { clearInterval(timer); dot.remove(); }
    }, 16);
    return 1";
/// The longest that any answer takes: a whole axe run on a slow machine.
const PATIENCE: Duration = Duration::from_secs(30);

impl Driver {
    /// Starts the driver; what it starts inherits `command`'s environment.
    pub fn start(mut command: Command) -> Self {
        let port = free_port();
        command.arg(format!("--port={port}")).stdin(Stdio::null()).stdout(Stdio::null());
        let child = command.spawn().expect("WebKitWebDriver: run scripts/setup");
        let began = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            assert!(began.elapsed() < Duration::from_secs(20), "WebKitWebDriver does not listen");
            std::thread::sleep(Duration::from_millis(10));
        }
        Self { child, port }
    }

    /// Starts a program with these arguments and takes control of its window.
    ///
    /// # Errors
    /// What the driver says.
    pub fn open(&self, program: &std::path::Path, arguments: &[&str]) -> Result<Session, Fault> {
        let options = json!({ "binary": program, "args": arguments });
        let wish = json!({ "capabilities": { "alwaysMatch": { "webkitgtk:browserOptions": options } } });
        // A program that may not be driven lets the driver wait for ever.
        let answer = ask_within(self.port, "POST", "/session", Some(&wish), Duration::from_secs(30))?;
        let id = answer["sessionId"].as_str().unwrap_or_default();
        let session = Session { port: self.port, path: format!("/session/{id}") };
        session.post("/timeouts", &json!({ "script": 20_000, "implicit": 0, "pageLoad": 15_000 }))?;
        Ok(session)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Session {
    /// Runs a function body in the page; elements go in and come out as references.
    ///
    /// # Errors
    /// What the script threw, or that the window is gone.
    pub fn script(&self, body: &str, arguments: &[Value]) -> Result<Value, Fault> {
        self.post("/execute/sync", &json!({ "script": body, "args": arguments }))
    }

    /// The same for a body whose last argument is the function to call with the result.
    ///
    /// # Errors
    /// What the script threw, or that the window is gone.
    pub fn async_script(&self, body: &str, arguments: &[Value]) -> Result<Value, Fault> {
        self.post("/execute/async", &json!({ "script": body, "args": arguments }))
    }

    /// Clicks in the middle of an element, where a person would; something else in front is a fault.
    ///
    /// # Errors
    /// `element click intercepted`, `stale element reference` and the like.
    pub fn click(&self, element: &Element) -> Result<(), Fault> {
        self.post(&format!("/element/{}/click", element.0), &json!({})).map(drop)
    }

    /// Types into an element.
    ///
    /// # Errors
    /// `element not interactable` and the like.
    pub fn type_into(&self, element: &Element, text: &str) -> Result<(), Fault> {
        self.post(&format!("/element/{}/value", element.0), &json!({ "text": text })).map(drop)
    }

    /// Key events as from a keyboard: each is (`keyDown` or `keyUp`, key).
    ///
    /// # Errors
    /// What the driver says.
    pub fn keys(&self, events: &[(&str, String)]) -> Result<(), Fault> {
        let steps: Vec<Value> =
            events.iter().map(|(kind, key)| json!({ "type": kind, "value": key })).collect();
        let actions = json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": steps }] });
        self.post("/actions", &actions).map(drop)
    }

    /// Clicks at a point of the page, whatever is there, also in a frame.
    ///
    /// # Errors
    /// What the driver says.
    pub fn click_at(&self, x: i32, y: i32) -> Result<(), Fault> {
        let steps = json!([
            { "type": "pointerMove", "x": x, "y": y, "origin": "viewport" },
            { "type": "pointerDown", "button": 0 }, { "type": "pointerUp", "button": 0 },
        ]);
        let actions = json!({ "actions": [{ "type": "pointer", "id": "mouse", "actions": steps }] });
        self.post("/actions", &actions).map(drop)
    }

    /// A picture of the page, PNG.
    ///
    /// # Errors
    /// What the driver says.
    pub fn screenshot(&self) -> Result<Vec<u8>, Fault> {
        // The driver waits for the next frame, and a page at rest draws none.
        self.script(STIR, &[])?;
        let answer = self.get("/screenshot")?;
        let text = answer.as_str().unwrap_or_default();
        Ok(data_encoding::BASE64.decode(text.as_bytes()).unwrap_or_default())
    }

    /// Gives the window this size in pixels.
    ///
    /// # Errors
    /// What the driver says.
    pub fn resize(&self, width: u32, height: u32) -> Result<(), Fault> {
        self.post("/window/rect", &json!({ "x": 0, "y": 0, "width": width, "height": height })).map(drop)
    }

    /// Goes to another page.
    ///
    /// # Errors
    /// What the driver says.
    pub fn go(&self, address: &str) -> Result<(), Fault> {
        self.post("/url", &json!({ "url": address })).map(drop)
    }

    /// Loads the page again.
    ///
    /// # Errors
    /// What the driver says.
    pub fn reload(&self) -> Result<(), Fault> {
        self.post("/refresh", &json!({})).map(drop)
    }

    /// The page's address.
    ///
    /// # Errors
    /// What the driver says.
    pub fn address(&self) -> Result<String, Fault> {
        Ok(self.get("/url")?.as_str().unwrap_or_default().to_owned())
    }

    /// The window's title.
    ///
    /// # Errors
    /// What the driver says.
    pub fn title(&self) -> Result<String, Fault> {
        Ok(self.get("/title")?.as_str().unwrap_or_default().to_owned())
    }

    /// Goes into a frame, or back to the page.
    ///
    /// # Errors
    /// `no such frame` and the like.
    pub fn frame(&self, element: Option<&Element>) -> Result<(), Fault> {
        let id = element.map_or(Value::Null, Element::reference);
        self.post("/frame", &json!({ "id": id })).map(drop)
    }

    /// Ends the session, which closes the window.
    pub fn close(&self) {
        let _ = ask(self.port, "DELETE", &self.path, None);
    }

    fn get(&self, path: &str) -> Result<Value, Fault> {
        ask(self.port, "GET", &format!("{}{path}", self.path), None)
    }

    fn post(&self, path: &str, body: &Value) -> Result<Value, Fault> {
        ask(self.port, "POST", &format!("{}{path}", self.path), Some(body))
    }
}

impl Element {
    /// An element that a script returned.
    pub fn of(value: &Value) -> Option<Self> {
        Some(Self(value[ELEMENT].as_str()?.to_owned()))
    }

    /// The element as an argument of a script.
    pub fn reference(&self) -> Value {
        json!({ ELEMENT: self.0 })
    }
}

fn ask(port: u16, method: &str, path: &str, body: Option<&Value>) -> Result<Value, Fault> {
    ask_within(port, method, path, body, PATIENCE)
}

fn ask_within(
    port: u16,
    method: &str,
    path: &str,
    body: Option<&Value>,
    patience: Duration,
) -> Result<Value, Fault> {
    let lost = |error: std::io::Error| Fault { error: "lost".into(), message: error.to_string() };
    let mut answer = http::request(port, method, path, body, patience).map_err(lost)?;
    let value = answer["value"].take();
    match value["error"].as_str() {
        Some(error) => Err(Fault {
            error: error.to_owned(),
            message: value["message"].as_str().unwrap_or_default().to_owned(),
        }),
        None => Ok(value),
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("an address").port()
}
