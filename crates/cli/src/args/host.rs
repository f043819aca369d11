//! `host`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use signet_core::Cidr;

use super::{CeremonyArgs, Kdf, parse};

const INIT: &str = "\
Examples:
  signet host init --name \"Anna's desk\" --reachable-at anna.example.org:7465
  signet host init --network 192.0.2.0/24    Change one thing later; the rest stays

The keys stay in this vault. Members send through it while it serves, and only what their
grants allow. It asks for a code of this vault.

On a server, where no keychain service runs, --headless makes the vault and the host in one go:
  sudo -u signet -H signet host init --headless --name Mail --reachable-at mail.example.org:7465
Its keychain then lies in files that only this user can read. --script is explained in
`signet help init`.";

const UNATTENDED: &str = "\
Examples, as root:
  sudo -u signet -H signet host unattended enable --to-stdout |
    systemd-creds encrypt --name=signet-unattended - /etc/credstore.encrypted/signet-unattended

Root on this machine then has the keys. Every change of passphrase, authenticator, codes or kit
ends it; enable it again afterwards.";

const TAKE_OVER: &str = "\
Example:
  sudo -u signet -H signet host take-over /media/usb/signet.backup

The recovery kit opens the backup; the host is the same for its members, whose devices you confirm
again. What happened after the backup is lost, and their devices say so. --script is explained in
`signet help recover`.";

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
    /// Whether the host starts with nobody there
    #[command(subcommand)]
    Unattended(UnattendedCommand),
    /// Bring a host that is gone to this machine, from its backup and with its recovery kit
    TakeOver(TakeOverArgs),
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
    /// On a server: make the vault, too, with its keychain in files
    #[arg(long, conflicts_with_all = ["code", "any_network", "no_proxy"])]
    pub(crate) headless: bool,
    /// With --headless, the cost of opening the vault: measured here, or the least allowed (for tests)
    #[arg(long, value_enum, default_value_t, requires = "headless")]
    pub(crate) kdf: Kdf,
    /// The six digits that the authenticator app shows
    #[arg(long, value_name = "DIGITS", help_heading = "Secrets")]
    pub(crate) code: Option<String>,
    #[command(flatten)]
    pub(crate) ceremony: CeremonyArgs,
}

#[derive(Debug, Args)]
#[command(after_help = TAKE_OVER)]
pub(crate) struct TakeOverArgs {
    /// The backup of the host's vault
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) ceremony: CeremonyArgs,
}

#[derive(Debug, Subcommand)]
#[command(arg_required_else_help = true)]
pub(crate) enum UnattendedCommand {
    /// Let this machine open the vault with nobody there, and serve at once
    Enable(UnattendedEnableArgs),
    /// End that
    #[command(after_help = "Example:\n  signet host unattended disable")]
    Disable {
        /// The six digits that the authenticator app shows
        #[arg(long, value_name = "DIGITS", help_heading = "Secrets")]
        code: Option<String>,
    },
}

#[derive(Debug, Args)]
#[command(after_help = UNATTENDED)]
pub(crate) struct UnattendedEnableArgs {
    /// The six digits that the authenticator app shows
    #[arg(long, value_name = "DIGITS", help_heading = "Secrets")]
    pub(crate) code: Option<String>,
    /// Write the secret to standard output, for a pipe into systemd-creds
    #[arg(long, conflicts_with = "credential")]
    pub(crate) to_stdout: bool,
    /// Where to put the credential [default: /etc/credstore.encrypted/signet-unattended]
    #[arg(long, value_name = "FILE")]
    pub(crate) credential: Option<PathBuf>,
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
