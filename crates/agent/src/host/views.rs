//! The team as people look at it.

use std::collections::BTreeMap;

use signet_api::wire::{
    DeviceView, GrantFindingView, GrantView, InviteView, MemberState, MemberView, PolicyAnswer,
    PolicyQuestion, TeamView,
};
use signet_core::{
    Answer, Clock, Code, Failure, FileName, Grant, MemberId, Question, Source, UnixMillis, explain_send,
    guess_content_type,
};
use signet_mail::MAX_RECIPIENTS;
use signet_team::{Member, Status};

use crate::clock::SystemClock;
use crate::host::inviting::invite_view;
use crate::host::router::Place;
use crate::host::sentence;
use crate::host::uploads::fits_parts;

/// A grant with its use.
pub(crate) fn grant_view(grant: &Grant, key_name: &str, used_today: u32) -> GrantView {
    GrantView {
        grant: grant.clone(),
        key_name: key_name.to_owned(),
        used_today,
        sentence: sentence::of(&grant.conditions, key_name),
    }
}

/// The whole team.
pub(crate) async fn team_view(place: &Place) -> Result<TeamView, Failure> {
    let ids: Vec<MemberId> = place.host.team().members().map(|member| member.id).collect();
    let mut members = Vec::with_capacity(ids.len());
    for id in ids {
        members.push(member_view(place, id).await?);
    }
    members.sort_by_key(|(since, _)| *since);
    let keys = place.agent.vault.run(|cell| Ok(cell.open()?.keys())).await?;
    let now = SystemClock.now();
    let mut invites: Vec<InviteView> = {
        let mut kept = place.host.invites.lock();
        kept.iter_mut()
            .map(|(id, note)| {
                // One that has become too old meanwhile stays so.
                note.life.state(now);
                invite_view(*id, note, now, &keys)
            })
            .collect()
    };
    invites.sort_by_key(|invite| std::cmp::Reverse(invite.expires));
    let team = place.host.team();
    Ok(TeamView {
        members: members.into_iter().map(|(_, view)| view).collect(),
        invites,
        forbids: team.forbids().to_vec(),
        epoch: team.epoch(),
    })
}

/// One member, and since when.
pub(crate) async fn member_view(place: &Place, id: MemberId) -> Result<(UnixMillis, MemberView), Failure> {
    let key_names: BTreeMap<_, _> = place
        .agent
        .vault
        .run(|cell| Ok(cell.open()?.keys()))
        .await?
        .into_iter()
        .map(|key| (key.id, key.name))
        .collect();
    let used = place.used(id).await?;
    let code_set = place.host.codes.is_set(&place.agent, id).await?;
    let bytes = *id.as_bytes();
    let last = place.agent.audit.view(move |log| log.notes_of(bytes, UnixMillis(u64::MAX), 1)).await?;
    let team = place.host.team();
    let member = team.member(&id).ok_or_else(|| Failure::new(Code::NotFound))?;
    let name_of = |grant: &Grant| key_names.get(&grant.key).map_or("a removed key", String::as_str);
    let grants = team.rules(&id).grants.iter();
    let grants = grants
        .map(|grant| grant_view(grant, name_of(grant), used.get(&grant.id).map_or(0, |u| u.day)))
        .collect();
    let view = MemberView {
        id,
        name: member.name.to_string(),
        address: member.address.clone(),
        role: member.role,
        state: state_of(member.status),
        not_after: member.not_after,
        devices: devices(place, member),
        grants,
        code_set,
        last_send: last.first().map(|note| note.time),
    };
    Ok((member.since, view))
}

fn devices(place: &Place, member: &Member) -> Vec<DeviceView> {
    let view = |device: &signet_team::Device| {
        let seen = place.host.last_seen(device.hash);
        DeviceView {
            id: device.hash,
            name: device.name.to_string(),
            state: state_of(device.status),
            connected: place.host.online.holds(device.hash),
            last_seen: seen.map(|seen| seen.time),
            last_address: seen.map(|seen| seen.address.to_string()),
            warning: (device.status == Status::Suspended)
                .then(|| "Suspended: a second copy of its key was seen, or the host was restored. Ask its owner, then confirm it."
                    .to_owned()),
        }
    };
    member.devices.iter().map(view).collect()
}

const fn state_of(status: Status) -> MemberState {
    match status {
        Status::Active => MemberState::Active,
        Status::Suspended => MemberState::Suspended,
        Status::Revoked => MemberState::Revoked,
    }
}

/// May somebody send this? With the rule that decides.
pub(crate) async fn answer(place: &Place, question: &PolicyQuestion) -> Result<PolicyAnswer, Failure> {
    // Before a rule looks at each of them.
    let addresses = question.recipients.len().max(question.reply_to.len());
    fits_parts(question.attachments.len())?;
    if addresses > MAX_RECIPIENTS {
        return Err(Failure::new(Code::TooManyRecipients).fact("recipients", addresses));
    }
    let used = place.used(question.member).await?;
    let code = place.host.codes.last(&place.agent, question.member).await?;
    let attachments = question
        .attachments
        .iter()
        .map(|name| {
            let name = FileName::parse(name).map_err(|_| Failure::new(Code::InvalidFileName))?;
            let kind = guess_content_type(&name);
            Ok((name, kind))
        })
        .collect::<Result<Vec<_>, Failure>>()?;
    let sub = place.subject_of(question.member, question.key, &question.from);
    let team = place.host.team();
    let status = team.member(&question.member).map(|member| member.status);
    let out = match status {
        Some(Status::Revoked) => Some(Code::MemberEnded),
        Some(Status::Suspended) => Some(Code::MemberSuspended),
        Some(Status::Active) | None => None,
    };
    if let Some(code) = out {
        let failure = Some(Failure::new(code));
        return Ok(PolicyAnswer { decision: "deny".into(), grant: None, failure, findings: Vec::new() });
    }
    let (who, _) = Place::applicant(&team, question.member).ok_or_else(|| Failure::new(Code::NotFound))?;
    let used = |grant: signet_core::GrantId| used.get(&grant).copied().unwrap_or_default();
    let asked = Question {
        source: question.network.map(Source::network),
        sub: Some(&sub),
        from: Some(&question.from),
        reply_to: Some(&question.reply_to),
        recipients: Some(&question.recipients),
        subject: Some(&question.subject),
        bytes: Some(question.bytes),
        attachments: Some(&attachments),
        now: Some(question.at.unwrap_or_else(|| SystemClock.now())),
        code: Some(code),
        used: Some(&used),
        ..Question::about(question.key)
    };
    let explained = explain_send(&who, &team.rules(&question.member), &asked);
    let (decision, grant, failure) = match explained.answer {
        Answer::Allowed { grant } => ("allow", Some(grant), None),
        Answer::NeedsApproval { grant, .. } => ("needs-approval", Some(grant), None),
        Answer::Denied { failure } => ("deny", None, Some(failure)),
        Answer::Depends => ("depends", None, None),
    };
    let findings = explained
        .grants
        .iter()
        .map(|finding| GrantFindingView {
            grant: finding.grant,
            sentence: team
                .grant(finding.grant)
                .map(|grant| sentence::of(&grant.conditions, "this key"))
                .unwrap_or_default(),
            failing: finding.failing.iter().map(|name| name.as_str().to_owned()).collect(),
            unknown: finding.unknown.iter().map(|name| name.as_str().to_owned()).collect(),
        })
        .collect();
    Ok(PolicyAnswer { decision: decision.into(), grant, failure, findings })
}
