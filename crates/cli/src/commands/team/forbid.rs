//! `team forbid`.

use signet_api::ForbidPut;
use signet_api::wire::ForbidPutRequest;
use signet_core::{Code, Failure, Forbid, ForbidId, HeaderText, Matcher};

use super::grant::given;
use super::{find, grant, keys, show};
use crate::args::ForbidArgs;
use crate::context::Context;
use crate::exit_codes::End;
use crate::view;

pub(super) async fn put(context: &Context<'_>, args: ForbidArgs) -> Result<End, Failure> {
    let team = show(context).await?;
    let member = args.member.as_deref().map(|member| find::member(&team, member)).transpose()?;
    let key = match &args.key {
        Some(key) => Some(grant::key(context, key).await?),
        None => None,
    };
    let member = member.map(|member| member.id);
    let note = HeaderText::parse(args.note.as_deref().unwrap_or_default())
        .map_err(|error| Failure::new(Code::Usage).what("That note cannot be kept.").fact("cause", error))?;
    let all = args.all;
    let matches = matcher(args);
    if all && matches != Matcher::default() {
        return Err(Failure::new(Code::Usage)
            .what("--all forbids everything, so nothing else can be said about the messages.")
            .remedy("Leave out --all, or the other options; --member and --key go with it."));
    }
    let forbid = Forbid { id: ForbidId(0), member, key, matches, note };
    context.team::<ForbidPut>(&ForbidPutRequest { forbid: forbid.clone() }).await?;
    let team = show(context).await?;
    // The host has numbered it; the newest one that says the same is it.
    let same = |made: &&Forbid| Forbid { id: forbid.id, ..(*made).clone() } == forbid;
    let made = team.forbids.iter().filter(same).max_by_key(|made| made.id);
    let made = made.ok_or_else(|| Failure::new(Code::TeamChanged))?;
    let keys = if made.key.is_some() { keys(context).await? } else { Vec::new() };
    context.printer.done(made, |v| view::team::forbidden(made, &team.members, &keys, v));
    Ok(End::OK)
}

fn matcher(args: ForbidArgs) -> Matcher {
    Matcher {
        senders: given(args.senders),
        recipients: given(args.recipients),
        recipients_over: args.over_recipients,
        bytes_over: args.over_bytes,
        attachment_types: given(args.types),
        networks: given(args.networks),
        hours: args.hours_of,
        not_before: args.not_before,
        not_after: args.until,
    }
}
