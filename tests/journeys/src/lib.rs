//! Journeys: what a person does, over the real programs, a real keyring and the sandbox.
#![allow(clippy::expect_used, clippy::missing_panics_doc, reason = "a test's set-up fails by panicking")]

mod answer;
mod inbox;
mod logind;
mod office;
mod person;
mod raw;
mod server;
mod setup;
mod team;

pub use answer::Answer;
pub use inbox::Delivered;
pub use logind::Logind;
pub use office::Office;
pub use person::{PASSPHRASE, Person};
pub use raw::Reply;
pub use server::{Server, files_below, left_out};
pub use setup::SetUp;
pub use team::{Host, Member};
