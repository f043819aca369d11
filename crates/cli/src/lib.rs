//! `signet`, the command line: arguments, printing, prompts. Everything else is the agent's.
//!
//! `args` says what can be typed, `commands` what happens then (a file each), `view` how results
//! read, `printer` where they go. No key ever passes through here: files are handed to the agent as
//! open descriptors.

mod args;
mod ceremony;
mod commands;
mod context;
mod demo;
mod exit_codes;
mod printer;
mod prompt;
mod run;
mod secret_input;
mod view;

pub use run::run;
