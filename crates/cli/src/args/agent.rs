//! `agent`.

use clap::Subcommand;

#[derive(Debug, Subcommand)]
#[command(arg_required_else_help = true)]
pub(crate) enum AgentCommand {
    /// Start the agent in the background, unless it runs already
    #[command(
        after_help = "Example:\n  signet agent start\n\nEvery command that needs the agent starts it by itself."
    )]
    Start,
    /// Lock the vault and stop the agent
    #[command(after_help = "Example:\n  signet agent stop")]
    Stop,
    /// Run the agent in the foreground
    #[command(after_help = "Example:\n  signet --sandbox agent run --log debug")]
    Run {
        /// How much it writes to its log: error, warn, info, debug or trace
        #[arg(long, value_name = "LEVEL")]
        log: Option<String>,
    },
}
