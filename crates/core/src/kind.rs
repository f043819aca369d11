//! The kinds of failure, which are what exit codes speak of.

/// What sort of failure a [`crate::Code`] is. Each kind has one stable exit code of the CLI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Signet itself failed.
    Internal,
    /// The command line was wrong.
    Usage,
    /// A passphrase, code, kit or recovery code did not open the vault.
    Secret,
    /// The vault is locked, or there is none yet, or there is one already.
    State,
    /// The OS keychain is missing, locked, hanging or lost a write.
    Keychain,
    /// The vault file cannot be used.
    Vault,
    /// A message, address, attachment or key file was refused.
    Input,
    /// The policy said no.
    Policy,
    /// Google, or the Workspace administrator's settings, said no.
    Google,
    /// It may work later: network, rate limit, server error.
    Temporary,
    /// Nobody can say whether the message went out.
    Unknown,
    /// The audit log cannot be written or does not verify.
    Audit,
    /// The agent is not there, or is of another version.
    Agent,
    /// Cancelled by the user.
    Cancelled,
}

impl Kind {
    /// All kinds, in order of their exit codes.
    pub const ALL: [Self; 14] = [
        Self::Internal,
        Self::Usage,
        Self::Secret,
        Self::State,
        Self::Keychain,
        Self::Vault,
        Self::Input,
        Self::Policy,
        Self::Google,
        Self::Temporary,
        Self::Unknown,
        Self::Audit,
        Self::Agent,
        Self::Cancelled,
    ];

    /// The exit code of the CLI, stable across releases.
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Internal => 1,
            Self::Usage => 2,
            Self::Secret => 3,
            Self::State => 4,
            Self::Keychain => 5,
            Self::Vault => 6,
            Self::Input => 7,
            Self::Policy => 8,
            Self::Google => 9,
            Self::Temporary => 10,
            Self::Unknown => 11,
            Self::Audit => 12,
            Self::Agent => 13,
            Self::Cancelled => 14,
        }
    }
}
