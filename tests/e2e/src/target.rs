//! What a person would point at: a role and a name, as assistive technology knows them.

use serde_json::{Value, json};

/// How a name is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Name {
    /// Exactly this.
    Is(String),
    /// This somewhere in it.
    Has(String),
    /// Whatever.
    Any,
}

/// A control, or a part of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    role: String,
    name: Name,
    nth: usize,
}

/// A part with this role and exactly this name.
pub fn target(role: &str, name: impl Into<String>) -> Target {
    Target { role: role.to_owned(), name: Name::Is(name.into()), nth: 0 }
}

/// A button.
pub fn button(name: impl Into<String>) -> Target {
    target("button", name)
}

/// A field for text.
pub fn field(name: impl Into<String>) -> Target {
    target("textbox", name)
}

/// A heading.
pub fn heading(name: impl Into<String>) -> Target {
    target("heading", name)
}

/// A link.
pub fn link(name: impl Into<String>) -> Target {
    target("link", name)
}

/// A tab.
pub fn tab(name: impl Into<String>) -> Target {
    target("tab", name)
}

impl Target {
    /// Any name that has these words in it.
    #[must_use]
    pub fn with(role: &str, words: impl Into<String>) -> Self {
        Self { name: Name::Has(words.into()), ..target(role, "") }
    }

    /// Any of that role.
    #[must_use]
    pub fn any(role: &str) -> Self {
        Self { name: Name::Any, ..target(role, "") }
    }

    /// Not the first of its kind, but the one after `nth` others.
    #[must_use]
    pub fn nth(mut self, nth: usize) -> Self {
        self.nth = nth;
        self
    }

    /// As the page's helper reads it.
    pub(crate) fn json(&self) -> Value {
        let (how, name) = match &self.name {
            Name::Is(name) => ("is", name.as_str()),
            Name::Has(words) => ("has", words.as_str()),
            Name::Any => ("any", ""),
        };
        json!({ "role": self.role, "how": how, "name": name, "nth": self.nth })
    }
}
