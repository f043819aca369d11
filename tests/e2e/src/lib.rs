//! The real window under a screen of its own: started, looked at, clicked, typed into.
//!
//! The program under test is `signet-app` built with the feature `e2e` (it may be driven, and file
//! dialogs are answered by [`Stage::next_dialog`]) and with the user interface embedded; everything
//! else is as released: policy, agent, keyring, sandbox.
#![allow(clippy::expect_used, clippy::missing_panics_doc, reason = "a test's set-up fails by panicking")]

mod accessibility;
mod checks;
mod colours;
mod driver;
mod http;
mod pictures;
mod screen;
mod stage;
mod target;
mod window;
mod words;

pub use accessibility::{Node, accessible_nodes};
pub use checks::{AxeFinding, LayoutFault, Scope, axe_findings, layout_faults};
pub use colours::points_of;
pub use driver::{Driver, Element, Fault, Session};
pub use pictures::Pictures;
pub use screen::Screen;
pub use stage::{Stage, Start};
pub use target::{Name, Target, button, field, heading, link, tab, target};
pub use window::{Key, Window};
pub use words::{Language, t, t_in, t_with};

/// A line for who watches a long run; the runner keeps it with the test's output.
pub fn tell(line: &str) {
    use std::io::Write;
    // A runner that has closed its end does not end the test.
    let _ = writeln!(std::io::stderr(), "{line}");
}
