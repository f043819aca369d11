//! `agent`.

use signet_api::wire::Empty;
use signet_api::{AgentStop, Status, launch};
use signet_core::{Code, Failure};

use crate::args::AgentCommand;
use crate::context::Context;
use crate::exit_codes::End;

pub(super) async fn run(context: &Context<'_>, command: AgentCommand) -> Result<End, Failure> {
    match command {
        AgentCommand::Start => start(context).await,
        AgentCommand::Stop => stop(context).await,
        AgentCommand::Run { log } => Err(launch::become_agent(&context.home, log)),
    }
}

async fn start(context: &Context<'_>) -> Result<End, Failure> {
    let status = context.call::<Status>(&Empty {}).await?;
    let text = format!("The agent runs as process {}.", status.pid);
    context.printer.done(&status, |view| format!("{} {text}", view.ink.green("✓")));
    Ok(End::OK)
}

async fn stop(context: &Context<'_>) -> Result<End, Failure> {
    let runs = launch::listens(&context.home);
    if runs {
        match context.client.call::<AgentStop>(&Empty {}).await {
            // One of another version does not understand the request; it does understand a signal.
            Err(failure) if failure.code == Code::AgentVersion => launch::terminate(&context.home)?,
            stopped => drop(stopped?),
        }
        launch::gone(&context.home).await?;
    }
    let text = if runs { "The agent has stopped." } else { "The agent was not running." };
    context.printer.done(&Empty {}, |view| format!("{} {text}", view.ink.green("✓")));
    Ok(End::OK)
}
