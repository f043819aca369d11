//! What every command gets: the profile's folders, the way to the agent, the printer.

use std::cell::{Cell, OnceCell};
use std::ffi::OsString;
use std::path::Path;

use signet_api::wire::TeamAtRequest;
use signet_api::{Call, Client, Home, Method, TeamAt, launch};
use signet_core::{Code, Failure, Profile};

use crate::args::Globals;
use crate::printer::Printer;

/// The surroundings of one command.
pub(crate) struct Context<'a> {
    pub(crate) home: Home,
    pub(crate) client: Client,
    pub(crate) printer: &'a Printer,
    agent_answers: Cell<bool>,
    /// Whose team is meant, if not that of the own vault: the key of a host.
    team_host: OnceCell<String>,
}

impl<'a> Context<'a> {
    /// By the options and the environment.
    pub(crate) fn new(globals: Globals, printer: &'a Printer) -> Result<Self, Failure> {
        must_be_absolute(std::env::var_os("SIGNET_HOME"))?;
        let profile = profile(globals, std::env::var("SIGNET_PROFILE").ok().as_deref())?;
        let home = Home::from_environment(profile).ok_or_else(|| {
            Failure::new(Code::Usage)
                .what("Neither SIGNET_HOME nor HOME says where Signet may keep its files.")
                .remedy("Set HOME, or SIGNET_HOME to a folder of your own; both must be absolute paths.")
        })?;
        Ok(Self {
            client: Client::new(&home),
            home,
            printer,
            agent_answers: Cell::new(false),
            team_host: OnceCell::new(),
        })
    }

    /// Calls the agent; starts it first if it is not running.
    pub(crate) async fn call<M: Method>(&self, request: &M::Request) -> Result<M::Response, Failure> {
        self.agent().await?.call::<M>(request).await
    }

    /// From now on `team` means the team of that host, to which this device belongs.
    pub(crate) fn mean_team_of(&self, host: String) {
        self.printer.mean_team_of(host.clone());
        let _ = self.team_host.set(host); // it is said once
    }

    /// Whether the team of another host is meant.
    pub(crate) fn is_far(&self) -> bool {
        self.team_host.get().is_some()
    }

    /// Calls a method of the team that is meant.
    pub(crate) async fn team<M: Method>(&self, request: &M::Request) -> Result<M::Response, Failure> {
        let Some(host) = self.team_host.get() else { return self.call::<M>(request).await };
        let unfit = |_| Failure::new(Code::AgentVersion);
        let request = serde_json::to_value(request).map_err(unfit)?;
        let far = TeamAtRequest { host: host.clone(), method: M::NAME.into(), request };
        serde_json::from_value(self.call::<TeamAt>(&far).await?.reply).map_err(unfit)
    }

    /// The same for a method that reports progress.
    pub(crate) async fn start<M: Method>(&self, request: &M::Request) -> Result<Call<M>, Failure> {
        self.agent().await?.start::<M>(request).await
    }

    /// The client, once the agent answers.
    pub(crate) async fn agent(&self) -> Result<&Client, Failure> {
        // Asked once a command, before its first request: a request is never repeated, because an
        // agent that went away in the middle may have done what it says.
        if !self.agent_answers.get() {
            launch::ensure(&self.home).await?;
            self.agent_answers.set(true);
        }
        Ok(&self.client)
    }

    /// Whether the sandbox profile was chosen.
    pub(crate) fn sandbox(&self) -> bool {
        self.home.profile() == Profile::Sandbox
    }
}

/// A relative folder would be ignored by everything else, and the real home would be used instead.
fn must_be_absolute(home: Option<OsString>) -> Result<(), Failure> {
    match home {
        Some(home) if !home.is_empty() && !Path::new(&home).is_absolute() => Err(Failure::new(Code::Usage)
            .what("SIGNET_HOME is not an absolute path.")
            .remedy("Begin it with a slash.")
            .fact("SIGNET_HOME", Path::new(&home).display())),
        _ => Ok(()),
    }
}

fn profile(globals: Globals, variable: Option<&str>) -> Result<Profile, Failure> {
    match variable {
        _ if globals.sandbox => Ok(Profile::Sandbox),
        None | Some("" | "production") => Ok(Profile::Production),
        Some("sandbox") => Ok(Profile::Sandbox),
        // A typing mistake must never choose the profile that reaches the real Google.
        Some(other) => Err(Failure::new(Code::Usage)
            .what("SIGNET_PROFILE names no profile.")
            .remedy("Set it to sandbox or production, or leave it out.")
            .fact("SIGNET_PROFILE", other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_profile_never_becomes_production() {
        let globals = Globals::default();
        assert_eq!(profile(globals, None).unwrap(), Profile::Production);
        assert_eq!(profile(globals, Some("sandbox")).unwrap(), Profile::Sandbox);
        assert_eq!(profile(globals, Some("Sandbox")).unwrap_err().code, Code::Usage);
        let chosen = Globals { sandbox: true, ..globals };
        assert_eq!(profile(chosen, Some("production")).unwrap(), Profile::Sandbox);
    }

    #[test]
    fn a_relative_home_is_not_ignored() {
        assert_eq!(must_be_absolute(Some("here".into())).unwrap_err().code, Code::Usage);
        for fine in [None, Some("".into()), Some("/x".into())] {
            assert!(must_be_absolute(fine).is_ok());
        }
    }
}
