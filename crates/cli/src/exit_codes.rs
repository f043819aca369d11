//! Exit codes: one for each kind of failure, stable across releases.

use std::fmt::Write;
use std::process::ExitCode;

use signet_core::{Failure, Kind};

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct End(u8);

impl End {
    /// It did what was asked.
    pub(crate) const OK: Self = Self(0);

    /// It failed for that reason.
    pub(crate) const fn of(failure: &Failure) -> Self {
        Self(failure.code.kind().exit_code())
    }

    /// It failed in that way.
    pub(crate) const fn kind(kind: Kind) -> Self {
        Self(kind.exit_code())
    }
}

impl From<End> for ExitCode {
    fn from(end: End) -> Self {
        Self::from(end.0)
    }
}

/// What each exit code means, for `signet help exit-codes` and the manual.
pub(crate) fn table() -> String {
    let mut text = String::from("Exit codes:\n   0  it worked\n");
    for kind in Kind::ALL {
        let _ = writeln!(text, "  {:>2}  {}", kind.exit_code(), meaning(kind));
    }
    text.push_str("\nThey do not change between releases. With --json the exact reason is in .error.code.");
    text
}

/// What the exit code of that kind means.
pub(crate) const fn meaning(kind: Kind) -> &'static str {
    match kind {
        Kind::Internal => "Signet itself failed",
        Kind::Usage => "the command line is not complete or not valid",
        Kind::Secret => "a passphrase, code, recovery code or kit was refused",
        Kind::State => "the vault is locked, missing or there already, or there is no such item",
        Kind::Keychain => "the keychain is missing, locked, does not answer or lost a write",
        Kind::Vault => "the vault file cannot be used",
        Kind::Input => "a message, address, attachment or key file was refused",
        Kind::Policy => "the policy does not allow it",
        Kind::Google => "Google or the Workspace settings do not allow it",
        Kind::Temporary => "it may work later: network, rate limit, server error",
        Kind::Unknown => "the message may or may not have been sent: look in Sent",
        Kind::Audit => "the audit log cannot be written or does not verify",
        Kind::Agent => "the agent is not running or is of another version",
        Kind::Cancelled => "cancelled",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_names_every_kind_once_in_order() {
        insta::assert_snapshot!(table());
    }

    #[test]
    fn no_failure_exits_like_success() {
        for code in signet_core::Code::ALL {
            assert_ne!(End::of(&Failure::new(*code)), End::OK, "{code:?}");
        }
    }
}
