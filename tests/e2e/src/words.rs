//! What the window says, from the same catalogue: a changed wording changes the tests with it.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde_json::Value;
use signet_testkit::workspace_root;

/// A language of the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Language {
    /// `en`.
    #[default]
    English,
    /// `de`.
    German,
}

/// The English text of a message.
#[track_caller]
pub fn t(key: &str) -> String {
    t_in(Language::English, key)
}

/// The text of a message in a language.
#[track_caller]
pub fn t_in(language: Language, key: &str) -> String {
    let words = catalogue(language);
    words.get(key).unwrap_or_else(|| panic!("no message {key}")).clone()
}

/// The English text with its slots filled in.
#[track_caller]
pub fn t_with(key: &str, slots: &[(&str, &str)]) -> String {
    let fill = |text: String, (name, value): &(&str, &str)| text.replace(&format!("{{{name}}}"), value);
    slots.iter().fold(t(key), fill)
}

fn catalogue(language: Language) -> &'static BTreeMap<String, String> {
    static ENGLISH: OnceLock<BTreeMap<String, String>> = OnceLock::new();
    static GERMAN: OnceLock<BTreeMap<String, String>> = OnceLock::new();
    match language {
        Language::English => ENGLISH.get_or_init(|| read("en.json")),
        Language::German => GERMAN.get_or_init(|| read("de.json")),
    }
}

fn read(file: &str) -> BTreeMap<String, String> {
    let areas = std::fs::read_dir(workspace_root().join("ui/messages")).expect("the catalogue");
    let mut words = BTreeMap::new();
    for area in areas.filter_map(Result::ok) {
        let Ok(text) = std::fs::read(area.path().join(file)) else { continue };
        let json: BTreeMap<String, Value> = serde_json::from_slice(&text).expect("JSON");
        words.extend(json.into_iter().filter_map(|(key, text)| Some((key, text.as_str()?.to_owned()))));
    }
    words
}
