//! `team grant`, `team forbid`, `team ask`: who may send what.

use std::net::IpAddr;

use clap::{Args, ValueEnum};
use signet_core::{Approver, Cidr, Domain, EmailAddress, Hours, RecipientRule, TypePattern, UnixMillis};

use crate::args::parse;

const GRANT: &str = "\
Examples:
  signet team grant Mia --key billing --as qa@example.org --to example.org --per-day 20
  signet team grant Mia --key billing --as qa@example.org --from-network 192.0.2.0/24 \\
      --hours-of 'mon-fri 08:00-18:00 Europe/Berlin'
  signet team grant Mia --key billing --as boss@example.org --approval owner --code-within 15m
  signet team grant Mia --replace 3 --key billing --as qa@example.org

A message may be sent when one grant allows all of it and nothing forbids it. This host looks
at the final bytes of each message; what is not granted is denied.";

const FORBID: &str = "\
Examples:
  signet team forbid --to competitor.example
  signet team forbid --member Mia --over-bytes 1MB --note 'until the quota is sorted out'
  signet team forbid --all --note 'maintenance'

A message is forbidden when everything given here applies to it, whatever is granted. It does
not bind you, the owner.";

const ASK: &str = "\
Example:
  signet team ask Mia --key billing --from qa@example.org --to leo@example.net \\
      --at '2026-12-24 20:00'

Nothing is sent. The answer comes from the rules that decide for real.";

/// What has to hold for a grant to apply.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Grant")]
pub(crate) struct GrantOptions {
    /// As whom the member may send; may be repeated
    #[arg(long = "as", value_name = "SENDER", value_parser = parse::address, requires = "key")]
    pub(crate) senders: Vec<EmailAddress>,
    /// A From address that may stand in for the sender's own; may be repeated
    #[arg(long = "alias", value_name = "ADDRESS", value_parser = parse::address, requires = "key")]
    pub(crate) aliases: Vec<EmailAddress>,
    /// Only to this address, or to anyone at this domain; may be repeated
    #[arg(long = "to", value_name = "DOMAIN-OR-ADDRESS", value_parser = parse::recipient, requires = "key")]
    pub(crate) recipients: Vec<RecipientRule>,
    /// Where a test-sender may send beside the own address; may be repeated
    #[arg(long = "test-domain", value_name = "DOMAIN", value_parser = parse::domain, requires = "key")]
    pub(crate) test_domains: Vec<Domain>,
    /// At most so many recipients in one message
    #[arg(long, value_name = "N", requires = "key")]
    pub(crate) max_recipients: Option<u32>,
    /// Messages up to this size: 300kB, 5MB
    #[arg(long, value_name = "SIZE", value_parser = parse::size, requires = "key")]
    pub(crate) max_bytes: Option<u64>,
    /// Only attachments of this type, such as application/pdf or image/*; may be repeated
    #[arg(long = "types", value_name = "TYPE", value_parser = parse::kind, requires = "key")]
    pub(crate) types: Vec<TypePattern>,
    /// No attachments
    #[arg(long, conflicts_with = "types", requires = "key")]
    pub(crate) no_attachments: bool,
    /// Only from this network; may be repeated
    #[arg(long = "from-network", value_name = "CIDR", value_parser = parse::network, requires = "key")]
    pub(crate) networks: Vec<Cidr>,
    /// Only during these hours: 'mon-fri 08:00-18:00 Europe/Berlin'
    #[arg(long, value_name = "HOURS", value_parser = parse::hours, requires = "key")]
    pub(crate) hours_of: Option<Hours>,
    /// Not before then
    #[arg(long, value_name = "DATE", value_parser = parse::from_then, requires = "key")]
    pub(crate) not_before: Option<UnixMillis>,
    /// Not after then
    #[arg(long, value_name = "DATE", value_parser = parse::until_then, requires = "key")]
    pub(crate) grant_until: Option<UnixMillis>,
    /// At most so many messages a minute
    #[arg(long, value_name = "N", requires = "key")]
    pub(crate) per_minute: Option<u32>,
    /// At most so many messages a day
    #[arg(long, value_name = "N", requires = "key")]
    pub(crate) per_day: Option<u32>,
    /// Only with a code of the member that is not older than this; 0: a fresh one with each message
    #[arg(long, value_name = "TIME", value_parser = parse::span_or_zero, requires = "key")]
    pub(crate) code_within: Option<u32>,
    /// Somebody has to approve each message
    #[arg(long, value_name = "WHO", requires = "key")]
    pub(crate) approval: Option<Approval>,
    /// How long a message waits for that, then it is denied [default: 2h]
    #[arg(long, value_name = "TIME", value_parser = parse::wait, requires = "approval")]
    pub(crate) approval_within: Option<u32>,
    /// What the grant is for, in your words
    #[arg(long, value_name = "TEXT", requires = "key")]
    pub(crate) note: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Approval {
    /// Only the owner of the host
    Owner,
    /// An admin or the owner
    Admin,
}

impl From<Approval> for Approver {
    fn from(approval: Approval) -> Self {
        match approval {
            Approval::Owner => Self::Owner,
            Approval::Admin => Self::Admin,
        }
    }
}

#[derive(Debug, Args)]
#[command(after_help = GRANT)]
pub(crate) struct GrantArgs {
    /// Name, address, id or the first digits of the id
    pub(crate) member: String,
    /// Which key the member may send with
    #[arg(long, requires = "senders", help_heading = "Grant")]
    pub(crate) key: String,
    /// Put it in the place of this grant of the member
    #[arg(long, value_name = "GRANT")]
    pub(crate) replace: Option<u64>,
    #[command(flatten)]
    pub(crate) grant: GrantOptions,
}

#[derive(Debug, Args)]
#[command(after_help = FORBID)]
#[group(required = true, multiple = true)]
pub(crate) struct ForbidArgs {
    /// Everything, or everything of --member or --key
    #[arg(long)]
    pub(crate) all: bool,
    /// Only messages of this member
    #[arg(long)]
    pub(crate) member: Option<String>,
    /// Only messages with this key
    #[arg(long)]
    pub(crate) key: Option<String>,
    /// Messages of this sender; may be repeated
    #[arg(long = "as", value_name = "SENDER", value_parser = parse::address)]
    pub(crate) senders: Vec<EmailAddress>,
    /// Messages with a recipient at this address or domain; may be repeated
    #[arg(long = "to", value_name = "DOMAIN-OR-ADDRESS", value_parser = parse::recipient)]
    pub(crate) recipients: Vec<RecipientRule>,
    /// Messages to more recipients than this
    #[arg(long, value_name = "N")]
    pub(crate) over_recipients: Option<u32>,
    /// Messages larger than this: 300kB, 5MB
    #[arg(long, value_name = "SIZE", value_parser = parse::size)]
    pub(crate) over_bytes: Option<u64>,
    /// Messages with an attachment of this type; may be repeated
    #[arg(long = "types", value_name = "TYPE", value_parser = parse::kind)]
    pub(crate) types: Vec<TypePattern>,
    /// Messages from this network; may be repeated
    #[arg(long = "from-network", value_name = "CIDR", value_parser = parse::network)]
    pub(crate) networks: Vec<Cidr>,
    /// Messages during these hours: 'sat-sun 00:00-24:00 Europe/Berlin'
    #[arg(long, value_name = "HOURS", value_parser = parse::hours)]
    pub(crate) hours_of: Option<Hours>,
    /// Messages from then on
    #[arg(long, value_name = "DATE", value_parser = parse::from_then)]
    pub(crate) not_before: Option<UnixMillis>,
    /// Messages until then
    #[arg(long, value_name = "DATE", value_parser = parse::until_then)]
    pub(crate) until: Option<UnixMillis>,
    /// What it is for, in your words
    #[arg(long, value_name = "TEXT")]
    pub(crate) note: Option<String>,
}

#[derive(Debug, Args)]
#[command(after_help = ASK)]
pub(crate) struct AskArgs {
    /// Name, address, id or the first digits of the id
    pub(crate) member: String,
    /// With which key
    #[arg(long)]
    pub(crate) key: String,
    /// As whom
    #[arg(long, value_name = "ADDRESS", value_parser = parse::address)]
    pub(crate) from: EmailAddress,
    /// To whom: every recipient in To, Cc and Bcc; may be repeated
    #[arg(long, value_name = "ADDRESS", value_parser = parse::address, required = true)]
    pub(crate) to: Vec<EmailAddress>,
    /// Where answers go, if not to the sender; may be repeated
    #[arg(long, value_name = "ADDRESS", value_parser = parse::address)]
    pub(crate) reply_to: Vec<EmailAddress>,
    /// Subject
    #[arg(long, default_value = "")]
    pub(crate) subject: String,
    /// Size of the encoded message: 300kB, 5MB
    #[arg(long, value_name = "SIZE", value_parser = parse::size, default_value = "0")]
    pub(crate) bytes: u64,
    /// Name of an attachment, such as report.pdf; may be repeated
    #[arg(long, value_name = "NAME")]
    pub(crate) attach: Vec<String>,
    /// From which address it would come
    #[arg(long, value_name = "IP")]
    pub(crate) network: Option<IpAddr>,
    /// When [default: now]
    #[arg(long, value_name = "TIME", value_parser = parse::coming)]
    pub(crate) at: Option<UnixMillis>,
}
