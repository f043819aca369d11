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

#[cfg(test)]
mod tests {
    use super::*;

    fn team() -> TeamView {
        let member = |id: &str, name: &str, state: &str| {
            serde_json::json!({
                "id": id.repeat(16), "name": name, "address": format!("{id}@example.org"), "role": "sender",
                "state": state, "not_after": null, "grants": [], "code_set": true, "last_send": null,
                "devices": [
                    { "id": "aa".repeat(32), "name": "laptop", "state": "active", "connected": false,
                      "last_seen": null, "last_address": null, "warning": null },
                    { "id": "ab".repeat(32), "name": "desk", "state": "active", "connected": false,
                      "last_seen": null, "last_address": null, "warning": null },
                ],
            })
        };
        let invite = |id: &str, state: &str| {
            serde_json::json!({
                "id": id.repeat(8), "name": "Leo", "role": "sender", "state": state,
                "expires": 0, "words": null, "device": null, "address": null, "warning": null,
            })
        };
        serde_json::from_value(serde_json::json!({
            "members": [
                member("11", "Mia", "revoked"), member("12", "Mia", "active"), member("2a", "11", "active"),
            ],
            "invites": [invite("c1", "approved"), invite("c2", "pending")],
            "forbids": [],
            "epoch": 1,
        }))
        .unwrap()
    }

    fn id(text: &str) -> Result<String, Code> {
        let team = team();
        member(&team, text).map(|member| member.id.to_string()[..2].to_owned()).map_err(|e| e.code)
    }

    #[test]
    fn a_name_means_whoever_is_there_and_comes_before_an_id() {
        assert_eq!(id("Mia").as_deref(), Ok("12"), "the other one has left");
        assert_eq!(id("11").as_deref(), Ok("2a"), "a name");
        assert_eq!(id("1111").as_deref(), Ok("11"), "an id");
        assert_eq!(id("12@example.org").as_deref(), Ok("12"));
        assert_eq!(id("1"), Err(Code::Ambiguous));
        assert_eq!(id(""), Err(Code::TeamUnknown));
        assert_eq!(id("mia"), Err(Code::TeamUnknown));
    }

    #[test]
    fn a_device_is_one_of_the_member() {
        let team = team();
        let found = |text: &str| device(&team.members[0], text).map(|device| device.name.clone());
        assert_eq!(found("desk").unwrap(), "desk");
        assert_eq!(found("aaaa").unwrap(), "laptop");
        assert_eq!(found("a").unwrap_err().code, Code::Ambiguous);
        assert_eq!(found("phone").unwrap_err().code, Code::TeamUnknown);
    }

    #[test]
    fn an_invite_is_the_one_that_still_matters() {
        let team = team();
        let pending = |invite: &InviteView| invite.state == signet_api::wire::InviteStateView::Pending;
        assert!(invite(&team, "Leo", pending).unwrap().id.starts_with("c2"));
        assert!(invite(&team, "c1", pending).unwrap().id.starts_with("c1"));
        assert_eq!(invite(&team, "Leo", |_| false).unwrap_err().code, Code::Ambiguous);
    }
}
