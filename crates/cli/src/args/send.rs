//! `send`, `history`, `draft`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

const SEND: &str = "\
Examples:
  signet send --from qa@example.org --to ada@example.org --subject Hello --text 'It works.'
  signet send --from 'QA <qa@example.org>' --to a@example.org --bcc b@example.org --subject Report \\
      --text - --attach report.pdf --attach 'scan.bin;name=Scan 1.png;type=image/png' < body.txt
  signet send --from qa@example.org --to a@example.org --subject Logo \\
      --html '<img src=\"cid:logo\">' --inline logo.png=logo
  signet send welcome.toml --set name=Ada --dry-run
  signet send --key \"Anna's desk/billing\" --from qa@example.org --to a@example.org --subject Hi --text Hi

A message file holds the same fields; {{name}} is filled in by --set name=…:
  from = \"qa@example.org\"
  to = [\"{{name}} <ada@example.org>\"]
  subject = \"Welcome, {{name}}\"
  text = \"Hello {{name}}.\"
  attachments = [\"terms.pdf\"]

Options replace the file's fields; --attach and --inline add to them. Paths in a message file are
relative to the file.

`Accepted by Google` means that Google has taken the message, once; whether it reaches an inbox is not
known here. Exit code 11 means that nobody can say whether it was sent: look in Sent first.";

#[derive(Debug, Default, Args)]
#[command(after_help = SEND)]
pub(crate) struct SendArgs {
    /// A message file (TOML)
    #[arg(value_name = "MESSAGE.toml")]
    pub(crate) file: Option<PathBuf>,
    /// Fill in a variable of the message file
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = pair)]
    pub(crate) variables: Vec<(String, String)>,

    /// Sender: an address, or 'Name <address>'
    #[arg(long, value_name = "ADDRESS", help_heading = "Message")]
    pub(crate) from: Option<String>,
    /// Recipient; may be repeated
    #[arg(long, value_name = "ADDRESS", help_heading = "Message")]
    pub(crate) to: Vec<String>,
    /// Recipient of a copy; may be repeated
    #[arg(long, value_name = "ADDRESS", help_heading = "Message")]
    pub(crate) cc: Vec<String>,
    /// Recipient of a blind copy; may be repeated
    #[arg(long, value_name = "ADDRESS", help_heading = "Message")]
    pub(crate) bcc: Vec<String>,
    /// Where answers go, if not to the sender; may be repeated
    #[arg(long, value_name = "ADDRESS", help_heading = "Message")]
    pub(crate) reply_to: Vec<String>,
    /// Subject
    #[arg(long, help_heading = "Message")]
    pub(crate) subject: Option<String>,
    /// Plain text; `-` reads standard input
    #[arg(long, conflicts_with = "text_file", help_heading = "Message")]
    pub(crate) text: Option<String>,
    /// A file with the plain text
    #[arg(long, value_name = "FILE", help_heading = "Message")]
    pub(crate) text_file: Option<PathBuf>,
    /// HTML; `-` reads standard input
    #[arg(long, conflicts_with = "html_file", help_heading = "Message")]
    pub(crate) html: Option<String>,
    /// A file with the HTML
    #[arg(long, value_name = "FILE", help_heading = "Message")]
    pub(crate) html_file: Option<PathBuf>,
    /// A file to attach, with another name or type if need be; may be repeated
    #[arg(long, value_name = "FILE[;name=…][;type=…]", help_heading = "Message")]
    pub(crate) attach: Vec<String>,
    /// An image that the HTML shows as cid:CID; may be repeated
    #[arg(long, value_name = "FILE=CID", help_heading = "Message")]
    pub(crate) inline: Vec<String>,

    /// Which key, if there are several: its name or id; HOST/KEY for one that others share with you
    #[arg(long)]
    pub(crate) key: Option<String>,
    /// Do everything but ask Google, and show what would be sent; with a key of your own
    #[arg(long, conflicts_with = "eml")]
    pub(crate) dry_run: bool,
    /// Write the message to this new file instead of sending it; with a key of your own
    #[arg(long, value_name = "FILE")]
    pub(crate) eml: Option<PathBuf>,
    /// Send attachments even of a type that Gmail is known to block
    #[arg(long)]
    pub(crate) allow_blocked: bool,
    /// The code of your app for the host, where a grant wants a fresh one
    #[arg(long, visible_alias = "code", value_name = "DIGITS", help_heading = "Shared keys")]
    pub(crate) member_code: Option<String>,
    /// The same message again, never sent twice: the id that the earlier try named (32 hex digits)
    #[arg(long, value_name = "ID", value_parser = super::team::request, help_heading = "Shared keys")]
    pub(crate) request: Option<signet_core::RequestId>,
}

#[derive(Debug, Subcommand)]
#[command(arg_required_else_help = true)]
pub(crate) enum HistoryCommand {
    /// List what was sent, newest first
    #[command(visible_alias = "ls", after_help = "Example:\n  signet history list --search invoice -n 10")]
    List {
        /// At most so many
        #[arg(long, short = 'n', default_value_t = 50)]
        limit: usize,
        /// Only those whose sender, recipients or subject contain this
        #[arg(long, value_name = "TEXT")]
        search: Option<String>,
        /// Only older than this one
        #[arg(long, value_name = "ID")]
        before: Option<String>,
    },
    /// Show one sent message and how it ended
    #[command(after_help = "Example:\n  signet history show 3f2a")]
    Show {
        /// Its id or the first digits
        id: String,
    },
    /// Forget one sent message, or all of them; the audit log keeps its entries
    #[command(
        visible_alias = "rm",
        after_help = "Examples:\n  signet history remove 3f2a\n  signet history remove --all --yes"
    )]
    Remove {
        /// Its id or the first digits
        #[arg(required_unless_present = "all")]
        id: Option<String>,
        /// Forget everything
        #[arg(long, conflicts_with = "id")]
        all: bool,
        /// Do not ask
        #[arg(long, short)]
        yes: bool,
    },
}

#[derive(Debug, Subcommand)]
#[command(arg_required_else_help = true)]
pub(crate) enum DraftCommand {
    /// List the drafts, newest first
    #[command(visible_alias = "ls", after_help = "Example:\n  signet draft list")]
    List,
    /// Show one draft
    #[command(after_help = "Example:\n  signet draft show 3f2a")]
    Show {
        /// Its id or the first digits
        id: String,
    },
    /// Remove one draft
    #[command(visible_alias = "rm", after_help = "Example:\n  signet draft remove 3f2a")]
    Remove {
        /// Its id or the first digits
        id: String,
    },
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.into(), value.into())),
        _ => Err("give it as name=value".into()),
    }
}
