//! What happens to members and devices after they joined.

use signet_api::wire::{MemberChange, MemberChangeRequest, MemberChoice, MemberState, MemberView};
use signet_api::{MemberRevoke, MemberUpdate};
use signet_core::{Code, Failure, Role};

use super::{find, show};
use crate::args::{DeviceCommand, RevokeArgs};
use crate::commands::key::confirm;
use crate::context::Context;
use crate::exit_codes::End;
use crate::view::{self, plain};

pub(super) async fn suspend(context: &Context<'_>, member: &str) -> Result<End, Failure> {
    let say = |name: &str| format!("{name} cannot connect until resumed. Connections are closed.");
    change(context, member, MemberChange::Suspend, say).await
}

pub(super) async fn resume(context: &Context<'_>, member: &str) -> Result<End, Failure> {
    change(context, member, MemberChange::Resume, |name| format!("{name} can connect again.")).await
}

pub(super) async fn rename(context: &Context<'_>, member: &str, name: String) -> Result<End, Failure> {
    let say = |name: &str| format!("The member is now called {name}.");
    change(context, member, MemberChange::Rename { name }, say).await
}

pub(super) async fn role(context: &Context<'_>, member: &str, role: Role) -> Result<End, Failure> {
    let say = |name: &str| format!("The role of {name} is now {}.", role.as_str());
    change(context, member, MemberChange::Role { role }, say).await
}

pub(super) async fn reset_code(context: &Context<'_>, member: &str) -> Result<End, Failure> {
    let say = |name: &str| format!("{name} sets up a new code with `signet join code`; the old one is void.");
    change(context, member, MemberChange::CodeReset, say).await
}

pub(super) async fn device(context: &Context<'_>, command: DeviceCommand) -> Result<End, Failure> {
    let (DeviceCommand::Revoke { member, device }
    | DeviceCommand::Rename { member, device, .. }
    | DeviceCommand::Confirm { member, device }) = &command;
    let team = show(context).await?;
    let owner = find::member(&team, member)?;
    let found = find::device(owner, device)?;
    let (device, called) = (found.id, plain(&found.name));
    let (change, text) = match command {
        DeviceCommand::Revoke { .. } => {
            (MemberChange::DeviceRevoke { device }, format!("{called} cannot connect any more."))
        }
        DeviceCommand::Rename { name, .. } => {
            let text = format!("The device is now called {}.", plain(&name));
            (MemberChange::DeviceRename { device, name }, text)
        }
        DeviceCommand::Confirm { .. } => {
            (MemberChange::DeviceConfirm { device }, format!("{called} can connect again."))
        }
    };
    let request = MemberChangeRequest { member: owner.id, change };
    let member = context.team::<MemberUpdate>(&request).await?;
    done(context, &member, &text);
    Ok(End::OK)
}

pub(super) async fn revoke(context: &Context<'_>, args: &RevokeArgs) -> Result<End, Failure> {
    let team = show(context).await?;
    let member = find::member(&team, &args.member)?;
    if !args.yes {
        confirm(&format!(
            "End the membership of {} for good? Devices, grants and connections end at once.",
            plain(&member.name)
        ))?;
    }
    let report = context.team::<MemberRevoke>(&MemberChoice { member: member.id }).await?;
    context.printer.show(&report, |v| view::team::leaver(&report, v));
    Ok(End::OK)
}

async fn change(
    context: &Context<'_>,
    member: &str,
    change: MemberChange,
    say: impl FnOnce(&str) -> String,
) -> Result<End, Failure> {
    let team = show(context).await?;
    let found = find::member(&team, member)?;
    if found.state == MemberState::Revoked {
        return Err(Failure::new(Code::MemberEnded)
            .what(format!("The membership of {} has ended.", plain(&found.name)))
            .remedy("A new invite begins another one.")
            .fact("member", member));
    }
    let request = MemberChangeRequest { member: found.id, change };
    let member = context.team::<MemberUpdate>(&request).await?;
    done(context, &member, &say(&plain(&member.name)));
    Ok(End::OK)
}

fn done(context: &Context<'_>, member: &MemberView, text: &str) {
    context.printer.done(member, |v| {
        let text = v.hint(text);
        format!("{} {text}\n  {}", v.ink.green("✓"), v.ink.dim(view::team::ENFORCED_HERE))
    });
}
