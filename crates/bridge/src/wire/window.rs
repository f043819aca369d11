//! `window.*`, `prefs.*`, `profile.*`, `place.*`, `command.*`.

use serde::{Deserialize, Serialize};
use signet_api::wire::{Draft, StatusReport};
use signet_core::{Failure, Profile, RequestId};

use super::FileFacts;

/// What the window is.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct WindowFacts {
    /// Version of the window.
    pub version: String,
    /// `linux`, `macos` or `windows`.
    pub platform: String,
    /// The profile it works in.
    pub profile: Profile,
    /// The desktop's language and region, as BCP 47: `en-GB`. Never the page's own guess.
    pub locale: String,
    /// The person's choices.
    pub prefs: Prefs,
    /// Whether there is a tray to close into, and why not otherwise.
    pub tray: Tray,
    /// Whether the window was started for the practice.
    pub practice: bool,
    /// Whether this is a test build: the state gallery is there.
    pub gallery: bool,
}

/// Whether there is a tray.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Tray {
    /// A status area answers on the session bus.
    There,
    /// None answers: the window does not hide where nobody could find it.
    Absent,
}

/// The person's choices for the window, kept outside any vault.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(default)]
pub struct Prefs {
    /// Theme.
    pub theme: Theme,
    /// `system`, `en`, `de`, or `en-XA` in test builds.
    pub language: String,
    /// Text size in percent: 80, 90, 100, 110, 125 or 150.
    pub text_size: u16,
    /// Rows of lists closer together.
    pub compact: bool,
    /// Say so when a program other than this window sends.
    pub notifications: bool,
    /// Closing the window keeps Signet in the tray.
    pub close_to_tray: bool,
    /// Wait before a message to other domains goes out, in seconds: 0, 5 or 10.
    pub undo_seconds: u16,
    /// Domains that count as one's own; without, the sender's.
    pub own_domains: Vec<String>,
}

impl Default for Prefs {
    fn default() -> Self {
        Self {
            theme: Theme::System,
            language: "system".into(),
            text_size: 100,
            compact: false,
            notifications: true,
            close_to_tray: false,
            undo_seconds: 5,
            own_domains: Vec::new(),
        }
    }
}

/// Light or dark.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[derive(Copy, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Theme {
    /// As the desktop.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// What to change; what is not named stays.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[derive(Default)]
#[cfg_attr(test, ts(optional_fields = nullable))]
#[serde(deny_unknown_fields, default)]
pub struct PrefsPatch {
    /// See [`Prefs::theme`].
    pub theme: Option<Theme>,
    /// See [`Prefs::language`].
    pub language: Option<String>,
    /// See [`Prefs::text_size`].
    pub text_size: Option<u16>,
    /// See [`Prefs::compact`].
    pub compact: Option<bool>,
    /// See [`Prefs::notifications`].
    pub notifications: Option<bool>,
    /// See [`Prefs::close_to_tray`].
    pub close_to_tray: Option<bool>,
    /// See [`Prefs::undo_seconds`].
    pub undo_seconds: Option<u16>,
    /// See [`Prefs::own_domains`].
    pub own_domains: Option<Vec<String>>,
}

/// Chooses a profile.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct ProfileChoice {
    /// Which.
    pub profile: Profile,
}

/// What happens around the page.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case", tag = "event")]
#[allow(clippy::large_enum_variant, reason = "a few a second at most, and never many at once")]
pub enum WindowEvent {
    /// The agent's state; first at once, then whenever it changes.
    Status {
        /// The state.
        status: StatusReport,
    },
    /// The agent cannot be reached, or is of another version.
    Away {
        /// Why.
        failure: Failure,
    },
    /// History, drafts, keys, settings or audit changed, by whichever client.
    Changed {
        /// Which.
        area: String,
    },
    /// Another program sends.
    SendBegan {
        /// The send.
        request_id: RequestId,
        /// Which program.
        program: String,
    },
    /// A send ended.
    SendEnded {
        /// The send.
        request_id: RequestId,
        /// `sent`, `not-sent` or `unknown`.
        state: String,
    },
    /// Files are held over the window, or no longer.
    Hover {
        /// Whether they are.
        over: bool,
    },
    /// Files were dropped.
    Dropped {
        /// Which.
        files: Vec<FileFacts>,
    },
    /// A `signet://` link was opened; nothing is done with it by itself.
    Link {
        /// Its text.
        text: String,
    },
    /// Tray or menu asks for a place: `compose`, `inbox`, `settings`, `lock`.
    Go {
        /// Where.
        place: String,
    },
}

/// A fixed place outside the window.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case", tag = "place", deny_unknown_fields)]
pub enum Place {
    /// The administrator's page for domain-wide delegation, filled in.
    Delegation {
        /// The key.
        key: String,
    },
    /// Google's page about making a service-account key.
    MakeKey {},
    /// The user guide.
    Guide {},
    /// The folder with vault and log.
    Folder {},
}

/// An action that shall be shown as a command.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case", tag = "action", deny_unknown_fields)]
pub enum CommandWish {
    /// Send this message.
    Send {
        /// The message.
        draft: Draft,
        /// The key.
        key: Option<String>,
    },
    /// A fixed command, by the palette's name of the action, with one subject where it takes one.
    Named {
        /// `lock`, `unlock`, `status`, `history`, `history-show`, `drafts`, `key-import`, `key-list`,
        /// `key-show`, `key-rename`, `key-remove`, `check`, `audit`, `audit-verify`, `audit-export`,
        /// `backup`, `backup-list`, `restore`, `sandbox-inbox`, `sandbox-faults`, `settings`.
        name: String,
        /// What it concerns: a file (`key-import`, `restore`) by its handle, all else by name or id.
        subject: Option<String>,
    },
}

/// A line for a terminal.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct CommandLine {
    /// The line, quoted for a POSIX shell.
    pub line: String,
}
