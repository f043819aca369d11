//! Whom and what the text means: names and the beginnings of ids.

use signet_api::wire::{DeviceView, InviteView, MemberState, MemberView, TeamView};
use signet_core::{Code, Failure};

/// The member of that name, address or id. One who has left is found only by the id if somebody else has
/// the name now.
pub(super) fn member<'a>(team: &'a TeamView, text: &str) -> Result<&'a MemberView, Failure> {
    let of = |member: &MemberView| {
        member.name == text || member.address.as_ref().is_some_and(|address| address.as_str() == text)
    };
    let named: Vec<_> = team.members.iter().filter(|member| of(member)).collect();
    let present: Vec<_> =
        named.iter().copied().filter(|member| member.state != MemberState::Revoked).collect();
    let named = if present.is_empty() { named } else { present };
    one(named, team.members.iter(), |member| member.id.to_string(), text)
        .map_err(|failure| failure.fact("member", text))
}

/// The member's device of that name or id.
pub(super) fn device<'a>(member: &'a MemberView, text: &str) -> Result<&'a DeviceView, Failure> {
    let named = member.devices.iter().filter(|device| device.name == text).collect();
    one(named, member.devices.iter(), |device| device.id.to_string(), text)
        .map_err(|failure| failure.fact("device", text))
}

/// The invite of that id, or the one for that name among those that still matter.
pub(super) fn invite<'a>(
    team: &'a TeamView,
    text: &str,
    matters: impl Fn(&InviteView) -> bool,
) -> Result<&'a InviteView, Failure> {
    let named: Vec<_> = team.invites.iter().filter(|invite| invite.name == text).collect();
    let open: Vec<_> = named.iter().copied().filter(|invite| matters(invite)).collect();
    let named = if open.is_empty() { named } else { open };
    one(named, team.invites.iter(), |invite| invite.id.clone(), text)
        .map_err(|failure| failure.fact("invite", text))
}

fn one<'a, T>(
    named: Vec<&'a T>,
    all: impl Iterator<Item = &'a T>,
    id: impl Fn(&T) -> String,
    text: &str,
) -> Result<&'a T, Failure> {
    let mut found = named;
    if found.is_empty() && !text.is_empty() {
        found = all.filter(|item| id(item).starts_with(text)).collect();
    }
    if found.len() > 1 {
        return Err(Failure::new(Code::Ambiguous));
    }
    found.pop().ok_or_else(|| Failure::new(Code::TeamUnknown))
}
