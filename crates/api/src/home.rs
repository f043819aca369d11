//! Where everything lies: one folder tree for each profile, or all below `SIGNET_HOME`.

use std::path::{Path, PathBuf};

use signet_core::Profile;

/// The folders of one profile (XDG base directories, or below `SIGNET_HOME`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Home {
    profile: Profile,
    data: PathBuf,
    state: PathBuf,
    run: PathBuf,
    sandbox: PathBuf,
}

impl Home {
    /// The folders of `profile`; `variable` reads the environment.
    ///
    /// Returns `None` if neither `SIGNET_HOME` nor `HOME` says where to live.
    pub fn resolve(profile: Profile, variable: impl Fn(&str) -> Option<PathBuf>) -> Option<Self> {
        let variable = |name| variable(name).filter(|path| path.is_absolute());
        if let Some(home) = variable("SIGNET_HOME") {
            return Some(Self {
                profile,
                data: home.join("data").join(profile.as_str()),
                state: home.join("state").join(profile.as_str()),
                run: home.join("run"),
                sandbox: home.join("sandbox-google"),
            });
        }
        let home = variable("HOME");
        let below = |name, default: &str| variable(name).or_else(|| Some(home.as_ref()?.join(default)));
        let state = below("XDG_STATE_HOME", ".local/state")?.join("signet");
        // Never a shared temporary folder: without a runtime folder, the socket lives in the state folder.
        let run = variable("XDG_RUNTIME_DIR").map_or_else(|| state.join("run"), |run| run.join("signet"));
        Some(Self {
            profile,
            data: below("XDG_DATA_HOME", ".local/share")?.join("signet").join(profile.as_str()),
            sandbox: state.join("sandbox-google"),
            state: state.join(profile.as_str()),
            run,
        })
    }

    /// The folders of `profile` by this process's environment.
    pub fn from_environment(profile: Profile) -> Option<Self> {
        Self::resolve(profile, |name| std::env::var_os(name).map(PathBuf::from))
    }

    /// The profile.
    pub const fn profile(&self) -> Profile {
        self.profile
    }

    /// The folder of `vault.db`, `audit.db` and `backups/`.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// The folder of the agent's log.
    pub fn state(&self) -> &Path {
        &self.state
    }

    /// The folder of the sockets; must be the user's own, mode 0700.
    pub fn run(&self) -> &Path {
        &self.run
    }

    /// The sandbox's state folder.
    pub fn sandbox(&self) -> &Path {
        &self.sandbox
    }

    /// The folder of a host's keychain items, where no keychain service runs: not beside the vault, so that
    /// a copy of the one is not a copy of the other.
    pub fn keychain_folder(&self) -> PathBuf {
        self.state.join("keychain")
    }

    /// The agent's log.
    pub fn log_file(&self) -> PathBuf {
        self.state.join("agent.log")
    }

    /// The socket of requests.
    pub fn socket(&self) -> PathBuf {
        self.run.join(format!("{}.sock", self.profile.as_str()))
    }

    /// The socket of descriptors.
    pub fn descriptor_socket(&self) -> PathBuf {
        self.run.join(format!("{}.fd.sock", self.profile.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(variables: &[(&str, &str)]) -> Option<Home> {
        Home::resolve(Profile::Sandbox, |name| {
            variables.iter().find(|(n, _)| *n == name).map(|(_, value)| PathBuf::from(value))
        })
    }

    #[test]
    fn follows_xdg_and_never_uses_a_shared_folder() {
        let home = resolve(&[("HOME", "/h"), ("XDG_RUNTIME_DIR", "/run/user/1")]).unwrap();
        assert_eq!(home.socket(), Path::new("/run/user/1/signet/sandbox.sock"));
        assert_eq!(home.data(), Path::new("/h/.local/share/signet/sandbox"));
        let home = resolve(&[("HOME", "/h")]).unwrap();
        assert_eq!(home.socket(), Path::new("/h/.local/state/signet/run/sandbox.sock"));
        assert_eq!(resolve(&[]), None);
    }

    #[test]
    fn signet_home_holds_everything() {
        let home = resolve(&[("SIGNET_HOME", "/x"), ("HOME", "/h")]).unwrap();
        for path in [home.data(), home.state(), home.run(), home.sandbox()] {
            assert!(path.starts_with("/x"));
        }
    }
}
