//! `sandbox`, `demo`, `completions`, `man`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args;
use clap_complete::Shell;

#[derive(Debug, Args)]
#[command(disable_help_flag = true, override_usage = "signet sandbox <COMMAND> [OPTIONS]")]
#[command(after_help = "\
Examples:
  signet sandbox start
  signet sandbox new-key --out key.json
  signet sandbox inbox list
  signet sandbox --help

Hands everything to `signet-sandbox`, with the state folder of this home.")]
pub(crate) struct SandboxArgs {
    /// What `signet-sandbox` is asked to do
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "COMMAND")]
    pub(crate) arguments: Vec<OsString>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  signet demo

Needs a keychain: on a machine without a desktop session, run it under one made for it
(scripts/with-keyring in the source). Uses a folder of its own and leaves nothing behind.")]
pub(crate) struct DemoArgs {
    /// Keep the throw-away folder, with the delivered message
    #[arg(long)]
    pub(crate) keep: bool,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  signet completions bash > ~/.local/share/bash-completion/completions/signet"
)]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: Shell,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  signet man | man -l -\n  signet man --out ~/.local/share/man/man1")]
pub(crate) struct ManArgs {
    /// Write every page into this folder instead of printing the first
    #[arg(long, value_name = "FOLDER")]
    pub(crate) out: Option<PathBuf>,
}
