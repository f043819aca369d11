//! What crosses every boundary when something goes wrong.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Code;

/// A failure as every face shows it: a stable code, what happened, what to do, and facts for details.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Failure {
    /// The stable code.
    pub code: Code,
    /// One sentence: what happened. Never a secret.
    pub what: String,
    /// One sentence: what to do.
    pub remedy: String,
    /// Facts for scripts and the details pane, such as `wait_seconds`, `client_id` or `google_message`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub facts: BTreeMap<String, String>,
}

impl Failure {
    /// The failure with the sentences of its code.
    pub fn new(code: Code) -> Self {
        Self { code, what: code.what().into(), remedy: code.remedy().into(), facts: BTreeMap::new() }
    }

    /// The same with a more exact sentence of what happened.
    #[must_use]
    pub fn what(mut self, what: impl Into<String>) -> Self {
        self.what = what.into();
        self
    }

    /// The same with a more exact remedy.
    #[must_use]
    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = remedy.into();
        self
    }

    /// The same with one more fact.
    #[must_use]
    pub fn fact(mut self, name: &str, value: impl fmt::Display) -> Self {
        self.facts.insert(name.into(), value.to_string());
        self
    }
}

impl From<Code> for Failure {
    fn from(code: Code) -> Self {
        Self::new(code)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} [{}]", self.what, self.remedy, self.code.as_str())
    }
}

impl std::error::Error for Failure {}
