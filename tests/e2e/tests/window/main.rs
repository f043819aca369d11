//! End to end: the real window with its released policy, the agent, a real keyring, the sandbox.
#![allow(clippy::expect_used, reason = "a test's set-up fails by panicking")]

mod activity;
mod bad_input;
mod daily;
mod drafts;
mod first_run;
mod gallery;
mod hostile_mail;
mod keyboard;
mod looks;
mod machine;
mod memory;
mod practice;
mod recovery;
mod screens;
mod settings;
mod speed;
mod steps;
mod team;
mod team_roles;
