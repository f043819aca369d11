//! Arrows point down only.

use signet_layering::{Arrow, arrows, members};

/// Who may know whom. Everything else is refused, for tests too (but see [`FOR_TESTS`]).
const ALLOWED: [(&str, &[&str]); 23] = [
    // shells
    ("app", &["bridge", "core", "hardening"]),
    ("bridge", &["api", "audit", "core"]),
    ("cli", &["api", "audit", "core", "hardening"]),
    // the process that holds an unlocked vault
    ("agent", &["vault", "audit", "mail", "google", "team", "link", "api", "crypto", "core", "hardening"]),
    ("api", &["core"]),
    // adapters: they do not know each other
    ("vault", &["crypto", "core"]),
    ("audit", &["crypto", "core"]),
    ("mail", &["crypto", "core"]),
    ("google", &["crypto", "core"]),
    ("team", &["crypto", "core"]),
    ("link", &["team", "crypto"]),
    // the floor
    ("crypto", &["core"]),
    ("core", &[]),
    ("hardening", &[]),
    // beside the product
    ("sandbox", &["core", "hardening"]),
    ("testkit", &["core"]),
    // tests see the product from outside
    ("journeys", &["testkit", "core"]),
    ("leaks", &["testkit", "core", "hardening"]),
    ("redteam", &["testkit", "journeys", "leaks", "link", "team", "api", "crypto", "core"]),
    // fills a host's vault and log with their own formats, which from outside would take days
    ("load", &["redteam", "journeys", "link", "team", "vault", "audit", "crypto", "core"]),
    ("e2e", &["testkit", "journeys", "leaks", "core"]),
    ("empty", &[]),
    ("layering", &[]),
];

/// What tests inside a crate may use on top.
const FOR_TESTS: [(&str, &[&str]); 9] = [
    ("agent", &["testkit", "sandbox"]),
    ("google", &["testkit", "sandbox"]),
    ("cli", &["testkit"]),
    ("bridge", &["testkit"]),
    ("vault", &["testkit"]),
    ("audit", &["testkit"]),
    ("mail", &["testkit"]),
    ("sandbox", &["testkit"]),
    ("crypto", &["testkit"]),
];

#[test]
fn arrows_point_down_only() {
    let wrong: Vec<Arrow> = arrows().into_iter().filter(|arrow| !is_allowed(arrow)).collect();
    assert!(wrong.is_empty(), "not in the architecture: {wrong:#?}");
}

#[test]
fn every_crate_has_its_row() {
    let mut rows: Vec<String> = ALLOWED.iter().map(|(name, _)| (*name).to_owned()).collect();
    let mut members = members();
    rows.sort();
    members.sort();
    assert_eq!(rows, members);
}

#[test]
fn every_program_is_hardened() {
    let arrows = arrows();
    for program in ["app", "cli", "agent", "sandbox"] {
        let hardened = |arrow: &Arrow| arrow.from == program && arrow.to == "hardening" && !arrow.for_tests;
        assert!(arrows.iter().any(hardened), "{program} does not harden itself");
    }
}

#[test]
fn a_wrong_arrow_is_refused() {
    let arrow = |from: &str, to: &str, for_tests| Arrow { from: from.into(), to: to.into(), for_tests };
    for (from, to) in [("core", "crypto"), ("vault", "mail"), ("cli", "vault"), ("agent", "testkit")] {
        assert!(!is_allowed(&arrow(from, to, false)), "{from} -> {to}");
    }
    assert!(is_allowed(&arrow("agent", "testkit", true)));
    assert!(!is_allowed(&arrow("core", "newcomer", false)));
    assert!(!is_allowed(&arrow("newcomer", "core", false)));
}

fn is_allowed(arrow: &Arrow) -> bool {
    let has = |table: &[(&str, &[&str])]| {
        table.iter().any(|(from, to)| *from == arrow.from && to.contains(&arrow.to.as_str()))
    };
    has(&ALLOWED) || (arrow.for_tests && has(&FOR_TESTS))
}
