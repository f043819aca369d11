//! `team invite`.

use clap::Args;
use signet_core::{EmailAddress, Role, UnixMillis};

use super::GrantOptions;
use crate::args::parse;

const INVITE: &str = "\
Examples:
  signet team invite Mia --role sender --key billing --as qa@example.org --per-day 20
  signet team invite Leo --role test-sender --address leo@example.org
  signet team invite Kim --role auditor --until 2026-12-31
  signet team invite --device-for Mia

It prints the invite as text and as a link. Whoever has it can ask to join, once; you accept
with `signet team approve`. With --key, a grant is made when the member is accepted; more can
follow with `signet team grant`.";

#[derive(Debug, Args)]
#[command(after_help = INVITE)]
pub(crate) struct InviteArgs {
    /// For whom
    #[arg(required_unless_present = "device_for", conflicts_with = "device_for")]
    pub(crate) name: Option<String>,
    /// admin, custodian, sender, test-sender or auditor
    #[arg(long, value_parser = parse::role, required_unless_present = "device_for", conflicts_with = "device_for")]
    pub(crate) role: Option<Role>,
    /// The member's own address; a test-sender needs one
    #[arg(long, value_parser = parse::address, conflicts_with = "device_for")]
    pub(crate) address: Option<EmailAddress>,
    /// How many hours the invite is good for, at most 168 [default: 24]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=168))]
    pub(crate) hours: Option<u32>,
    /// The membership ends by itself then
    #[arg(long, value_name = "DATE", value_parser = parse::until_then, conflicts_with = "device_for")]
    pub(crate) until: Option<UnixMillis>,
    /// Another device for this member, instead of a new member
    #[arg(long, value_name = "MEMBER")]
    pub(crate) device_for: Option<String>,
    /// Show the link as a QR code, too
    #[arg(long)]
    pub(crate) qr: bool,
    /// Which key the member may send with
    #[arg(long, requires = "senders", conflicts_with = "device_for", help_heading = "Grant")]
    pub(crate) key: Option<String>,
    #[command(flatten)]
    pub(crate) grant: GrantOptions,
}
