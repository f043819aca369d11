//! `audit`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

const VERIFY: &str = "\
Examples:
  signet audit verify
  signet audit verify --log copy-of-audit.db --fingerprint 3f2a…

A copied log needs no vault and no agent; copy its -wal file with it if there is one. The fingerprint is
printed on the recovery kit: with it, the log cannot be replaced by one signed with another key.
Not detected: entries that only this machine has seen, when log, vault and keychain are set back together.";

const EXPORT: &str = "\
Examples:
  signet audit export > audit.jsonl
  signet audit export --log copy-of-audit.db --out audit.jsonl

One JSON object a line, oldest first. Works without the agent and with the vault locked.";

#[derive(Debug, Subcommand)]
#[command(arg_required_else_help = true)]
pub(crate) enum AuditCommand {
    /// List the entries, newest first
    #[command(visible_alias = "ls")]
    List(AuditListArgs),
    /// Show every field of one entry
    #[command(after_help = "Example:\n  signet audit show 41")]
    Show {
        /// Its number
        seq: u64,
    },
    /// Check that nothing in the log was changed, reordered or removed
    Verify(AuditVerifyArgs),
    /// Write the log as JSON Lines
    #[command(after_help = EXPORT)]
    Export {
        /// A copy of a log instead of this vault's
        #[arg(long, value_name = "FILE")]
        log: Option<PathBuf>,
        /// A new file to write instead of standard output
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Say whether an address is in the log; the question is itself recorded
    #[command(after_help = "Example:\n  signet audit confirm-address ada@example.org")]
    ConfirmAddress {
        /// The address
        address: String,
    },
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  signet audit list --action send -n 10\n  signet audit list --refused")]
pub(crate) struct AuditListArgs {
    /// At most so many
    #[arg(long, short = 'n', default_value_t = 50)]
    pub(crate) limit: usize,
    /// Only entries before this number
    #[arg(long, value_name = "SEQ")]
    pub(crate) before: Option<u64>,
    /// Only this action, such as send or unlock
    #[arg(long)]
    pub(crate) action: Option<String>,
    /// Only refusals
    #[arg(long)]
    pub(crate) refused: bool,
}

#[derive(Debug, Args)]
#[command(after_help = VERIFY)]
pub(crate) struct AuditVerifyArgs {
    /// A copy of a log instead of this vault's
    #[arg(long, value_name = "FILE")]
    pub(crate) log: Option<PathBuf>,
    /// Fingerprint of the log's key, as printed on the recovery kit
    #[arg(long, value_name = "HEX")]
    pub(crate) fingerprint: Option<String>,
    /// Check every signature, not only those that cover everything else
    #[arg(long)]
    pub(crate) every_signature: bool,
}
