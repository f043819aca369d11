//! `team`: members, invites, grants, approvals.

mod grant;
mod invite;
mod member;

pub(crate) use grant::{AskArgs, ForbidArgs, GrantArgs, GrantOptions};
pub(crate) use invite::InviteArgs;
pub(crate) use member::{DeviceCommand, RevokeArgs};

use clap::{Args, Subcommand};
use signet_core::{RequestId, Role};

use super::parse;

#[derive(Debug, Args)]
#[command(arg_required_else_help = true)]
pub(crate) struct TeamArgs {
    /// The team of this host, to which you belong as an admin, instead of your own vault's
    #[arg(long, value_name = "HOST", global = true, help_heading = "Team")]
    pub(crate) host: Option<String>,
    #[command(subcommand)]
    pub(crate) command: TeamCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum TeamCommand {
    /// List members with devices and grants, invites, and what is forbidden
    #[command(visible_alias = "ls", after_help = "Example:\n  signet team list")]
    List,
    /// Invite somebody, or another device of a member
    Invite(Box<InviteArgs>),
    /// Take an invite back
    #[command(after_help = "Example:\n  signet team withdraw Mia")]
    Withdraw {
        /// Its id, the first digits of it, or the name it is for
        invite: String,
    },
    /// Accept whoever came with an invite, once the words are the same on both screens
    #[command(
        after_help = "Examples:\n  signet team approve Mia\n  signet team approve 3f2a --words 'apple river stone' --code 123456\n\nLet your colleague read the words to you; what you type is compared here. Other words mean\nthat somebody else has the invite: `signet team refuse`."
    )]
    Approve {
        /// The invite: its id, the first digits of it, or the name it is for
        invite: String,
        /// The three words that your colleague reads from the other screen
        #[arg(long, value_name = "WORDS")]
        words: Option<String>,
        /// The six digits that the authenticator app shows
        #[arg(long, value_name = "DIGITS", help_heading = "Secrets")]
        code: Option<String>,
    },
    /// Refuse whoever came with an invite
    #[command(after_help = "Example:\n  signet team refuse Mia")]
    Refuse {
        /// The invite: its id, the first digits of it, or the name it is for
        invite: String,
    },
    /// Let a member not connect until resumed
    #[command(after_help = "Example:\n  signet team suspend Mia")]
    Suspend {
        /// Name, address, id or the first digits of the id
        member: String,
    },
    /// Let a suspended member connect again
    #[command(after_help = "Example:\n  signet team resume Mia")]
    Resume {
        /// Name, address, id or the first digits of the id
        member: String,
    },
    /// Give a member another name
    #[command(after_help = "Example:\n  signet team rename Mia 'Mia (support)'")]
    Rename {
        /// Name, address, id or the first digits of the id
        member: String,
        /// The new name
        name: String,
    },
    /// Give a member another role
    #[command(after_help = "Example:\n  signet team role Mia test-sender")]
    Role {
        /// Name, address, id or the first digits of the id
        member: String,
        /// admin, custodian, sender, test-sender or auditor
        #[arg(value_parser = parse::role)]
        role: Role,
    },
    /// End a membership for good: devices, grants and connections at once
    Revoke(RevokeArgs),
    /// Revoke, rename and confirm devices of a member
    #[command(subcommand)]
    Device(DeviceCommand),
    /// Let a member set up the code with this host anew
    #[command(after_help = "Example:\n  signet team reset-code Mia")]
    ResetCode {
        /// Name, address, id or the first digits of the id
        member: String,
    },
    /// Let a member send with a key, under conditions
    Grant(Box<GrantArgs>),
    /// End a grant
    #[command(after_help = "Example:\n  signet team ungrant 3")]
    Ungrant {
        /// Its number in `signet team list`
        grant: u64,
    },
    /// Forbid messages whatever is granted
    Forbid(Box<ForbidArgs>),
    /// End a forbid
    #[command(after_help = "Example:\n  signet team unforbid 2")]
    Unforbid {
        /// Its number in `signet team list`
        forbid: u64,
    },
    /// Ask whether a member may send something, and which rule decides; sends nothing
    Ask(Box<AskArgs>),
    /// Show messages that wait for approval
    #[command(after_help = "Example:\n  signet team approvals")]
    Approvals,
    /// Approve a message that waits: exactly these bytes are sent
    #[command(
        after_help = "Examples:\n  signet team approve-message 3f2a\n  signet team approve-message 3f2a --sha256 9c1e… --code 123456\n\nWithout --sha256 the message is shown and you are asked."
    )]
    ApproveMessage {
        /// The request or its first digits
        request: String,
        /// Hash of the bytes that you looked at, as `signet team approvals` shows it
        #[arg(long, value_name = "HEX")]
        sha256: Option<String>,
        /// The six digits that the authenticator app shows
        #[arg(long, value_name = "DIGITS", help_heading = "Secrets")]
        code: Option<String>,
    },
    /// Refuse a message that waits
    #[command(after_help = "Example:\n  signet team deny-message 3f2a")]
    DenyMessage {
        /// The request or its first digits
        request: String,
    },
}

/// A whole request id.
pub(super) fn request(text: &str) -> Result<RequestId, String> {
    RequestId::parse(text).map_err(|_| "that is not a request id, which has 32 hex digits".into())
}
