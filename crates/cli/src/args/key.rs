//! `key` and `check`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

const IMPORT: &str = "\
Examples:
  signet key import ~/Downloads/project-1a2b3c.json --name billing --remove-original
  gcloud iam service-accounts keys create /dev/stdout --iam-account=… | signet key import -

From a pipe the key never touches the disk.";

#[derive(Debug, Subcommand)]
#[command(arg_required_else_help = true)]
pub(crate) enum KeyCommand {
    /// Import a service-account key file
    Import(KeyImportArgs),
    /// List the keys
    #[command(visible_alias = "ls", after_help = "Example:\n  signet key list")]
    List,
    /// Show one key, with what an administrator has to authorise
    #[command(after_help = "Example:\n  signet key show billing")]
    Show {
        /// Name, account, id or the first digits of the id
        key: String,
    },
    /// Give a key another name
    #[command(after_help = "Example:\n  signet key rename billing invoices")]
    Rename {
        /// Name, account, id or the first digits of the id
        key: String,
        /// The new name
        name: String,
    },
    /// Remove a key from the vault and the keychain
    #[command(visible_alias = "rm", after_help = "Example:\n  signet key remove billing --yes")]
    Remove {
        /// Name, account, id or the first digits of the id
        key: String,
        /// Do not ask
        #[arg(long, short)]
        yes: bool,
    },
}

#[derive(Debug, Args)]
#[command(after_help = IMPORT)]
pub(crate) struct KeyImportArgs {
    /// The JSON key file that Google made; `-` reads standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// A name for it [default: the account's]
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// Remove the file afterwards, without asking
    #[arg(long, conflicts_with = "keep_original")]
    pub(crate) remove_original: bool,
    /// Keep the file, without asking
    #[arg(long)]
    pub(crate) keep_original: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  signet check --sender qa@example.org")]
pub(crate) struct CheckArgs {
    /// The person in whose name mail would be sent
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) sender: String,
    /// Which key, if there are several
    #[arg(long)]
    pub(crate) key: Option<String>,
}
