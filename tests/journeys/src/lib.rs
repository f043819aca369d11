//! Journeys: what a person does, over the real programs, a real keyring and the sandbox.

mod answer;
mod inbox;
mod person;
mod setup;

pub use answer::Answer;
pub use inbox::Delivered;
pub use person::{PASSPHRASE, Person};
pub use setup::SetUp;
