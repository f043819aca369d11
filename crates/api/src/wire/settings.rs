//! `settings.*`.

use serde::{Deserialize, Serialize};

/// What can be set. Sealed in the vault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Settings {
    /// Lock after so many seconds without use; 0 = never. 600 by default.
    pub idle_lock_seconds: u64,
    /// Lock when the computer sleeps.
    pub lock_on_suspend: bool,
    /// Lock when the screen is locked.
    pub lock_on_screen_lock: bool,
    /// Keep sent messages for so many days; 0 = keep none. 90 by default.
    pub history_days: u32,
    /// `system`, `none` or a URL. The sandbox never uses one.
    pub proxy: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            idle_lock_seconds: 600,
            lock_on_suspend: true,
            lock_on_screen_lock: true,
            history_days: 90,
            proxy: "system".into(),
        }
    }
}

/// What to change; what is not named stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "bindings", ts(optional_fields = nullable))]
pub struct SettingsPatch {
    /// See [`Settings::idle_lock_seconds`].
    pub idle_lock_seconds: Option<u64>,
    /// See [`Settings::lock_on_suspend`].
    pub lock_on_suspend: Option<bool>,
    /// See [`Settings::lock_on_screen_lock`].
    pub lock_on_screen_lock: Option<bool>,
    /// See [`Settings::history_days`].
    pub history_days: Option<u32>,
    /// See [`Settings::proxy`].
    pub proxy: Option<String>,
}
