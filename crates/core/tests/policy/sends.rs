//! The decision about a message equals the second implementation's.

use std::cell::Cell;
use std::collections::BTreeSet;

use proptest::test_runner::{Config, TestRunner};
use signet_core::{Failure, GrantId, Principal, SendDecision, decide_send};

use crate::law::{self, Verdict};
use crate::world::{plain, world};

#[test]
fn every_decision_is_the_laws() {
    let counts: [Cell<u32>; 3] = Default::default();
    let codes = std::cell::RefCell::new(BTreeSet::new());
    let run = |world: crate::world::World| {
        let decision = world.decide();
        let verdict = world.verdict();
        assert_eq!(plain(&decision), verdict, "{world:#?}");
        let kind = match verdict {
            Verdict::Deny => 0,
            Verdict::NeedsApproval(_) => 1,
            Verdict::Allow(_) => 2,
        };
        counts[kind].set(counts[kind].get() + 1);
        if let SendDecision::Deny(denial) = decision {
            codes.borrow_mut().insert(denial.code.as_str());
            if let Some(id) = denial.grant {
                // The reasons are the law's too, and of the grant that fails on the fewest.
                let facts = world.facts();
                let failing =
                    |grant: &signet_core::Grant| law::failing(&serde_json::to_value(grant).unwrap(), &facts);
                let mine = world.grants.iter().filter(|grant| {
                    grant.member.to_string() == facts.member && grant.key.to_string() == facts.key
                });
                // Among equals the one that only wants a code, then one that is for these addresses.
                let code = signet_core::ConditionName::CodeWithin.as_str();
                let addresses = ["senders", "from", "reply-to", "recipients", "test-recipients"];
                let far = |grant: &signet_core::Grant| {
                    let names = failing(grant);
                    let elsewhere = names.iter().any(|name| addresses.contains(&&**name));
                    (names.len(), names.len() != 1 || !names.contains(code), elsewhere, grant.id)
                };
                let (fewest, _, _, closest) = mine.map(far).min().unwrap();
                assert_eq!(id, closest);
                let named: BTreeSet<&str> = denial.failing.iter().map(|name| name.as_str()).collect();
                let grant = world.grants.iter().find(|grant| grant.id == id).unwrap();
                assert_eq!(named, failing(grant));
                assert_eq!(named.len(), fewest);
                assert_eq!(denial.code, denial.failing[0].code());
                assert!(Failure::from(denial).facts.contains_key("failing"));
            }
        }
        Ok(())
    };
    let mut runner =
        TestRunner::new(Config { cases: 24_000, failure_persistence: None, ..Config::default() });
    runner.run(&world(), run).unwrap();
    // The worlds are not all alike: else the comparison would say little.
    let counts = counts.map(|count| count.get());
    assert!(counts.iter().all(|count| *count > 24_000 / 50), "deny, needs approval, allow: {counts:?}");
    for code in signet_core::ConditionName::ALL.iter().map(|name| name.code().as_str()) {
        assert!(codes.borrow().contains(code), "no message was denied with {code}");
    }
}

#[test]
fn no_condition_and_no_forbid_binds_the_owner() {
    let owner = Principal::local_owner(7, 7).unwrap();
    let mut runner = TestRunner::new(Config { cases: 200, failure_persistence: None, ..Config::default() });
    let run = |world: crate::world::World| {
        let used = |_: GrantId| panic!("nothing of the owner's is counted");
        let moment =
            signet_core::Moment { now: world.now, code: world.code, used: &used, approved: world.approved };
        let decision = decide_send(&owner, None, &world.rules(), &world.envelope(), &moment);
        assert_eq!(decision, SendDecision::Allow { grant: None });
        Ok(())
    };
    runner.run(&world(), run).unwrap();
}
