//! What would be decided, and by which rule, before there is a message.

use serde::{Deserialize, Serialize};

use super::check::{Held, held, matches};
use super::failing::Doubt;
use super::once::Facts;
use super::send::{of_member, settle};
use crate::{Applicant, Approval, ConditionName, Failure, ForbidId, GrantId, Question, Rules, SendDecision};

/// What would be decided, as far as the facts go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Explanation {
    /// The answer.
    pub answer: Answer,
    /// The forbids that match, the lowest id first.
    pub forbids: Vec<ForbidId>,
    /// The forbids of which the facts do not say whether they match, the lowest id first.
    pub possible_forbids: Vec<ForbidId>,
    /// How each of the member's grants for the key fares, the lowest id first.
    pub grants: Vec<GrantFinding>,
}

/// What would be decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "kebab-case")]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub enum Answer {
    /// Yes, by this grant.
    Allowed {
        /// The grant that decides, and that would be charged.
        grant: GrantId,
    },
    /// Yes, once somebody approves the message.
    NeedsApproval {
        /// The grant that decides.
        grant: GrantId,
        /// Who may, and how long the request waits.
        approval: Approval,
    },
    /// No, whatever the facts are that are not known.
    Denied {
        /// Why.
        failure: Failure,
    },
    /// It depends on facts that are not known: the findings name them.
    Depends,
}

/// How a grant fares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct GrantFinding {
    /// The grant.
    pub grant: GrantId,
    /// The conditions that do not hold.
    pub failing: Vec<ConditionName>,
    /// The conditions of which the facts do not say whether they hold.
    pub unknown: Vec<ConditionName>,
    /// The approval it asks for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approval: Option<Approval>,
}

/// May this member send that? By the same code that decides; facts that are not known could be anything.
pub fn explain_send(who: &Applicant, rules: &Rules, asked: &Question) -> Explanation {
    let asked = &Facts::of(asked);
    let surely = settle(who, rules, asked, None, Doubt::Against);
    let at_best = settle(who, rules, asked, None, Doubt::For);
    let answer = agreed(surely, at_best);
    let forbids = |wanted: Held| {
        let found = rules.forbids.iter().filter(|forbid| matches(who, forbid, asked) == wanted);
        sorted(found.map(|forbid| forbid.id))
    };
    let mut grants: Vec<GrantFinding> = of_member(who, rules, asked)
        .map(|grant| {
            let names = |wanted: Held| {
                let found =
                    ConditionName::ALL.iter().filter(|name| held(**name, who, grant, asked) == wanted);
                found.copied().collect()
            };
            GrantFinding {
                grant: grant.id,
                failing: names(Held::No),
                unknown: names(Held::Unknown),
                approval: grant.conditions.approvals,
            }
        })
        .collect();
    grants.sort_by_key(|finding| finding.grant);
    Explanation { answer, forbids: forbids(Held::Yes), possible_forbids: forbids(Held::Unknown), grants }
}

/// The answer, if it is the same whatever the unknown facts are.
fn agreed(surely: SendDecision, at_best: SendDecision) -> Answer {
    match (surely, at_best) {
        (SendDecision::Allow { grant: Some(grant) }, SendDecision::Allow { grant: Some(best) })
            if grant == best =>
        {
            Answer::Allowed { grant }
        }
        (
            SendDecision::NeedsApproval { grant, approval },
            SendDecision::NeedsApproval { grant: best, .. },
        ) if grant == best => Answer::NeedsApproval { grant, approval },
        // Even at best it is denied: with what fails then, not with what is merely unknown.
        (SendDecision::Deny(_), SendDecision::Deny(denial)) => Answer::Denied { failure: denial.into() },
        _ => Answer::Depends,
    }
}

fn sorted(ids: impl Iterator<Item = ForbidId>) -> Vec<ForbidId> {
    let mut ids: Vec<ForbidId> = ids.collect();
    ids.sort();
    ids
}
