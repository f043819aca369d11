//! What can be typed. Definitions only; what happens then is in `commands`.

mod agent;
mod audit;
mod ceremony;
mod host;
mod join;
mod key;
mod parse;
mod send;
mod settings;
mod shell;
mod team;
mod vault;

pub(crate) use agent::AgentCommand;
pub(crate) use audit::{AuditCommand, AuditListArgs, AuditVerifyArgs};
pub(crate) use ceremony::{
    CeremonyArgs, CodesCommand, InitArgs, Kdf, KitCommand, PassphraseArgs, PassphraseCommand, RecoverArgs,
    RenewArgs, TotpCommand, UnlockArgs,
};
pub(crate) use host::{
    HostCommand, HostInitArgs, HostStartArgs, TakeOverArgs, UnattendedCommand, UnattendedEnableArgs,
};
pub(crate) use join::{JoinArgs, JoinCommand, SharedCommand};
pub(crate) use key::{CheckArgs, KeyCommand, KeyImportArgs};
pub(crate) use send::{DraftCommand, HistoryCommand, SendArgs};
pub(crate) use settings::{SettingsCommand, SettingsSetArgs};
pub(crate) use shell::{CompletionsArgs, DemoArgs, ManArgs, SandboxArgs};
pub(crate) use team::{
    AskArgs, DeviceCommand, ForbidArgs, GrantArgs, GrantOptions, InviteArgs, RevokeArgs, TeamArgs,
    TeamCommand,
};
pub(crate) use vault::{BackupCommand, DestroyArgs, RestoreArgs, VaultCommand};

use clap::{Args, Parser, Subcommand};

const OVERVIEW: &str = "\
First steps:
  signet demo                            See the whole thing work, in a throw-away sandbox
  signet init                            Create your vault (have your authenticator app at hand)
  signet key import key.json             Seal a service-account key
  signet check --sender you@example.org  See whether Google lets it send
  signet send --from you@example.org --to you@example.org --subject Hello --text Hi

Together:
  signet host init --name \"Anna's desk\"  Let others send with your keys, under your conditions
  signet join 'signet1-…'                Send with keys of others; needs no vault

For scripts:
  --json prints one JSON document on standard output: the result, or {\"error\": {code, what,
  remedy, facts}}. Words for people go to standard error.
  --passphrase-stdin or --passphrase-fd N gives the passphrase, --code the six digits. A passphrase
  is never taken from an argument or the environment, where other programs can read it.
  Exit codes say what kind of failure it was: `signet help exit-codes`.

Environment:
  SIGNET_PROFILE  `sandbox` does what --sandbox does
  SIGNET_HOME     Keep everything below this folder instead of the XDG folders
  NO_COLOR        Do what --no-color does";

/// Keeps Google service-account keys sealed and sends test mail with them.
///
/// A key is imported once and sealed into the vault. From then on you use it; nothing hands it out again.
#[derive(Debug, Parser)]
#[command(name = "signet", version, after_help = OVERVIEW, max_term_width = 100)]
#[command(arg_required_else_help = true, subcommand_required = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) globals: Globals,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options that every command takes.
#[derive(Clone, Copy, Debug, Default, Args)]
#[command(next_help_heading = "Global options")]
#[allow(clippy::struct_excessive_bools)] // each is a switch of its own
pub(crate) struct Globals {
    /// Use the sandbox profile: its own vault, and the local stand-in for Google
    #[arg(long, global = true)]
    pub(crate) sandbox: bool,
    /// Print one JSON document on standard output
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Print without colours
    #[arg(long, global = true)]
    pub(crate) no_color: bool,
    /// Print results and errors only
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Create the vault
    Init(InitArgs),
    /// Open the vault
    Unlock(UnlockArgs),
    /// Close the vault and forget every key and token
    #[command(after_help = "Example:\n  signet lock")]
    Lock,
    /// Show what state everything is in
    #[command(after_help = "Example:\n  signet status --json | jq -r .vault.state")]
    Status,
    /// Import, list, rename and remove keys
    #[command(subcommand)]
    Key(KeyCommand),
    /// Check step by step whether a sender's mail could be sent; sends nothing
    Check(CheckArgs),
    /// Send a message
    Send(Box<SendArgs>),
    /// Look at what was sent
    #[command(subcommand)]
    History(HistoryCommand),
    /// Look at saved drafts
    #[command(subcommand)]
    Draft(DraftCommand),
    /// Serve a team: let others send with the keys of this vault
    #[command(subcommand)]
    Host(HostCommand),
    /// Members, grants and approvals of the team that this vault serves
    Team(TeamArgs),
    /// Join somebody's team with an invite
    Join(JoinArgs),
    /// Look at the keys that others share with this device
    #[command(subcommand)]
    Shared(SharedCommand),
    /// Read, verify and export the audit log
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Open the vault without the phone, or with nothing but the recovery kit
    Recover(RecoverArgs),
    /// Change the passphrase
    #[command(subcommand)]
    Passphrase(PassphraseCommand),
    /// Replace the secret in the authenticator app
    #[command(subcommand)]
    Totp(TotpCommand),
    /// Renew the recovery codes
    #[command(subcommand)]
    Codes(CodesCommand),
    /// Renew the recovery kit
    #[command(subcommand)]
    Kit(KitCommand),
    /// Write and list backups
    #[command(subcommand)]
    Backup(BackupCommand),
    /// Put a backup in place of the vault
    Restore(RestoreArgs),
    /// Remove the vault for good
    #[command(subcommand)]
    Vault(VaultCommand),
    /// Show and change settings
    #[command(subcommand)]
    Settings(SettingsCommand),
    /// Start and stop the agent, the process that holds the unlocked vault
    #[command(subcommand)]
    Agent(AgentCommand),
    /// Run the local stand-in for Google
    Sandbox(SandboxArgs),
    /// Show the main job from start to end in a throw-away sandbox
    Demo(DemoArgs),
    /// Print the completion script for a shell
    Completions(CompletionsArgs),
    /// Print or write the manual pages
    Man(ManArgs),
    /// Show what the exit codes mean
    #[command(hide = true, after_help = crate::exit_codes::table())]
    ExitCodes,
}

impl Command {
    /// Whether the command speaks JSON lines with a script.
    pub(crate) const fn is_script(&self) -> bool {
        match self {
            Self::Init(InitArgs { ceremony, .. })
            | Self::Recover(RecoverArgs { ceremony, .. })
            | Self::Host(
                HostCommand::Init(HostInitArgs { ceremony, .. })
                | HostCommand::TakeOver(TakeOverArgs { ceremony, .. }),
            ) => ceremony.script,
            Self::Passphrase(PassphraseCommand::Change(args))
            | Self::Totp(TotpCommand::Replace(args))
            | Self::Codes(CodesCommand::Renew(args))
            | Self::Kit(KitCommand::Renew(args)) => args.ceremony.script,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests;
