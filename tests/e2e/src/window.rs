//! The window, as a person uses it.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::driver::{Element, Fault, Session};
use crate::{Pictures, Target};

/// A driven window. It takes part in nothing: closing it is the stage's business.
#[derive(Debug)]
pub struct Window {
    session: Session,
    pictures: Pictures,
}

/// A key without a character of its own (WebDriver's private code points).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "their names say it")]
pub enum Key {
    Tab,
    BackTab,
    Enter,
    Escape,
    Space,
    Backspace,
    Delete,
    Up,
    Down,
    Left,
    Right,
    Home,
    End,
    PageDown,
    PageUp,
    F2,
}

/// How long something may take to appear.
const PATIENCE: Duration = Duration::from_secs(20);
const FINDER: &str = include_str!("page.js");

impl Window {
    /// A window with a folder for its pictures.
    pub fn new(session: Session, pictures: Pictures) -> Self {
        Self { session, pictures }
    }

    /// The bare connection.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Its pictures, for the next window of the same journey.
    pub fn into_pictures(self) -> Pictures {
        self.pictures
    }

    /// Where its pictures go.
    pub fn pictures(&self) -> &Pictures {
        &self.pictures
    }

    /// Clicks, once it is there and nothing covers it.
    #[track_caller]
    pub fn click(&self, target: &Target) {
        self.until(&format!("to click {target:?}"), || {
            let element = self.find(target)?;
            self.session.click(&element).ok()
        });
    }

    /// Puts a text into a field in place of what is there, key by key.
    #[track_caller]
    pub fn fill(&self, target: &Target, text: &str) {
        self.until(&format!("to fill {target:?}"), || {
            let element = self.find(target)?;
            self.session
                .script("arguments[0].focus(); arguments[0].select?.(); return true", &[element.reference()])
                .ok()?;
            self.session.type_into(&element, text).ok()
        });
    }

    /// Types at the end of what is there.
    #[track_caller]
    pub fn append(&self, target: &Target, text: &str) {
        self.until(&format!("to type into {target:?}"), || {
            let element = self.find(target)?;
            self.session.type_into(&element, text).ok()
        });
    }

    /// A field's text.
    #[track_caller]
    pub fn value(&self, target: &Target) -> String {
        let element = self.wait_for(target);
        let value = self.run("return arguments[0].value ?? arguments[0].textContent", &[element.reference()]);
        value.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until it is there.
    #[track_caller]
    pub fn wait_for(&self, target: &Target) -> Element {
        self.until(&format!("for {target:?}"), || self.find(target))
    }

    /// Waits until it is there and can be used.
    #[track_caller]
    pub fn wait_enabled(&self, target: &Target) -> Element {
        self.until(&format!("for {target:?} to be enabled"), || {
            let element = self.find(target)?;
            let script = "return !arguments[0].disabled && arguments[0].ariaDisabled !== 'true'";
            (self.session.script(script, &[element.reference()]).ok()? == true).then_some(element)
        })
    }

    /// Waits until it is gone.
    #[track_caller]
    pub fn wait_gone(&self, target: &Target) {
        self.until(&format!("for {target:?} to go"), || self.find(target).is_none().then_some(()));
    }

    /// Waits until the page shows these words.
    #[track_caller]
    pub fn wait_text(&self, words: &str) {
        self.wait_text_for(words, PATIENCE);
    }

    /// Waits for these words for as long as that.
    #[track_caller]
    pub fn wait_text_for(&self, words: &str, patience: Duration) {
        self.until_for(&format!("for the words {words:?}"), patience, || {
            squeeze(&self.text()).contains(&squeeze(words)).then_some(())
        });
    }

    /// Waits until one of these is shown; which.
    #[track_caller]
    pub fn wait_any_text(&self, words: &[&str]) -> usize {
        self.until(&format!("for one of {words:?}"), || {
            let text = squeeze(&self.text());
            words.iter().position(|words| text.contains(&squeeze(words)))
        })
    }

    /// Whether it is there now.
    pub fn has(&self, target: &Target) -> bool {
        self.find(target).is_some()
    }

    /// Everything that the page shows as text.
    pub fn text(&self) -> String {
        let text = self.session.script("return document.body.innerText", &[]).unwrap_or_default();
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Presses a key.
    #[track_caller]
    pub fn press(&self, key: Key) {
        let code = key.code().to_string();
        if key == Key::BackTab {
            let (shift, tab) = ('\u{E008}'.to_string(), '\u{E004}'.to_string());
            let events =
                [("keyDown", shift.clone()), ("keyDown", tab.clone()), ("keyUp", tab), ("keyUp", shift)];
            self.session.keys(&events).expect("a key");
            return;
        }
        self.session.keys(&[("keyDown", code.clone()), ("keyUp", code)]).expect("a key");
    }

    /// Presses a character with Ctrl (and Shift) held.
    #[track_caller]
    pub fn chord(&self, shift: bool, key: &str) {
        let mut held = vec!['\u{E009}'.to_string()];
        if shift {
            held.push('\u{E008}'.to_string());
        }
        let mut events: Vec<(&str, String)> = held.iter().map(|key| ("keyDown", key.clone())).collect();
        events.extend([("keyDown", key.to_owned()), ("keyUp", key.to_owned())]);
        events.extend(held.into_iter().rev().map(|key| ("keyUp", key)));
        self.session.keys(&events).expect("a chord");
    }

    /// Types at the focus, key by key.
    #[track_caller]
    pub fn type_keys(&self, text: &str) {
        let keys = text.chars().flat_map(|c| [("keyDown", c.to_string()), ("keyUp", c.to_string())]);
        self.session.keys(&keys.collect::<Vec<_>>()).expect("keys");
    }

    /// What has the focus: its role and name.
    pub fn focus(&self) -> (String, String) {
        let at = self.run(&format!("{FINDER} return describe(document.activeElement)"), &[]);
        let text = |name: &str| at[name].as_str().unwrap_or_default().to_owned();
        (text("role"), text("name"))
    }

    /// Presses Tab until the target has the focus.
    #[track_caller]
    pub fn tab_to(&self, target: &Target) {
        let script = format!("{FINDER} return find(arguments[0]) === document.activeElement");
        for _ in 0..80 {
            if self.run(&script, &[target.json()]) == true {
                return;
            }
            self.press(Key::Tab);
        }
        self.picture("no-way-there");
        panic!("Tab never reaches {target:?}; the focus is at {:?}", self.focus());
    }

    /// Keeps a picture.
    pub fn picture(&self, name: &str) {
        // Two frames: what was asked for last has been painted.
        let settled =
            "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done(1)))";
        let _ = self.session.async_script(settled, &[]);
        if let Ok(png) = self.session.screenshot() {
            self.pictures.keep(name, &png);
        }
    }

    /// Runs a script that has to work.
    #[track_caller]
    pub fn run(&self, body: &str, arguments: &[Value]) -> Value {
        self.session.script(body, arguments).unwrap_or_else(|fault| panic!("{fault:?}"))
    }

    /// The same with the finder's functions (`find`, `nameOf`, `roleOf`, `isVisible`) at hand.
    #[track_caller]
    pub fn run_with_finder(&self, body: &str, arguments: &[Value]) -> Value {
        self.run(&format!("{FINDER} {body}"), arguments)
    }

    /// Calls a method behind the page, past what the page shows.
    #[track_caller]
    pub fn call(&self, method: &str, params: &Value) -> Result<Value, Value> {
        let body = "const [method, params, done] = arguments;
            const id = 1e9 + Math.floor(Math.random() * 1e6);
            const internals = window.__TAURI_INTERNALS__;
            const channel = `__CHANNEL__:${internals.transformCallback(() => {})}`;
            internals.invoke('call', { id, method, params, events: channel }).then(
              (result) => done({ ok: result ?? null }), (failure) => done({ failure }));";
        let answer = self.session.async_script(body, &[json!(method), params.clone()]);
        let mut answer = answer.unwrap_or_else(|fault| panic!("{method}: {fault:?}"));
        if answer["failure"].is_null() { Ok(answer["ok"].take()) } else { Err(answer["failure"].take()) }
    }

    /// Gives the page this size in pixels.
    #[track_caller]
    pub fn resize(&self, width: u32, height: u32) {
        let mut asked = (width, height);
        self.until("for the new size", || {
            self.session.resize(asked.0, asked.1).ok()?;
            std::thread::sleep(Duration::from_millis(60));
            let inner = self.session.script("return [innerWidth, innerHeight]", &[]).ok()?;
            let side = |index: usize| u32::try_from(inner[index].as_u64().unwrap_or(0)).unwrap_or(0);
            // Around the page there may be a frame.
            asked = (asked.0 + width - side(0).min(width), asked.1 + height - side(1).min(height));
            (inner == json!([width, height])).then_some(())
        });
    }

    /// The element, if it is there now.
    pub fn find(&self, target: &Target) -> Option<Element> {
        let script = format!("{FINDER} return find(arguments[0])");
        Element::of(&self.session.script(&script, &[target.json()]).ok()?)
    }

    /// Tries until something is there.
    #[track_caller]
    pub fn until<T>(&self, what: &str, attempt: impl FnMut() -> Option<T>) -> T {
        self.until_for(what, PATIENCE, attempt)
    }

    /// Tries for as long as that.
    #[track_caller]
    pub fn until_for<T>(&self, what: &str, patience: Duration, mut attempt: impl FnMut() -> Option<T>) -> T {
        let began = Instant::now();
        loop {
            if let Some(found) = attempt() {
                return found;
            }
            if began.elapsed() > patience {
                self.picture("waited-in-vain");
                panic!("waited in vain {what}; the page shows:\n{}", self.text());
            }
            std::thread::sleep(Duration::from_millis(40));
        }
    }

    /// Whether the window answers at all.
    pub fn answers(&self) -> Result<(), Fault> {
        self.session.script("return 1", &[]).map(drop)
    }
}

impl Key {
    fn code(self) -> char {
        match self {
            Self::Tab | Self::BackTab => '\u{E004}',
            Self::Enter => '\u{E007}',
            Self::Escape => '\u{E00C}',
            Self::Space => ' ',
            Self::Backspace => '\u{E003}',
            Self::Delete => '\u{E017}',
            Self::Up => '\u{E013}',
            Self::Down => '\u{E015}',
            Self::Left => '\u{E012}',
            Self::Right => '\u{E014}',
            Self::Home => '\u{E011}',
            Self::End => '\u{E010}',
            Self::PageDown => '\u{E00F}',
            Self::PageUp => '\u{E00E}',
            Self::F2 => '\u{E032}',
        }
    }
}

fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
