//! The conditions that a grant fails on, as a set.

use super::check::held;
use super::once::Facts;
use crate::{Applicant, ConditionName, Grant};

/// What becomes of facts that are not known.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Doubt {
    /// The condition fails and the forbid matches: how it is decided.
    Against,
    /// The condition holds and the forbid does not match: what could still be.
    For,
}

/// A set of conditions.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Failing(u32);

impl Failing {
    /// Which conditions but the budgets fail. Looking up a budget may take longer than all the others.
    pub(super) fn but_budgets(who: &Applicant, grant: &Grant, asked: &Facts, doubt: Doubt) -> Self {
        let fails = |name: &&ConditionName| {
            !name.is_budget() && !held(**name, who, grant, asked).or_if_unknown(doubt == Doubt::For)
        };
        Self::collect(ConditionName::ALL.iter().filter(fails))
    }

    /// The same with the budgets that fail.
    #[must_use]
    pub(super) fn and_budgets(self, who: &Applicant, grant: &Grant, asked: &Facts, doubt: Doubt) -> Self {
        let fails = |name: &&ConditionName| {
            name.is_budget() && !held(**name, who, grant, asked).or_if_unknown(doubt == Doubt::For)
        };
        Self(self.0 | Self::collect(ConditionName::ALL.iter().filter(fails)).0)
    }

    pub(super) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(super) const fn count(self) -> u32 {
        self.0.count_ones()
    }

    /// In the order in which they are named.
    pub(super) fn names(self) -> impl Iterator<Item = ConditionName> {
        ConditionName::ALL.iter().copied().filter(move |name| self.0 & bit(*name) != 0)
    }

    fn collect<'a>(names: impl Iterator<Item = &'a ConditionName>) -> Self {
        Self(names.fold(0, |set, name| set | bit(*name)))
    }
}

const _: () = assert!(ConditionName::ALL.len() <= 32, "the set has 32 places");

const fn bit(name: ConditionName) -> u32 {
    1 << name as u32
}
