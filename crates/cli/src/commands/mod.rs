//! What each command does: one file an area.

mod agent;
mod audit;
mod backup;
mod check;
mod draft;
mod history;
mod host;
mod init;
mod join;
mod key;
mod manual;
mod recover;
mod renew;
mod restore;
mod sandbox;
mod send;
mod settings;
mod shared;
mod status;
mod team;
mod unlock;
mod vault;

use signet_core::Failure;

use crate::args::Command;
use crate::context::Context;
use crate::demo;
use crate::exit_codes::End;

/// Does what was asked.
pub(crate) async fn run(context: &Context<'_>, command: Command) -> Result<End, Failure> {
    match command {
        Command::Init(args) => init::run(context, args).await,
        Command::Unlock(args) => unlock::run(context, args).await,
        Command::Lock => unlock::lock(context).await,
        Command::Status => status::run(context).await,
        Command::Key(command) => key::run(context, command).await,
        Command::Check(args) => check::run(context, args).await,
        Command::Send(args) => send::run(context, *args).await,
        Command::History(command) => history::run(context, command).await,
        Command::Draft(command) => draft::run(context, command).await,
        Command::Host(command) => host::run(context, command).await,
        Command::Team(args) => team::run(context, args).await,
        Command::Join(args) => join::run(context, args).await,
        Command::Shared(command) => shared::run(context, command).await,
        Command::Audit(command) => audit::run(context, command).await,
        Command::Recover(args) => recover::run(context, args).await,
        Command::Passphrase(command) => renew::passphrase(context, command).await,
        Command::Totp(command) => renew::totp(context, command).await,
        Command::Codes(command) => renew::codes(context, command).await,
        Command::Kit(command) => renew::kit(context, command).await,
        Command::Backup(command) => backup::run(context, command).await,
        Command::Restore(args) => restore::run(context, args).await,
        Command::Vault(command) => vault::run(context, command).await,
        Command::Settings(command) => settings::run(context, command).await,
        Command::Agent(command) => agent::run(context, command).await,
        Command::Sandbox(args) => Err(sandbox::run(context, args)),
        Command::Demo(args) => demo::run(context, &args),
        Command::Completions(args) => Ok(manual::completions(&args)),
        Command::Man(args) => manual::man(context, args),
        Command::ExitCodes => Ok(manual::exit_codes(context)),
    }
}

/// An absolute path as text: the agent does not share our folder.
fn absolute(path: &std::path::Path) -> Result<String, Failure> {
    let bad = |error: String| {
        Failure::new(signet_core::Code::Usage)
            .what("That path cannot be used.")
            .remedy("Use a path of plain text.")
            .fact("path", path.display())
            .fact("error", error)
    };
    let path = std::path::absolute(path).map_err(|error| bad(error.to_string()))?;
    path.into_os_string().into_string().map_err(|_| bad("it is not UTF-8".into()))
}
