//! What the command line takes.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

/// A local stand-in for Google: tokens, Gmail and an inbox to look at. Nothing leaves this computer.
#[derive(Parser)]
#[command(name = "signet-sandbox", version, max_term_width = 100)]
pub(crate) struct Args {
    /// Where everything is kept
    #[arg(long, global = true, value_name = "DIR", env = "SIGNET_SANDBOX_STATE")]
    pub(crate) state: Option<PathBuf>,
    /// Print JSON, for scripts
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

#[derive(Subcommand)]
pub(crate) enum Verb {
    /// Start the sandbox in the background
    Start(StartArgs),
    /// Stop it
    Stop,
    /// Say whether it runs, and where
    Status,
    /// Make a service-account key file and register its public half
    NewKey(NewKeyArgs),
    /// Look at the mail that was sent
    Inbox {
        #[command(subcommand)]
        verb: InboxVerb,
    },
    /// Make something go wrong
    Faults {
        #[command(subcommand)]
        verb: FaultsVerb,
    },
    /// Show or move the sandbox's clock: +90, -5m, +1h, +2d, or reset
    Clock {
        /// How far to move it
        #[arg(value_name = "CHANGE", allow_hyphen_values = true)]
        change: Option<String>,
    },
    /// List keys, or switch one
    Keys {
        #[command(subcommand)]
        verb: KeysVerb,
    },
    /// List service accounts, or switch one
    Accounts {
        #[command(subcommand)]
        verb: AccountsVerb,
    },
    /// Domain-wide delegation: which account may ask for which scopes
    Delegation {
        #[command(subcommand)]
        verb: DelegationVerb,
    },
    /// The Workspace's domains, users and the addresses they send as
    Users {
        #[command(subcommand)]
        verb: UsersVerb,
    },
    /// Show or set the quotas
    Quota(QuotaArgs),
    /// Refuse what Google tolerates: padded base64url, a missing kid, bare line feeds
    Strict {
        /// On or off; shows it when left out
        mode: Option<Switch>,
    },
    /// Show or set the TOTP step offset of sandbox vaults
    TotpOffset {
        /// Steps of 30 seconds
        #[arg(value_name = "STEPS", allow_negative_numbers = true)]
        steps: Option<i64>,
    },
    /// Forget mail, uploads, faults and the clock's offset; keys stay
    Reset,
}

#[derive(clap::Args)]
pub(crate) struct StartArgs {
    /// The port for HTTP; a free one when left out
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) port: u16,
    /// The address to listen on; loopback only
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    pub(crate) address: std::net::IpAddr,
    /// Listen for HTTPS too, with a test certificate authority (ca.pem)
    #[arg(long)]
    pub(crate) tls: bool,
    /// Stay in the foreground until Ctrl-C
    #[arg(long)]
    pub(crate) foreground: bool,
}

#[derive(clap::Args)]
pub(crate) struct NewKeyArgs {
    /// The key file to write; it must not exist
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// The service account; made when it is not there
    #[arg(long, value_name = "EMAIL")]
    pub(crate) email: Option<String>,
    /// The size of the RSA key: 2048, 3072 or 4096
    #[arg(long, value_name = "BITS", default_value_t = 2048)]
    pub(crate) bits: u32,
    /// Do not authorise the account to send as the sandbox's users
    #[arg(long)]
    pub(crate) no_delegation: bool,
    /// Another `token_uri` in the file, so that other programs find the sandbox
    #[arg(long, value_name = "URL")]
    pub(crate) token_uri: Option<String>,
}

#[derive(Subcommand)]
pub(crate) enum InboxVerb {
    /// List the messages
    List {
        /// Only those that this address sent or got
        #[arg(long, value_name = "EMAIL")]
        user: Option<String>,
    },
    /// Show one message, its text and its attachments
    Show {
        /// Its id, or `last`
        id: String,
    },
    /// Print one message as delivered, byte for byte
    Raw {
        /// Its id, or `last`
        id: String,
        /// The sender's copy, with Bcc
        #[arg(long)]
        sent: bool,
    },
    /// Save the attachments of one message
    Attachments {
        /// Its id, or `last`
        id: String,
        /// The folder to save them in
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
}

#[derive(Subcommand)]
pub(crate) enum FaultsVerb {
    /// List the faults that are set
    List,
    /// List the faults that there are
    Names,
    /// Set a fault
    Add(Box<FaultArgs>),
    /// Remove one fault, or all
    Clear {
        /// Its number
        id: Option<u64>,
    },
}

#[derive(clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "switches of a command line")]
pub(crate) struct FaultArgs {
    /// Its name; `faults names` lists them
    pub(crate) name: String,
    /// Where it strikes: token, certs, start, chunk, last-chunk, status or read
    #[arg(long, value_name = "PLACE")]
    pub(crate) at: Option<String>,
    /// Only this user's requests
    #[arg(long, value_name = "EMAIL")]
    pub(crate) user: Option<String>,
    /// Let so many pass first
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) skip: u32,
    /// Strike so many
    #[arg(long, value_name = "N", default_value_t = 1, conflicts_with = "always")]
    pub(crate) times: u32,
    /// Strike until it is cleared
    #[arg(long)]
    pub(crate) always: bool,
    /// Begin so far from now: 90, 5m, 1h
    #[arg(long, value_name = "TIME")]
    pub(crate) after: Option<String>,
    /// End so far from now
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<String>,
    /// Seconds in Retry-After, or in the text of messages that name a time
    #[arg(long, value_name = "SECONDS")]
    pub(crate) retry_after: Option<u32>,
    /// Leave the Retry-After header out
    #[arg(long)]
    pub(crate) no_retry_header: bool,
    /// Answer with a page of HTML
    #[arg(long)]
    pub(crate) html: bool,
    /// Compress the answer
    #[arg(long)]
    pub(crate) gzip: bool,
    /// Leave out the list of errors
    #[arg(long)]
    pub(crate) no_errors: bool,
    /// Bytes for keep-fewer, milliseconds for slow, bytes each second for slow-upload
    #[arg(long, value_name = "N")]
    pub(crate) amount: Option<u64>,
}

#[derive(Subcommand)]
pub(crate) enum KeysVerb {
    /// List the keys
    List,
    /// Switch one
    Set {
        /// The key id, or its first digits
        id: String,
        /// The new state
        #[arg(value_name = "STATE")]
        mode: KeyMode,
    },
}

#[derive(Subcommand)]
pub(crate) enum AccountsVerb {
    /// List the service accounts
    List,
    /// Switch one
    Set {
        /// Its address
        email: String,
        /// The new state
        #[arg(value_name = "STATE")]
        mode: AccountMode,
    },
}

#[derive(Subcommand)]
pub(crate) enum DelegationVerb {
    /// List the entries
    List,
    /// Write an entry, in the place of an earlier one
    Set {
        /// The numeric id of the service account, or its address
        client: String,
        /// The scopes; gmail.send stands for its whole address
        #[arg(required = true)]
        scopes: Vec<String>,
        /// Take effect so far from now: 90, 5m, 1h
        #[arg(long, value_name = "TIME")]
        after: Option<String>,
    },
    /// Remove an entry
    Remove {
        /// The numeric id of the service account, or its address
        client: String,
    },
}

#[derive(Subcommand)]
pub(crate) enum UsersVerb {
    /// List domains and users
    List,
    /// Say which domains there are
    Domains {
        /// The domains
        #[arg(required = true)]
        domains: Vec<String>,
        /// Only listed users exist
        #[arg(long)]
        listed_only: bool,
    },
    /// Add a user, or change one
    Set {
        /// The address
        address: String,
        /// The user has no Gmail mailbox
        #[arg(long)]
        mail_off: bool,
    },
    /// Remove a user from the list
    Remove {
        /// The address
        address: String,
    },
    /// Let a user send as another address
    SendAs {
        /// The user
        user: String,
        /// The other address
        address: String,
        /// The owner of the address has not accepted yet
        #[arg(long)]
        pending: bool,
        /// It takes the place of an address that is not allowed
        #[arg(long)]
        default: bool,
        /// The name shown to readers
        #[arg(long, default_value = "")]
        name: String,
    },
}

#[derive(clap::Args)]
pub(crate) struct QuotaArgs {
    /// Google's scheme: from May 2026 on, or before
    #[arg(long)]
    pub(crate) scheme: Option<Scheme>,
    /// Messages a user may send in 24 hours
    #[arg(long, value_name = "N")]
    pub(crate) messages_per_day: Option<u32>,
    /// Units a user may use in a minute
    #[arg(long, value_name = "N")]
    pub(crate) units_per_user_minute: Option<u32>,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Switch {
    On,
    Off,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Scheme {
    New,
    Old,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum KeyMode {
    Active,
    Disabled,
    Deleted,
    Expired,
    NotPropagated,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum AccountMode {
    Active,
    Disabled,
    Deleted,
}

/// Where the state is unless told otherwise: beside the rest of Signet's state.
pub(crate) fn default_state() -> Option<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(home) = set("SIGNET_HOME") {
        return Some(home.join("sandbox-google"));
    }
    let state = set("XDG_STATE_HOME").or_else(|| set("HOME").map(|home| home.join(".local/state")))?;
    Some(state.join("signet/sandbox-google"))
}
