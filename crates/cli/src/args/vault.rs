//! `backup`, `restore`, `vault destroy`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

const BACKUP: &str = "\
Examples:
  signet backup create
  signet backup create /media/usb/signet.backup

A backup opens with the recovery kit of its time. Whoever has both has every key in it.";

#[derive(Debug, Subcommand)]
#[command(arg_required_else_help = true)]
pub(crate) enum BackupCommand {
    /// Write a backup; works while locked
    #[command(after_help = BACKUP)]
    Create {
        /// The file to write [default: one of the rolling backups beside the vault]
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
    },
    /// List the rolling backups
    #[command(visible_alias = "ls", after_help = "Example:\n  signet backup list")]
    List,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  signet restore /media/usb/signet.backup\n\nThe vault is locked afterwards."
)]
pub(crate) struct RestoreArgs {
    /// The backup
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Replace the vault that is there; it is kept beside as a backup
    #[arg(long)]
    pub(crate) replace: bool,
}

#[derive(Debug, Subcommand)]
#[command(arg_required_else_help = true)]
pub(crate) enum VaultCommand {
    /// Remove the vault, its keys and everything it has in the keychain
    Destroy(DestroyArgs),
}

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  signet vault destroy

The keys are gone for good unless you have a backup and the recovery kit. They stay valid at Google until
they are deleted there.")]
pub(crate) struct DestroyArgs {
    /// Do not ask
    #[arg(long, short)]
    pub(crate) yes: bool,
    /// The vault's id, where `signet status` cannot tell it
    #[arg(long, value_name = "ID")]
    pub(crate) vault_id: Option<String>,
}
