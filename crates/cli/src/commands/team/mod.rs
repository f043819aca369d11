//! `team`.

mod approval;
mod find;
mod forbid;
mod grant;
mod invite;
mod member;

use signet_api::wire::{Empty, GrantChoice, TeamView};
use signet_api::{ForbidRemove, GrantRemove, TeamShow};
use signet_core::{Failure, GrantId};

use super::key;
use crate::args::TeamCommand;
use crate::context::Context;
use crate::exit_codes::End;
use crate::view;

pub(super) async fn run(context: &Context<'_>, command: TeamCommand) -> Result<End, Failure> {
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
    let keys = if team.forbids.iter().any(|forbid| forbid.key.is_some()) {
        key::all(context).await?
    } else {
        Vec::new()
    };
    context.printer.show(&team, |v| view::team::list(&team, &keys, v));
    Ok(End::OK)
}

async fn show(context: &Context<'_>) -> Result<TeamView, Failure> {
    context.call::<TeamShow>(&Empty {}).await
}

async fn ungrant(context: &Context<'_>, grant: u64) -> Result<End, Failure> {
    let done = context.call::<GrantRemove>(&GrantChoice { id: GrantId(grant) }).await?;
    let text = format!("Grant {grant} has ended, also for messages under way.");
    context.printer.done(&done, |v| format!("{} {text}", v.ink.green("✓")));
    Ok(End::OK)
}

async fn unforbid(context: &Context<'_>, forbid: u64) -> Result<End, Failure> {
    // One number, whatever kind of rule it is of.
    let done = context.call::<ForbidRemove>(&GrantChoice { id: GrantId(forbid) }).await?;
    let text = format!("Forbid {forbid} has ended.");
    context.printer.done(&done, |v| format!("{} {text}", v.ink.green("✓")));
    Ok(End::OK)
}
