//! Asking the sandbox: by its own program, beside this one.

use std::ffi::OsStr;
use std::process::Stdio;

use serde_json::Value;
use signet_api::launch;
use signet_core::{Code, Failure, Profile};

use crate::Bridge;

impl Bridge {
    /// Runs `signet-sandbox` with those words and returns its JSON.
    pub(crate) async fn sandbox<S: AsRef<OsStr>>(
        &self,
        words: impl IntoIterator<Item = S>,
    ) -> Result<Value, Failure> {
        serde_json::from_slice(&self.sandbox_bytes(words).await?).map_err(|_| unreadable())
    }

    async fn sandbox_bytes<S: AsRef<OsStr>>(
        &self,
        words: impl IntoIterator<Item = S>,
    ) -> Result<Vec<u8>, Failure> {
        if self.profile() != Profile::Sandbox {
            return Err(Failure::new(Code::ProfileMismatch)
                .what("The sandbox belongs to the sandbox profile.")
                .remedy("Go over to the sandbox first."));
        }
        let mut command = tokio::process::Command::new((self.setup.programs)("signet-sandbox"));
        command.args(words).arg("--json").arg("--state").arg(self.home()?.sandbox());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        let output = command.output().await.map_err(|error| launch::missing("signet-sandbox", &error))?;
        if output.status.success() { Ok(output.stdout) } else { Err(refusal(&output.stderr)) }
    }
}

/// What the sandbox says, as a failure.
fn refusal(said: &[u8]) -> Failure {
    let said: Value = serde_json::from_slice(said).unwrap_or_default();
    let failure = Failure::new(Code::SandboxAway);
    match (said["error"]["what"].as_str(), said["error"]["remedy"].as_str()) {
        (Some(what), Some(remedy)) => failure.what(what).remedy(remedy),
        _ => failure,
    }
}

/// Its answer is not what this version expects.
pub(crate) fn unreadable() -> Failure {
    Failure::new(Code::SandboxAway)
        .what("The sandbox's answer cannot be read.")
        .remedy("Stop it and start it again; it may be of another version.")
}
