//! Why a message may not be sent, in words that help.

use super::check::allows;
use super::failing::{Doubt, Failing};
use super::once::Facts;
use super::recipient::is_same;
use crate::{Applicant, Code, ConditionName, EmailAddress, Failure, ForbidId, Grant, GrantId, Role};

/// Why a message may not be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denial {
    /// The stable code.
    pub code: Code,
    /// The forbid that matches, if one does.
    pub forbid: Option<ForbidId>,
    /// The grant that comes closest: the one that fails on the fewest conditions.
    pub grant: Option<GrantId>,
    /// What that grant fails on; the first one decides the code.
    pub failing: Vec<ConditionName>,
    /// Facts for the details, such as `bytes_max`, `recipient` or `free_at` (Unix milliseconds).
    pub facts: Vec<(&'static str, String)>,
}

impl Denial {
    pub(super) const fn plain(code: Code) -> Self {
        Self { code, forbid: None, grant: None, failing: Vec::new(), facts: Vec::new() }
    }

    pub(super) fn forbidden(forbid: ForbidId) -> Self {
        Self { forbid: Some(forbid), ..Self::plain(Code::DeniedForbidden) }
    }

    /// What the closest of these grants, of which none applies, fails on.
    pub(super) fn of_closest(
        who: &Applicant,
        failed: &[(&Grant, Failing)],
        asked: &Facts,
        doubt: Doubt,
    ) -> Self {
        let complete = |(grant, failing): &(&_, Failing)| failing.and_budgets(who, grant, asked, doubt);
        let closest = failed.iter().map(|found| (found.0, complete(found)));
        // Among equals the one that a code alone would open: that can be done at once. Then the one that is for
        // these addresses: the others were made for something else.
        let distance = |(grant, failing): &(&Grant, Failing)| {
            let only_code = failing.names().eq([ConditionName::CodeWithin]);
            (failing.count(), !only_code, failing.names().any(is_address), grant.id)
        };
        let Some((grant, failing)) = closest.min_by_key(distance) else {
            return Self::plain(Code::DeniedNoGrant);
        };
        Self {
            code: failing.names().next().map_or(Code::Denied, ConditionName::code),
            grant: Some(grant.id),
            facts: failing.names().flat_map(|name| facts(name, who, grant, asked)).collect(),
            failing: failing.names().collect(),
            forbid: None,
        }
    }
}

impl From<Denial> for Failure {
    fn from(denial: Denial) -> Self {
        let mut failure = Self::new(denial.code);
        if let Some(forbid) = denial.forbid {
            failure = failure.fact("forbid", forbid);
        }
        if let Some(grant) = denial.grant {
            failure = failure.fact("grant", grant);
        }
        if !denial.failing.is_empty() {
            let names: Vec<&str> = denial.failing.iter().map(|name| name.as_str()).collect();
            failure = failure.fact("failing", names.join(" "));
        }
        denial.facts.into_iter().fold(failure, |failure, (name, value)| failure.fact(name, value))
    }
}

/// Whether a condition is about who sends, or to whom.
const fn is_address(name: ConditionName) -> bool {
    use ConditionName::{From, Recipients, ReplyTo, Senders, TestRecipients};
    matches!(name, Senders | From | ReplyTo | Recipients | TestRecipients)
}

/// What to know about a condition that failed.
fn facts(name: ConditionName, who: &Applicant, grant: &Grant, asked: &Facts) -> Vec<(&'static str, String)> {
    let c = &grant.conditions;
    let own = |to: &EmailAddress| who.address.is_some_and(|own| is_same(own, to));
    let recipients = asked.recipients.unwrap_or_default();
    let reply_to = asked.reply_to.unwrap_or_default();
    let used = || asked.used.map(|used| used(grant.id)).unwrap_or_default();
    let listed = [
        match name {
            ConditionName::Senders => fact("sender", asked.sub),
            ConditionName::From => fact("from", asked.from),
            ConditionName::ReplyTo if who.role == Role::TestSender => fact("reply_to", reply_to.first()),
            ConditionName::ReplyTo => {
                fact("reply_to", reply_to.iter().find(|to| !allows(c.recipients.as_deref(), to)))
            }
            ConditionName::Recipients => {
                fact("recipient", recipients.iter().find(|to| !allows(c.recipients.as_deref(), to)))
            }
            ConditionName::TestRecipients => {
                let allowed = |to: &EmailAddress| own(to) || c.test_domains.iter().any(|d| d.holds(to));
                fact("recipient", recipients.iter().find(|to| !allowed(to)))
            }
            ConditionName::SubjectPrefix => fact("prefix", Some(super::TEST_PREFIX)),
            ConditionName::RecipientsMax => fact("recipients_max", c.recipients_max),
            ConditionName::BytesMax => fact("bytes_max", c.bytes_max),
            ConditionName::AttachmentTypes => {
                let types = c.attachment_types.as_deref().unwrap_or_default();
                let shown = asked.attachments().unwrap_or_default().iter();
                let mut files = asked.attachments.unwrap_or_default().iter().zip(shown);
                fact("attachment", files.find(|(_, shown)| !shown.is_allowed(types)).map(|(file, _)| &file.0))
            }
            ConditionName::Networks => match asked.source {
                Some(crate::Source::Network(address)) => fact("network", Some(address)),
                _ => None,
            },
            ConditionName::Hours => fact("time_zone", c.hours.as_ref().map(crate::Hours::zone)),
            ConditionName::NotBefore => fact("not_before", c.not_before.map(|time| time.0)),
            ConditionName::NotAfter => fact("not_after", c.not_after.map(|time| time.0)),
            ConditionName::PerMinute => fact("per_minute", c.per_minute),
            ConditionName::PerDay => fact("per_day", c.per_day),
            ConditionName::CodeWithin => fact("code_within_seconds", c.code_within),
        },
        match name {
            ConditionName::Hours => {
                c.hours.as_ref().and_then(|h| fact("hours", Some(clock(h.from(), h.to()))))
            }
            // The later one counts where both are used up: facts of the same name replace each other.
            ConditionName::PerMinute => fact("free_at", used().minute_free_at.map(|time| time.0)),
            ConditionName::PerDay => fact("free_at", used().day_free_at.map(|time| time.0)),
            _ => None,
        },
    ];
    listed.into_iter().flatten().collect()
}

fn fact(name: &'static str, value: Option<impl ToString>) -> Option<(&'static str, String)> {
    value.map(|value| (name, value.to_string()))
}

fn clock(from: u16, to: u16) -> String {
    format!("{:02}:{:02}-{:02}:{:02}", from / 60, from % 60, to / 60, to % 60)
}
