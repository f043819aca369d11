//! What stands behind the window's page: the methods that a page may call, file handles in place of
//! paths, previews, preferences. No rules and no keys; it knows the agent through its interface only.
//!
//! - `methods` and [`wire`]: the second method table. Its rows replace the agent's of the same name.
//! - `far`: what a page may do at a host of somebody else.
//! - `passage`: what becomes of each of the agent's rows: forwarded, replaced or withheld.
//! - `bridge`: [`Bridge::call`], from a name and JSON to the answer.
//! - `answers`: the own rows, a file an area.
//! - [`Desk`]: what only a shell can do (dialogs, notifications); `hook` answers for it in tests.
//!
//! For a plain browser there is the program `signet-bridge` (feature `loopback`): it serves the same
//! calls and the built page on 127.0.0.1, guarded by a token, and refuses the production profile.
//!
//! ```text
//! cargo run -p signet-bridge --features loopback -- --ui ui/dist
//! ```

#[macro_use]
mod methods;
#[macro_use]
mod far;
mod answers;
#[cfg(test)]
mod bindings;
mod bridge;
mod desk;
mod dispatch;
mod events;
mod files;
#[cfg(feature = "hook")]
pub mod hook;
mod html;
mod locale;
mod passage;
mod places;
mod prefs;
mod preview;
mod sandbox_process;
mod setup;
mod source;
mod totp;
pub mod wire;

pub use bridge::Bridge;
pub use desk::{Desk, Filters, Notice, Pick, Save};
pub use methods::*;
pub use preview::PreviewResponse;
pub use setup::Setup;
