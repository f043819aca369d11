//! `watch`.

use serde::{Deserialize, Serialize};
use signet_core::RequestId;

use super::StatusReport;

/// Something changed.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case", tag = "event")]
#[allow(clippy::large_enum_variant, reason = "a few a second at most, and never many at once")]
pub enum WatchEvent {
    /// The state; first at once, then whenever it changes.
    Status {
        /// The state.
        status: StatusReport,
    },
    /// A send began.
    SendBegan {
        /// The send.
        request_id: RequestId,
        /// The program that asked, by the kernel's word: `signet`, `signet-app`.
        program: String,
        /// Its process id.
        pid: u32,
    },
    /// A send ended.
    SendEnded {
        /// The send.
        request_id: RequestId,
        /// `sent`, `not-sent` or `unknown`.
        state: String,
    },
    /// History, drafts or keys changed, by whichever client.
    Changed {
        /// `history`, `drafts`, `keys`, `settings`, `audit` or `team`.
        area: String,
    },
}
