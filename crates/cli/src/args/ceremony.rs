//! `init`, `unlock`, `recover` and the renewals: everything that takes a passphrase.

use clap::{Args, Subcommand, ValueEnum};

const INIT: &str = "\
Examples:
  signet init
  signet --sandbox init --kdf floor
  signet init --passphrase-stdin --script

With --script, a program talks to Signet by lines on standard input and output. With --passphrase-stdin
the first line is the passphrase. Signet answers with what has to be kept, as JSON,
  {\"totp\":{\"uri\",\"secret\"},\"kit\":{\"groups\",\"fingerprint\"},\"codes\":[…],\"asks_code\":true,
   \"asks_kit_groups\":[3,7]}
and reads the proofs, up to five times until they are right:
  {\"code\":\"123456\",\"kit_groups\":[[3,\"ABCD\"],[7,\"EFGH\"]]}
Nothing is created before that.";

const UNLOCK: &str = "\
Examples:
  signet unlock
  printf '%s\\n' \"$passphrase\" | signet unlock --passphrase-stdin --code 123456";

const RECOVER: &str = "\
Examples:
  signet recover --code    The phone is gone: passphrase and one recovery code
  signet recover --kit     Everything else is gone: the recovery kit and a new passphrase

With --passphrase-stdin or --passphrase-fd, the first line is the passphrase (with --kit: the new one)
and the second line is the recovery code or the kit. --script is explained in `signet help init`.";

const CHANGE: &str = "\
Examples:
  signet passphrase change
  signet passphrase change --passphrase-stdin --code 123456 --script

With --passphrase-stdin or --passphrase-fd, the second line is the new passphrase. --script is explained in `signet help init`.";

/// Where the passphrase comes from, if nobody types it.
#[derive(Clone, Copy, Debug, Default, Args)]
#[command(next_help_heading = "Secrets")]
pub(crate) struct PassphraseArgs {
    /// Read the passphrase from the first line of standard input
    #[arg(long, conflicts_with = "passphrase_fd")]
    pub(crate) passphrase_stdin: bool,
    /// Read the passphrase from the first line of this file descriptor
    #[arg(long, value_name = "N")]
    pub(crate) passphrase_fd: Option<u32>,
}

/// How new secrets are shown and proofs are asked for.
#[derive(Clone, Copy, Debug, Default, Args)]
pub(crate) struct CeremonyArgs {
    #[command(flatten)]
    pub(crate) passphrase: PassphraseArgs,
    /// Speak JSON lines with a script instead of a person
    #[arg(long, help_heading = "Secrets")]
    pub(crate) script: bool,
}

#[derive(Debug, Args)]
#[command(after_help = INIT)]
pub(crate) struct InitArgs {
    /// Cost of opening the vault: measured on this machine, or the least allowed (for tests and tours)
    #[arg(long, value_enum, default_value_t)]
    pub(crate) kdf: Kdf,
    #[command(flatten)]
    pub(crate) ceremony: CeremonyArgs,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kdf {
    #[default]
    Calibrated,
    Floor,
}

#[derive(Debug, Args)]
#[command(after_help = UNLOCK)]
pub(crate) struct UnlockArgs {
    /// The six digits that the authenticator app shows
    #[arg(long, value_name = "DIGITS", help_heading = "Secrets")]
    pub(crate) code: Option<String>,
    /// The phone's clock may be off: try codes further away, which takes longer
    #[arg(long)]
    pub(crate) wide: bool,
    #[command(flatten)]
    pub(crate) passphrase: PassphraseArgs,
}

#[derive(Debug, Args)]
#[command(after_help = RECOVER)]
pub(crate) struct RecoverArgs {
    /// Open with the passphrase and a recovery code
    #[arg(long, required_unless_present = "kit", conflicts_with = "kit")]
    pub(crate) code: bool,
    /// Open with the recovery kit, and choose a new passphrase
    #[arg(long)]
    pub(crate) kit: bool,
    #[command(flatten)]
    pub(crate) ceremony: CeremonyArgs,
}

/// A renewal: asks for passphrase and code again.
#[derive(Debug, Args)]
pub(crate) struct RenewArgs {
    /// The six digits that the authenticator app shows
    #[arg(long, value_name = "DIGITS", help_heading = "Secrets")]
    pub(crate) code: Option<String>,
    #[command(flatten)]
    pub(crate) ceremony: CeremonyArgs,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PassphraseCommand {
    /// Change the passphrase; this also renews the recovery codes
    #[command(after_help = CHANGE)]
    Change(RenewArgs),
}

#[derive(Debug, Subcommand)]
pub(crate) enum TotpCommand {
    /// Move to another phone or app; this also renews the recovery codes
    #[command(after_help = "Example:\n  signet totp replace\n\n--script is explained in `signet help init`.")]
    Replace(RenewArgs),
}

#[derive(Debug, Subcommand)]
pub(crate) enum CodesCommand {
    /// Make eight new recovery codes; the old ones end
    #[command(after_help = "Example:\n  signet codes renew\n\n--script is explained in `signet help init`.")]
    Renew(RenewArgs),
}

#[derive(Debug, Subcommand)]
pub(crate) enum KitCommand {
    /// Make a new recovery kit and codes; an old kit still opens old copies of the vault
    #[command(after_help = "Example:\n  signet kit renew\n\n--script is explained in `signet help init`.")]
    Renew(RenewArgs),
}
