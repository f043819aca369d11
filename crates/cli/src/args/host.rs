//! `host`.

use clap::{Args, Subcommand};
use signet_core::Cidr;

use super::parse;

const INIT: &str = "\
Examples:
  signet host init --name \"Anna's desk\" --reachable-at anna.example.org:7465
  signet host init --network 192.0.2.0/24    Change one thing later; the rest stays

The keys stay in this vault. Members send through it while it serves, and only what their
grants allow. It asks for a code of this vault.";

#[derive(Debug, Subcommand)]
#[command(arg_required_else_help = true)]
pub(crate) enum HostCommand {
    /// Make this vault a host, or change its name, address or networks
    Init(HostInitArgs),
    /// Begin to serve the team
    #[command(
        after_help = "Examples:\n  signet host start\n  signet host start --for 2h\n  signet host start --until 18:00\n\nWithout an end it serves until the vault is locked or `signet host stop`."
    )]
    Start(HostStartArgs),
    /// Stop serving; connections are closed
    #[command(after_help = "Example:\n  signet host stop")]
    Stop,
    /// Show whether and how this vault serves a team
    #[command(after_help = "Example:\n  signet host status --json | jq .serving")]
    Status,
}

#[derive(Debug, Args)]
#[command(after_help = INIT)]
pub(crate) struct HostInitArgs {
    /// What members see, such as "Anna's desk"
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// IP address and port to listen at [default: 0.0.0.0:7465]
    #[arg(long, value_name = "IP:PORT")]
    pub(crate) listen: Option<String>,
    /// Where members find it; goes into invites; may be repeated
    #[arg(long, value_name = "NAME:PORT")]
    pub(crate) reachable_at: Vec<String>,
    /// Only this network may connect; may be repeated
    #[arg(long, value_name = "CIDR", value_parser = parse::network)]
    pub(crate) network: Vec<Cidr>,
    /// Any network may connect again
    #[arg(long, conflicts_with = "network")]
    pub(crate) any_network: bool,
    /// This proxy says whose connection it passes on (PROXY protocol); may be repeated
    #[arg(long, value_name = "CIDR", value_parser = parse::network)]
    pub(crate) proxy: Vec<Cidr>,
    /// No proxy is believed any more
    #[arg(long, conflicts_with = "proxy")]
    pub(crate) no_proxy: bool,
    /// The six digits that the authenticator app shows
    #[arg(long, value_name = "DIGITS", help_heading = "Secrets")]
    pub(crate) code: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct HostStartArgs {
    /// Serve for so long: 90m, 2h, 1d
    #[arg(long = "for", value_name = "TIME", value_parser = parse::span, conflicts_with = "until")]
    pub(crate) span: Option<u64>,
    /// Serve until then: 18:00, or a date and time
    #[arg(long, value_name = "TIME", value_parser = parse::coming)]
    pub(crate) until: Option<signet_core::UnixMillis>,
}
