//! An explanation never says more than it knows, and with everything known it is the decision.

use proptest::prelude::*;
use signet_core::{
    Answer, Code, ConditionName, GrantId, KeyId, Question, Role, Rules, SendDecision, Source, explain_send,
};

use crate::world::{World, world};

/// The same question with some facts not known.
fn hidden(mut asked: Question<'_>, which: u16) -> Question<'_> {
    macro_rules! hide {
        ($($bit:literal $field:ident),*) => {$(
            if which & (1 << $bit) != 0 {
                asked.$field = None;
            }
        )*};
    }
    // A source that cannot be told, or that no member has, is a fact of its own.
    let some_network = asked.source.filter(|source| !matches!(source, Source::Network(_)));
    hide!(
        0 source, 1 sub, 2 from, 3 reply_to, 4 recipients, 5 subject, 6 bytes, 7 attachments, 8 now, 9 code,
        10 used
    );
    asked.source = asked.source.or(some_network);
    asked
}

fn says_the_same(answer: &Answer, decision: &SendDecision) -> bool {
    match (answer, decision) {
        (Answer::Allowed { grant }, SendDecision::Allow { grant: decided }) => Some(*grant) == *decided,
        (Answer::NeedsApproval { grant, .. }, SendDecision::NeedsApproval { grant: decided, .. }) => {
            grant == decided
        }
        (Answer::Denied { .. }, SendDecision::Deny(_)) => true,
        _ => false,
    }
}

fn without_approval(mut world: World) -> World {
    world.approved = None;
    world
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn with_everything_known_it_is_the_decision(world in world().prop_map(without_approval)) {
        let used = |id: GrantId| world.used(id);
        let explained = explain_send(&world.applicant(), &world.rules(), &world.question(&used));
        let decision = world.decide();
        prop_assert!(says_the_same(&explained.answer, &decision), "{:?} but {:?}", explained, decision);
        prop_assert!(explained.possible_forbids.is_empty());
        prop_assert!(explained.grants.iter().all(|finding| finding.unknown.is_empty()));
        if let (Answer::Denied { failure }, SendDecision::Deny(denial)) = (&explained.answer, &decision) {
            prop_assert_eq!(failure.code, denial.code);
        }
    }

    #[test]
    fn what_it_says_with_facts_missing_stays_true_when_they_are_known(
        world in world().prop_map(without_approval), which in prop_oneof![any::<u16>(), (0..11_u16).prop_map(|n| 1 << n)],
    ) {
        let used = |id: GrantId| world.used(id);
        let (full, part) = (world.question(&used), hidden(world.question(&used), which));
        let (full, part) = (
            explain_send(&world.applicant(), &world.rules(), &full),
            explain_send(&world.applicant(), &world.rules(), &part),
        );
        prop_assert!(
            part.answer == Answer::Depends || says_the_same(&part.answer, &world.decide()),
            "{:?} but {:?}", part, world.decide()
        );
        for (part, full) in part.grants.iter().zip(&full.grants) {
            prop_assert!(part.failing.iter().all(|name| full.failing.contains(name)));
            let known = |name: &&ConditionName| !part.unknown.contains(name);
            prop_assert!(full.failing.iter().filter(known).all(|name| part.failing.contains(name)));
        }
        prop_assert!(part.forbids.iter().all(|id| full.forbids.contains(id)));
        prop_assert!(full.forbids.iter().all(|id| part.forbids.contains(id) || part.possible_forbids.contains(id)));
    }
}

#[test]
fn roles_that_do_not_send_are_told_so_and_a_key_without_grants_too() {
    let mut who = signet_core::Applicant { member: crate::world::ME, role: Role::Auditor, address: None };
    let asked = Question::about(KeyId::from_bytes([8; 16]));
    let code = |who: &_| match explain_send(who, &Rules::default(), &asked).answer {
        Answer::Denied { failure } => failure.code,
        other => panic!("{other:?}"),
    };
    for role in [Role::Owner, Role::Admin, Role::Custodian, Role::Auditor] {
        who.role = role;
        assert_eq!(code(&who), Code::DeniedRole);
    }
    for role in [Role::Sender, Role::TestSender] {
        who.role = role;
        assert_eq!(code(&who), Code::DeniedNoGrant);
    }
}
