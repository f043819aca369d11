//! Faults by script: what goes wrong, where, for whom, when and how often.

mod effect;
mod gmail_rows;
mod script;
mod token_rows;

pub(crate) use effect::{Effect, effect};
pub use script::{At, Fault, FaultName, NewFault};
