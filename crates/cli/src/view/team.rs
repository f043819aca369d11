//! Members, invites, grants and forbids.

use std::fmt::Write as _;

use signet_api::remote::NamedKey;
use signet_api::wire::{
    DeviceView, GrantView, InviteMade, InviteStateView, InviteView, LeaverReport, MemberState, MemberView,
    TeamView,
};
use signet_core::Forbid;

use super::{View, facts, failure, plain, plural, policy, qr, table};

/// Who makes sure of it.
pub(crate) const ENFORCED_HERE: &str = "Enforced by: this host.";

/// The whole team.
pub(crate) fn list(team: &TeamView, keys: &[NamedKey], view: &View) -> String {
    let mut parts = Vec::new();
    if team.members.is_empty() {
        parts
            .push(view.hint("No members yet. Invite somebody with `signet team invite NAME --role sender`."));
    }
    parts.extend(team.members.iter().map(|one| member(one, view)));
    let open: Vec<&InviteView> = team.invites.iter().filter(|invite| matters(invite.state)).collect();
    if !open.is_empty() {
        parts.push(invites(&open, view));
    }
    if !team.forbids.is_empty() {
        let rules = team.forbids.iter().map(|forbid| {
            let number = view.ink.dim(&format!("forbid {}", forbid.id));
            format!("{number}  {}", policy::forbid(forbid, &team.members, keys, view))
        });
        parts.push(rules.collect::<Vec<_>>().join("\n"));
    }
    if view.is_far() && !keys.is_empty() {
        let names: Vec<&str> = keys.iter().map(|key| key.name.as_str()).collect();
        parts.push(format!("Keys of this host: {}", plain(&names.join(", "))));
    }
    parts.push(
        view.ink.dim("Grants and forbids are enforced by: this host, on the final bytes of each message."),
    );
    parts.join("\n\n")
}

/// One member.
pub(crate) fn member(member: &MemberView, view: &View) -> String {
    let ink = view.ink;
    let state = match member.state {
        MemberState::Active => ink.green("active"),
        MemberState::Suspended => ink.yellow("suspended"),
        MemberState::Revoked => ink.red("revoked"),
    };
    let mut text = format!("{}, {}, {state}", ink.bold(&plain(&member.name)), member.role.as_str());
    let mut pairs = Vec::new();
    if let Some(address) = &member.address {
        pairs.push(("  address", plain(address.as_str())));
    }
    if let Some(time) = member.not_after {
        pairs.push(("  until", view.moment.exact(time)));
    }
    let code = if member.code_set { "set up" } else { "not set up yet" };
    pairs.push(("  code", code.into()));
    pairs.push((
        "  last send",
        member.last_send.map_or_else(|| "never".into(), |time| view.moment.when(time)),
    ));
    pairs.extend(member.devices.iter().map(|one| ("  device", device(one, view))));
    pairs.push(("  id", member.id.to_string()));
    let grants: Vec<(String, String)> =
        member.grants.iter().map(|one| (format!("  grant {}", one.grant.id), grant(one))).collect();
    pairs.extend(grants.iter().map(|(name, sentence)| (name.as_str(), sentence.clone())));
    let _ = write!(text, "\n{}", facts(&pairs, view));
    text
}

fn device(device: &DeviceView, view: &View) -> String {
    let id = &device.id.to_string()[..8];
    let mut text = format!("{} ({id})", plain(&device.name));
    let seen = match (device.state, device.last_seen) {
        (MemberState::Revoked, _) => "revoked".into(),
        (MemberState::Suspended, _) => "suspended".into(),
        (MemberState::Active, _) if device.connected => "connected".into(),
        (MemberState::Active, Some(time)) => format!("seen {}", view.moment.when(time)),
        (MemberState::Active, None) => "not seen since the vault was opened".into(),
    };
    let _ = write!(text, ", {seen}");
    if let Some(address) = device.last_address.as_ref().filter(|_| device.state != MemberState::Revoked) {
        let _ = write!(text, " from {}", plain(address));
    }
    if let Some(warning) = &device.warning {
        let _ = write!(text, " {} {}", view.ink.yellow("!"), plain(warning));
    }
    text
}

/// A grant with its use.
pub(crate) fn grant(grant: &GrantView) -> String {
    let mut text = plain(&grant.sentence);
    let note = grant.grant.note.as_str();
    if !note.is_empty() {
        let _ = write!(text, " ({})", plain(note));
    }
    // Counted only where there is a limit.
    if grant.grant.conditions.per_day.is_some() || grant.used_today > 0 {
        let _ = write!(text, "; {} today", grant.used_today);
    }
    text
}

/// Whether an invite still asks for something, or went wrong.
const fn matters(state: InviteStateView) -> bool {
    match state {
        InviteStateView::Open
        | InviteStateView::Pending
        | InviteStateView::Burnt
        | InviteStateView::Expired => true,
        InviteStateView::Approved | InviteStateView::Refused | InviteStateView::Withdrawn => false,
    }
}

fn invites(invites: &[&InviteView], view: &View) -> String {
    let row = |invite: &&InviteView| {
        let from = match (&invite.device, &invite.address) {
            (Some(device), Some(address)) => format!("{device} at {address}"),
            _ => String::new(),
        };
        vec![
            invite.id.chars().take(8).collect(),
            invite.name.clone(),
            invite.role.as_str().to_owned(),
            state(invite.state).to_owned(),
            view.moment.when(invite.expires),
            from,
        ]
    };
    let rows: Vec<_> = invites.iter().map(row).collect();
    let mut text = table(&["invite", "for", "role", "state", "ends", "used by"], &rows, view);
    for invite in invites {
        if let Some(warning) = &invite.warning {
            let _ = write!(text, "\n{} {}: {}", view.ink.red("✗"), plain(&invite.name), plain(warning));
        }
    }
    for invite in invites {
        for grant in &invite.grants {
            let _ = write!(text, "\n{}: {}", plain(&invite.name), plain(&grant.sentence));
        }
    }
    if let Some(pending) = invites.iter().find(|invite| invite.state == InviteStateView::Pending) {
        let id: String = pending.id.chars().take(8).collect();
        let next = format!("Let them read you the three words, then run `signet team approve {id}`.");
        let _ = write!(text, "\n{} {}", view.ink.yellow("!"), view.hint(&next));
    }
    text
}

const fn state(state: InviteStateView) -> &'static str {
    match state {
        InviteStateView::Open => "not used yet",
        InviteStateView::Pending => "waits for you",
        InviteStateView::Approved => "accepted",
        InviteStateView::Refused => "refused",
        InviteStateView::Expired => "too old",
        InviteStateView::Withdrawn => "withdrawn",
        InviteStateView::Burnt => "burnt by wrong proofs",
    }
}

/// A new invite, to be handed over.
pub(crate) fn invite_made(made: &InviteMade, with_qr: bool, view: &View) -> String {
    let ink = view.ink;
    let name = plain(&made.invite.name);
    let mut text = format!("{} An invite for {name}, {}.\n\n", ink.green("✓"), made.invite.role.as_str());
    let _ = write!(text, "{}\n\n{}\n", ink.bold(&plain(&made.text)), plain(&made.link));
    if with_qr {
        text.push('\n');
        for line in qr::lines(&made.link, ink.is_on()).unwrap_or_default() {
            let _ = writeln!(text, "  {line}");
        }
    }
    let id: String = made.invite.id.chars().take(8).collect();
    let mut pairs = vec![("id", id.clone()), ("ends", view.moment.when(made.invite.expires))];
    pairs.extend(made.invite.grants.iter().map(|grant| ("grants", plain(&grant.sentence))));
    let _ = write!(text, "\n{}\n", facts(&pairs, view));
    let next = format!(
        "Hand it over in any way: whoever has it can only ask to join. {name} runs `signet join -`, pastes it, and \
         reads you three words; then run `signet team approve {id}`."
    );
    text.push_str(&view.hint(&next));
    text
}

/// Whoever came with an invite, before the words are compared. The words are left out: the other side says
/// them.
pub(crate) fn applicant(invite: &InviteView, view: &View) -> String {
    let unknown = || "unknown".to_owned();
    let mut pairs = vec![
        ("for", plain(&invite.name)),
        ("role", invite.role.as_str().to_owned()),
        ("device", invite.device.as_deref().map_or_else(unknown, plain)),
        ("from", invite.address.as_deref().map_or_else(unknown, plain)),
    ];
    pairs.extend(invite.grants.iter().map(|grant| ("grants", plain(&grant.sentence))));
    let mut text = facts(&pairs, view);
    if let Some(warning) = &invite.warning {
        let _ = write!(text, "\n{} {}", view.ink.red("✗"), view.ink.bold(&plain(warning)));
    }
    text.push_str("\nLet your colleague read the three words to you, in person or on the phone.");
    text
}

/// A grant that was made.
pub(crate) fn granted(member: &str, made: &GrantView, view: &View) -> String {
    let sentence = plain(&made.sentence);
    let id = made.grant.id;
    let enforced = view.ink.dim(ENFORCED_HERE);
    format!("{} Grant {id}: {} {sentence}.\n  {enforced}", view.ink.green("✓"), plain(member))
}

/// A forbid that was made.
pub(crate) fn forbidden(made: &Forbid, members: &[MemberView], keys: &[NamedKey], view: &View) -> String {
    let sentence = policy::forbid(made, members, keys, view);
    let enforced = view.ink.dim(ENFORCED_HERE);
    format!("{} Forbid {}: {sentence}.\n  {enforced}", view.ink.green("✓"), made.id)
}

/// What a member leaves behind.
pub(crate) fn leaver(report: &LeaverReport, view: &View) -> String {
    let ink = view.ink;
    let devices = if report.devices.is_empty() { "none".into() } else { plain(&report.devices.join(", ")) };
    let mut pairs = vec![
        ("  devices ended", devices),
        ("  grants ended", report.grants.to_string()),
        ("  connections closed", report.closed.to_string()),
        ("  last 30 days", format!("{} sent", plural(report.sends_30_days as u64, "message", "messages"))),
    ];
    if report.under_way > 0 {
        let messages = plural(report.under_way as u64, "message", "messages");
        pairs.push(("  on the way", format!("{messages}: stopped, unless Google had it whole already")));
    }
    let mut text = format!("{} {} is not part of the team any more.\n", ink.green("✓"), plain(&report.name));
    text.push_str(&facts(&pairs, view));
    if !report.keys.is_empty() {
        let keys = plain(&report.keys.join(", "));
        let advice = format!(
            "Used lately: {keys}. The keys never left the host's vault; replace one at Google if the person may have \
             its file from elsewhere."
        );
        let _ = write!(text, "\n{} {advice}", ink.yellow("!"));
    }
    if let Some(why) = &report.unrecorded {
        let _ = write!(
            text,
            "\nIt took effect, but the log could not be written:\n{}",
            failure(why, view).trim_end()
        );
    }
    let _ = write!(text, "\n  {}", ink.dim(ENFORCED_HERE));
    text
}

#[cfg(test)]
mod tests;
