//! `join` and `shared`: this device as part of a team.

use std::path::PathBuf;

use clap::{Args, Subcommand};

const JOIN: &str = "\
Examples:
  signet join 'signet1-…@anna.example.org:7465'
  signet join - --device 'Mia, laptop' --wait < invite.txt
  signet join status
  signet join code

No vault is needed: this device gets a key of its own in the keychain. Read the three words to
the owner, by voice, who accepts you if they are the same there. Then `signet join code` sets up
your code: some keys may want one with a message.";

const CODE: &str = "\
Examples:
  signet join code
  signet join code --json               Show the secret to a script
  signet join code --code 123456        Prove a code of the secret that was shown

The host keeps the other half of it and asks for codes where a grant wants one.";

#[derive(Debug, Args)]
#[command(after_help = JOIN)]
#[command(args_conflicts_with_subcommands = true, arg_required_else_help = true)]
pub(crate) struct JoinArgs {
    #[command(subcommand)]
    pub(crate) command: Option<JoinCommand>,
    /// The invite as text or link; `-` reads it from standard input
    #[arg(required = true)]
    pub(crate) invite: Option<String>,
    /// What this device is called [default: the computer's name]
    #[arg(long, value_name = "NAME")]
    pub(crate) device: Option<String>,
    /// Where the host is, if not as the invite says
    #[arg(long, value_name = "HOST:PORT")]
    pub(crate) at: Option<String>,
    /// Wait until the owner has answered
    #[arg(long)]
    pub(crate) wait: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum JoinCommand {
    /// Show how joining stands
    #[command(after_help = "Example:\n  signet join status --wait")]
    Status {
        /// The host's name or the beginning of its key, if there are several
        host: Option<String>,
        /// Wait until the owner has answered
        #[arg(long)]
        wait: bool,
    },
    /// Set up your code with the host
    #[command(after_help = CODE)]
    Code {
        /// The host's name or the beginning of its key, if there are several
        host: Option<String>,
        /// The six digits that the authenticator app shows now
        #[arg(long, value_name = "DIGITS", help_heading = "Secrets")]
        code: Option<String>,
    },
    /// Leave a team, or give up joining: this device forgets its key
    #[command(after_help = "Example:\n  signet join leave \"Anna's desk\" --yes")]
    Leave {
        /// The host's name or the beginning of its key, if there are several
        host: Option<String>,
        /// Do not ask
        #[arg(long, short)]
        yes: bool,
    },
}

#[derive(Debug, Subcommand)]
#[command(arg_required_else_help = true)]
pub(crate) enum SharedCommand {
    /// List hosts and the keys that they share with this device
    #[command(visible_alias = "ls", after_help = "Example:\n  signet shared list")]
    List,
    /// List your own sends through a host, newest first
    #[command(after_help = "Example:\n  signet shared sends \"Anna's desk\"")]
    Sends {
        /// The host's name or the beginning of its key, if there are several
        host: Option<String>,
    },
    /// Take back an own message that waits for approval
    #[command(
        after_help = "Example:\n  signet shared withdraw 0a1b2c3d\n\n`signet shared sends` lists the ids."
    )]
    Withdraw {
        /// The request's id, or its beginning
        request: String,
        /// The host's name or the beginning of its key, if there are several
        #[arg(long)]
        host: Option<String>,
    },
    /// Go on with a host whose log contradicts what this device has seen, after asking its owner
    #[command(
        after_help = "Example:\n  signet shared accept \"Anna's desk\"\n\nOnly if the owner says that the host was restored from a backup or moved: this device then\nforgets how far it had seen the host's log, which is the evidence of what was lost."
    )]
    Accept {
        /// The host's name or the beginning of its key
        host: String,
        /// Do not ask
        #[arg(long, short)]
        yes: bool,
    },
    /// Copy a host's audit log to this machine and verify it here; for auditors
    #[command(after_help = "Example:\n  signet shared audit \"Anna's desk\"")]
    Audit {
        /// The host's name or the beginning of its key, if there are several
        host: Option<String>,
        /// Check every signature, not only those that cover everything else
        #[arg(long)]
        every_signature: bool,
    },
    /// Ask a host whether an address is in its log; for auditors
    #[command(
        after_help = "Example:\n  signet shared confirm-address ada@example.org\n\nThe log holds no addresses, only what the host can compare. Each question is on record there."
    )]
    ConfirmAddress {
        /// The address
        address: String,
        /// The host's name or the beginning of its key, if there are several
        #[arg(long)]
        host: Option<String>,
    },
    /// Bring a key file into a host's vault, sealed to it; for custodians
    #[command(
        after_help = "Example:\n  signet shared import key.json --name billing\n\nThe file is sealed here so that only the host's open vault can read it. Nobody can take it out again."
    )]
    Import {
        /// The JSON key file
        file: PathBuf,
        /// What to call the key [default: the account's name]
        #[arg(long)]
        name: Option<String>,
        /// The host's name or the beginning of its key, if there are several
        #[arg(long)]
        host: Option<String>,
        /// Delete the file afterwards, without asking
        #[arg(long, conflicts_with = "keep_original")]
        remove_original: bool,
        /// Keep the file, without asking
        #[arg(long)]
        keep_original: bool,
    },
}
