//! The decision about one message.

use super::check::matches;
use super::denial::Denial;
use super::failing::{Doubt, Failing};
use super::once::Facts;
use crate::{
    Action, Applicant, Approval, Code, Decision, EmailAddress, Envelope, Grant, GrantId, Moment, Principal,
    Question, Role, Rules, Source, decide,
};

/// What the subject of a test-sender's message starts with.
pub const TEST_PREFIX: &str = "[TEST]";

/// Whether a message may be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SendDecision {
    /// Yes.
    Allow {
        /// The grant to charge; none for the owner, whom no condition binds.
        grant: Option<GrantId>,
    },
    /// No, and why.
    Deny(Denial),
    /// Not before somebody approves these very bytes.
    NeedsApproval {
        /// The grant that asks for it.
        grant: GrantId,
        /// Who may, and how long the request waits.
        approval: Approval,
    },
}

/// Whether the principal may send this now. `address` is the member's own, by the record.
///
/// A grant applies when all its conditions hold. Any forbid that matches: deny. Else the applying grant
/// with the lowest id that asks for no approval: allow. Else one whose approval was given for these bytes:
/// allow. Else the one with the lowest id that asks for approval: needs approval. Else deny.
pub fn decide_send(
    principal: &Principal,
    address: Option<&EmailAddress>,
    rules: &Rules,
    envelope: &Envelope,
    moment: &Moment,
) -> SendDecision {
    if let Decision::Deny(code) = decide(principal, Action::Send) {
        return SendDecision::Deny(Denial::plain(code));
    }
    let Some(member) = principal.member() else { return SendDecision::Allow { grant: None } };
    let who = Applicant { member, role: principal.role(), address };
    let asked = Question::of(envelope).at(moment, principal.source());
    let approved = moment.approved.filter(|given| envelope.digest == Some(given.digest));
    settle(&who, rules, &Facts::of(&asked), approved.map(|given| given.grant), Doubt::Against)
}

/// The order of the rules, for a member.
pub(super) fn settle(
    who: &Applicant,
    rules: &Rules,
    asked: &Facts,
    approved: Option<GrantId>,
    doubt: Doubt,
) -> SendDecision {
    if !matches!(asked.source, None | Some(Source::Network(_))) {
        return SendDecision::Deny(Denial::plain(Code::DeniedNetwork));
    }
    if !matches!(who.role, Role::Sender | Role::TestSender) {
        return SendDecision::Deny(Denial::plain(Code::DeniedRole));
    }
    if rules.unread_forbids {
        return SendDecision::Deny(Denial::plain(Code::DeniedForbidden));
    }
    let forbidding = rules
        .forbids
        .iter()
        .filter(|forbid| matches(who, forbid, asked).or_if_unknown(doubt == Doubt::Against));
    if let Some(forbid) = forbidding.min_by_key(|forbid| forbid.id) {
        return SendDecision::Deny(Denial::forbidden(forbid.id));
    }
    let (mut plain, mut given, mut waiting): (Option<&Grant>, _, _) = (None, None, None);
    let mut failed = Vec::new();
    for grant in of_member(who, rules, asked) {
        if plain.is_some_and(|lowest| lowest.id < grant.id) {
            continue;
        }
        let mut failing = Failing::but_budgets(who, grant, asked, doubt);
        if failing.is_empty() {
            failing = failing.and_budgets(who, grant, asked, doubt);
        }
        let slot = match grant.conditions.approvals {
            _ if !failing.is_empty() => {
                failed.push((grant, failing));
                continue;
            }
            None => &mut plain,
            Some(_) if approved == Some(grant.id) => &mut given,
            Some(_) => &mut waiting,
        };
        if slot.is_none_or(|lowest: &Grant| grant.id < lowest.id) {
            *slot = Some(grant);
        }
    }
    if let Some(grant) = plain.or(given) {
        return SendDecision::Allow { grant: Some(grant.id) };
    }
    match waiting.and_then(|grant| Some((grant.id, grant.conditions.approvals?))) {
        Some((grant, approval)) => SendDecision::NeedsApproval { grant, approval },
        None => SendDecision::Deny(Denial::of_closest(who, &failed, asked, doubt)),
    }
}

/// The grants that could apply at all: this member's, for this key.
pub(super) fn of_member<'a>(
    who: &Applicant,
    rules: &Rules<'a>,
    asked: &Facts,
) -> impl Iterator<Item = &'a Grant> {
    let (member, key) = (who.member, asked.key);
    rules.grants.iter().filter(move |grant| grant.member == member && grant.key == key)
}
