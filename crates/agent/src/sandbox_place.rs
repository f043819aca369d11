//! Where the sandbox is: its state folder says, and only loopback is believed.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use signet_core::{Code, Failure};
use signet_google::Endpoints;
use signet_vault::TotpOffset;

/// The sandbox's state folder.
#[derive(Clone, Debug)]
pub(crate) struct SandboxPlace(PathBuf);

#[derive(Deserialize)]
struct Endpoint {
    http: String,
}

impl SandboxPlace {
    /// The sandbox whose state lies in `folder`.
    pub(crate) fn new(folder: &Path) -> Self {
        Self(folder.into())
    }

    /// Where it listens now.
    pub(crate) fn endpoints(&self) -> Result<Endpoints, Failure> {
        let away = || Failure::new(Code::SandboxAway);
        let text = std::fs::read_to_string(self.0.join("endpoint.json")).map_err(|_| away())?;
        let endpoint: Endpoint = serde_json::from_str(&text).map_err(|_| away())?;
        let url = endpoint.http.parse().map_err(|_| away())?;
        Endpoints::sandbox(&url).map_err(signet_google::EndpointsError::failure)
    }
}

impl TotpOffset for SandboxPlace {
    fn steps(&self) -> i64 {
        let text = std::fs::read_to_string(self.0.join("totp-offset")).unwrap_or_default();
        text.trim().parse().unwrap_or(0)
    }
}
