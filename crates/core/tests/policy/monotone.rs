//! What rules can do to a decision by being added.

use proptest::prelude::*;
use signet_core::{Conditions, ForbidId, SendDecision};

use crate::law::Verdict;
use crate::world::{conditions, forbid, plain, world};

/// Takes from `grant` what `more` does not have: every restriction that only `more` has is added, where
/// `which` says so, and lists are cut down to what both have.
fn tightened(grant: &Conditions, more: &Conditions, which: u16) -> Conditions {
    let mut c = grant.clone();
    let wanted = |bit: u16| which & (1 << bit) != 0;
    macro_rules! restrict {
        ($($bit:literal $field:ident),*) => {$(
            if wanted($bit) && c.$field.is_none() {
                c.$field.clone_from(&more.$field);
            }
        )*};
    }
    macro_rules! cut {
        ($($bit:literal $field:ident),*) => {$(
            if wanted($bit) {
                c.$field.retain(|entry| more.$field.contains(entry));
            }
        )*};
    }
    restrict!(
        0 recipients, 1 recipients_max, 2 bytes_max, 3 attachment_types, 4 networks, 5 hours, 6 not_before,
        7 not_after, 8 per_minute, 9 per_day, 10 code_within, 11 approvals
    );
    cut!(12 senders, 13 aliases, 14 test_domains);
    c
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8_000, max_global_rejects: 8_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Deny stays deny, and needs-approval never becomes allow. (Allow can become needs-approval: by
    /// another grant, or because the condition added is an approval.)
    #[test]
    fn a_condition_added_to_a_grant_never_gives_anything(
        before in world(), more in conditions(), which: u16, place in 0..5_usize,
    ) {
        prop_assume!(!before.grants.is_empty());
        let place = place % before.grants.len();
        let mut after = before.clone();
        after.grants[place].conditions = tightened(&before.grants[place].conditions, &more, which);
        match (plain(&before.decide()), plain(&after.decide())) {
            (Verdict::Deny, after) => prop_assert_eq!(after, Verdict::Deny),
            (Verdict::NeedsApproval(_), after) => prop_assert!(!matches!(after, Verdict::Allow(_))),
            (Verdict::Allow(_), _) => {}
        }
    }

    /// It denies, or it changes nothing: not even which grant decides.
    #[test]
    fn a_forbid_added_anywhere_denies_or_changes_nothing(
        before in world(), more in forbid(), place in 0..4_usize, id in 0..9_u64,
    ) {
        let mut after = before.clone();
        let forbid = signet_core::Forbid { id: ForbidId(100 + id), ..more };
        after.forbids.insert(place.min(before.forbids.len()), forbid);
        let (before, after) = (plain(&before.decide()), plain(&after.decide()));
        prop_assert!(after == Verdict::Deny || after == before, "{:?} became {:?}", before, after);
    }

    #[test]
    fn an_unread_forbid_denies(before in world()) {
        let mut after = before;
        after.unread_forbids = true;
        prop_assert!(matches!(after.decide(), SendDecision::Deny(_)));
    }

    #[test]
    fn the_order_of_the_rules_does_not_matter(one in world()) {
        let mut other = one.clone();
        other.grants.reverse();
        other.forbids.reverse();
        // The budgets follow their grants.
        other.used.truncate(one.grants.len());
        other.used.reverse();
        prop_assert_eq!(one.decide(), other.decide());
    }

    #[test]
    fn a_grant_taken_away_gives_nothing(before in world(), place in 0..5_usize) {
        prop_assume!(!before.grants.is_empty());
        let place = place % before.grants.len();
        let mut after = before.clone();
        after.grants.remove(place);
        after.used.remove(place);
        match (plain(&before.decide()), plain(&after.decide())) {
            (Verdict::Deny, after) => prop_assert_eq!(after, Verdict::Deny),
            (Verdict::NeedsApproval(_), after) => prop_assert!(!matches!(after, Verdict::Allow(_))),
            (Verdict::Allow(_), _) => {}
        }
    }
}
