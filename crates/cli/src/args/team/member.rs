//! What happens to members after they joined.

use clap::{Args, Subcommand};

#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  signet team revoke Mia\n\nIt says what the member leaves behind: devices, grants, and keys used lately."
)]
pub(crate) struct RevokeArgs {
    /// Name, address, id or the first digits of the id
    pub(crate) member: String,
    /// Do not ask
    #[arg(long, short)]
    pub(crate) yes: bool,
}

#[derive(Debug, Subcommand)]
#[command(arg_required_else_help = true)]
pub(crate) enum DeviceCommand {
    /// Let a device not connect any more
    #[command(after_help = "Example:\n  signet team device revoke Mia 'old laptop'")]
    Revoke {
        /// The member: name, address, id or the first digits of the id
        member: String,
        /// The device: name, id or the first digits of the id
        device: String,
    },
    /// Give a device another name
    #[command(after_help = "Example:\n  signet team device rename Mia laptop 'office laptop'")]
    Rename {
        /// The member: name, address, id or the first digits of the id
        member: String,
        /// The device: name, id or the first digits of the id
        device: String,
        /// The new name
        name: String,
    },
    /// Let a device connect again that the host suspended by itself
    #[command(
        after_help = "Example:\n  signet team device confirm Mia laptop\n\nThe host suspends a device when a second copy of its key may exist. Ask the member first."
    )]
    Confirm {
        /// The member: name, address, id or the first digits of the id
        member: String,
        /// The device: name, id or the first digits of the id
        device: String,
    },
}
