//! `team`.

mod approval;
mod find;
mod forbid;
mod grant;
mod invite;
mod member;

use signet_api::remote::{NamedKey, TeamKeys};
use signet_api::wire::{Empty, GrantChoice, KeyView, TeamView};
use signet_api::{ForbidRemove, GrantRemove, SharedList, TeamShow};
use signet_core::{Code, Failure, GrantId, Role};

use super::join::host_of;
use super::key;
use crate::args::{TeamArgs, TeamCommand};
use crate::context::Context;
use crate::exit_codes::End;
use crate::view::{self, plain};

pub(super) async fn run(context: &Context<'_>, args: TeamArgs) -> Result<End, Failure> {
    if let Some(host) = &args.host {
        context.mean_team_of(host_of(context, Some(host)).await?);
    }
    let done = act(context, args.command).await;
    match done {
        Err(failure) if !context.is_far() => Err(for_admins(context, failure).await),
        done => done,
    }
}

/// Somebody who looks after the team of another host meant that one, perhaps.
async fn for_admins(context: &Context<'_>, failure: Failure) -> Failure {
    if !matches!(failure.code, Code::Locked | Code::NoVault | Code::HostNone) {
        return failure;
    }
    let Ok(shared) = context.call::<SharedList>(&Empty {}).await else { return failure };
    let Some(host) = shared.hosts.iter().find(|host| host.role == Role::Admin) else { return failure };
    let key = host.host.get(..8).unwrap_or(&host.host);
    let meant = format!("For the team of {}, add `--host {key}`.", plain(&host.name));
    // Whoever has no vault needs none for this.
    let remedy = if failure.code == Code::NoVault { meant } else { format!("{meant} {}", failure.remedy) };
    failure.remedy(remedy)
}

async fn act(context: &Context<'_>, command: TeamCommand) -> Result<End, Failure> {
    match command {
        TeamCommand::List => list(context).await,
        TeamCommand::Invite(args) => invite::make(context, *args).await,
        TeamCommand::Withdraw { invite } => invite::withdraw(context, &invite).await,
        TeamCommand::Approve { invite, words, code } => invite::approve(context, &invite, words, code).await,
        TeamCommand::Refuse { invite } => invite::refuse(context, &invite).await,
        TeamCommand::Suspend { member } => member::suspend(context, &member).await,
        TeamCommand::Resume { member } => member::resume(context, &member).await,
        TeamCommand::Rename { member, name } => member::rename(context, &member, name).await,
        TeamCommand::Role { member, role } => member::role(context, &member, role).await,
        TeamCommand::Revoke(args) => member::revoke(context, &args).await,
        TeamCommand::Device(command) => member::device(context, command).await,
        TeamCommand::ResetCode { member } => member::reset_code(context, &member).await,
        TeamCommand::Grant(args) => grant::put(context, *args).await,
        TeamCommand::Ungrant { grant } => ungrant(context, grant).await,
        TeamCommand::Forbid(args) => forbid::put(context, *args).await,
        TeamCommand::Unforbid { forbid } => unforbid(context, forbid).await,
        TeamCommand::Ask(args) => grant::ask(context, *args).await,
        TeamCommand::Approvals => approval::list(context).await,
        TeamCommand::ApproveMessage { request, sha256, code } => {
            approval::approve(context, &request, sha256, code).await
        }
        TeamCommand::DenyMessage { request } => approval::deny(context, &request).await,
    }
}

async fn list(context: &Context<'_>) -> Result<End, Failure> {
    let team = show(context).await?;
    let keys = if context.is_far() || team.forbids.iter().any(|forbid| forbid.key.is_some()) {
        keys(context).await?
    } else {
        Vec::new()
    };
    context.printer.show(&team, |v| view::team::list(&team, &keys, v));
    Ok(End::OK)
}

/// The keys of the host that is meant, by name.
async fn keys(context: &Context<'_>) -> Result<Vec<NamedKey>, Failure> {
    if context.is_far() {
        return Ok(context.team::<TeamKeys>(&Empty {}).await?.keys);
    }
    let named = |key: KeyView| NamedKey { id: key.id, name: key.name, client_email: key.client_email };
    Ok(key::all(context).await?.into_iter().map(named).collect())
}

async fn show(context: &Context<'_>) -> Result<TeamView, Failure> {
    context.team::<TeamShow>(&Empty {}).await
}

async fn ungrant(context: &Context<'_>, grant: u64) -> Result<End, Failure> {
    let done = context.team::<GrantRemove>(&GrantChoice { id: GrantId(grant) }).await?;
    let text = format!("Grant {grant} has ended, also for messages under way.");
    context.printer.done(&done, |v| format!("{} {text}", v.ink.green("✓")));
    Ok(End::OK)
}

async fn unforbid(context: &Context<'_>, forbid: u64) -> Result<End, Failure> {
    // One number, whatever kind of rule it is of.
    let done = context.team::<ForbidRemove>(&GrantChoice { id: GrantId(forbid) }).await?;
    let text = format!("Forbid {forbid} has ended.");
    context.printer.done(&done, |v| format!("{} {text}", v.ink.green("✓")));
    Ok(End::OK)
}
