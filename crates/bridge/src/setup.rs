//! What a bridge is told when it starts.

use std::path::PathBuf;

use signet_api::{Home, launch};
use signet_core::{Code, Failure, Profile};

use crate::{locale, places};

/// How to find everything, and what kind of window this is.
pub struct Setup {
    /// The profile to begin with.
    pub profile: Profile,
    /// The folders of a profile.
    pub homes: Box<dyn Fn(Profile) -> Option<Home> + Send + Sync>,
    /// Where a program of this installation is.
    pub programs: fn(&str) -> PathBuf,
    /// The folder of `window.json`.
    pub config: PathBuf,
    /// The person's home folder, which is shown as `~`.
    pub user: Option<PathBuf>,
    /// The desktop's locale as BCP 47.
    pub locale: String,
    /// Version of the window.
    pub version: String,
    /// Whether the window was started for the practice.
    pub practice: bool,
    /// Whether this is a test build.
    pub gallery: bool,
    /// What precedes a preview's token in its address.
    pub preview: String,
    /// Never goes over to the production profile.
    pub sandbox_only: bool,
}

impl Setup {
    /// By this process's environment.
    ///
    /// # Errors
    /// Neither `SIGNET_HOME` nor `HOME` says where to live.
    pub fn from_environment(profile: Profile) -> Result<Self, Failure> {
        let variable = |name: &str| std::env::var_os(name).map(PathBuf::from);
        let config = places::config(variable).ok_or_else(homeless)?;
        Home::from_environment(profile).ok_or_else(homeless)?;
        Ok(Self {
            profile,
            homes: Box::new(Home::from_environment),
            programs: launch::program,
            config,
            user: variable("HOME"),
            locale: locale::of(|name| std::env::var(name).ok()),
            version: env!("CARGO_PKG_VERSION").into(),
            practice: false,
            gallery: false,
            preview: "signet-preview://localhost/".into(),
            sandbox_only: false,
        })
    }
}

/// Nobody says where to live.
pub(crate) fn homeless() -> Failure {
    Failure::new(Code::Usage)
        .what("Neither SIGNET_HOME nor HOME says where Signet may keep its files.")
        .remedy("Set HOME, or SIGNET_HOME to a folder of your own; both must be absolute paths.")
}
