//! `team invite`, `withdraw`, `approve`, `refuse`.

use signet_api::wire::{
    GrantWish, InviteChoice, InviteRequest, InviteStateView, InviteView, MemberApproveRequest,
};
use signet_api::{InviteMake, InviteWithdraw, MemberApprove, MemberRefuse};
use signet_core::{Code, Failure, Role};

use super::{find, grant, show};
use crate::args::InviteArgs;
use crate::context::Context;
use crate::exit_codes::End;
use crate::view::{self, plain};
use crate::{prompt, secret_input};

pub(super) async fn make(context: &Context<'_>, args: InviteArgs) -> Result<End, Failure> {
    let mut request = InviteRequest {
        name: args.name.unwrap_or_default(),
        address: args.address,
        role: args.role.unwrap_or(Role::Sender),
        grants: Vec::new(),
        not_after: args.until,
        hours: args.hours,
        member: None,
    };
    if let Some(whose) = &args.device_for {
        let team = show(context).await?;
        let member = find::member(&team, whose)?;
        request.name.clone_from(&member.name);
        request.address.clone_from(&member.address);
        request.role = member.role;
        request.member = Some(member.id);
    }
    if let Some(key) = &args.key {
        request.grants.push(GrantWish {
            key: grant::key(context, key).await?,
            note: args.grant.note.clone().unwrap_or_default(),
            conditions: grant::conditions(args.grant),
        });
    }
    let made = context.team::<InviteMake>(&request).await?;
    context.printer.show(&made, |v| view::team::invite_made(&made, args.qr, v));
    Ok(End::OK)
}

pub(super) async fn withdraw(context: &Context<'_>, invite: &str) -> Result<End, Failure> {
    let team = show(context).await?;
    let invite = find::invite(&team, invite, |invite| {
        matches!(invite.state, InviteStateView::Open | InviteStateView::Pending)
    })?;
    let done = context.team::<InviteWithdraw>(&InviteChoice { id: invite.id.clone() }).await?;
    let text = format!("The invite for {} is not valid any more.", plain(&invite.name));
    context.printer.done(&done, |v| format!("{} {text}", v.ink.green("✓")));
    Ok(End::OK)
}

pub(super) async fn approve(
    context: &Context<'_>,
    invite: &str,
    words: Option<String>,
    code: Option<String>,
) -> Result<End, Failure> {
    let team = show(context).await?;
    let invite = find::invite(&team, invite, is_pending)?;
    waits(invite)?;
    let words = match words {
        Some(words) => three(&words)?,
        None => ask_words(context, invite)?,
    };
    // Exposed to be put into the request.
    let code = secret_input::code(code)?.expose().to_owned();
    let request = MemberApproveRequest { id: invite.id.clone(), words, code };
    let member = context.team::<MemberApprove>(&request).await?;
    context.printer.done(&member, |v| {
        let name = plain(&member.name);
        format!("{} {name} is part of the team.\n{}", v.ink.green("✓"), view::team::member(&member, v))
    });
    Ok(End::OK)
}

pub(super) async fn refuse(context: &Context<'_>, invite: &str) -> Result<End, Failure> {
    let team = show(context).await?;
    let invite = find::invite(&team, invite, is_pending)?;
    waits(invite)?;
    let done = context.team::<MemberRefuse>(&InviteChoice { id: invite.id.clone() }).await?;
    let text = format!("Refused. The invite for {} is not valid any more.", plain(&invite.name));
    context.printer.done(&done, |v| format!("{} {text}", v.ink.green("✓")));
    Ok(End::OK)
}

fn waits(invite: &InviteView) -> Result<(), Failure> {
    if is_pending(invite) {
        return Ok(());
    }
    Err(Failure::new(Code::NotFound)
        .what("Nobody waits behind that invite.")
        .remedy("Your colleague has to join with it first; `signet team withdraw` takes it back.")
        .fact("invite", &invite.id))
}

fn is_pending(invite: &InviteView) -> bool {
    invite.state == InviteStateView::Pending
}

/// The words are not shown here: typed from what was heard, they are compared rather than waved through.
fn ask_words(context: &Context<'_>, invite: &InviteView) -> Result<[String; 3], Failure> {
    if !prompt::possible() {
        return Err(Failure::new(Code::Usage)
            .what("There is no terminal to type the three words at.")
            .remedy("Give them as your colleague reads them: --words 'apple river stone'."));
    }
    context.printer.note(|v| view::team::applicant(invite, v));
    // Not a secret.
    three(prompt::line("The three words on the other screen")?.expose())
}

fn three(text: &str) -> Result<[String; 3], Failure> {
    let words: Vec<String> = text
        .split(|c: char| c.is_whitespace() || c == ',' || c == '-')
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    <[String; 3]>::try_from(words).map_err(|_| {
        Failure::new(Code::Usage)
            .what("It takes three words.")
            .remedy("Type them as your colleague reads them, with spaces between.")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_taken_as_they_are_said() {
        assert_eq!(three(" Apple, river  STONE\n").unwrap(), ["apple", "river", "stone"]);
        assert_eq!(three("apple-river-stone").unwrap(), ["apple", "river", "stone"]);
        for wrong in ["", "apple river", "apple river stone wood"] {
            assert_eq!(three(wrong).unwrap_err().code, Code::Usage, "{wrong}");
        }
    }
}
