//! What each refusal looks like to people and scripts.

use signet_core::{Code, Failure};

use crate::{ChainError, InviteError, InviteRefusal, NotAdmitted, RecordError};

/// The first letter as at the beginning of a sentence, and a full stop.
fn sentence(error: &impl std::fmt::Display) -> String {
    let text = error.to_string();
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), chars.as_str()))
}

fn newer(error: &impl std::fmt::Display) -> Failure {
    Failure::new(Code::Unsupported).what(sentence(error)).remedy("Update Signet on this computer.")
}

impl InviteError {
    /// What people and scripts see.
    pub fn failure(&self) -> Failure {
        match self {
            Self::Newer => newer(self),
            Self::Prefix | Self::Damaged => Code::InviteInvalid.into(),
            Self::Hint(_) | Self::TooManyHints => Failure::new(Code::InviteInvalid).what(sentence(self)),
        }
    }
}

impl InviteRefusal {
    /// What people and scripts see.
    pub fn failure(&self) -> Failure {
        match self {
            Self::NotPending => Failure::new(Code::TeamChanged).what(sentence(self)),
            Self::Over(_) => Code::InviteOver.into(),
        }
    }
}

impl NotAdmitted {
    /// What people and scripts see.
    pub fn failure(&self) -> Failure {
        match self {
            Self::Unknown => Code::NotMember.into(),
            Self::MemberSuspended => Code::MemberSuspended.into(),
            Self::MemberRevoked | Self::MemberExpired => Code::MemberEnded.into(),
            Self::DeviceSuspended => Failure::new(Code::DeviceSuspended).what(sentence(self)),
            Self::DeviceRevoked => Failure::new(Code::MemberEnded).what(sentence(self)),
        }
    }
}

impl RecordError {
    /// What people and scripts see.
    pub fn failure(&self) -> Failure {
        match self {
            Self::Newer => newer(self),
            Self::Malformed | Self::Signature => Failure::new(Code::RecordInvalid).what(sentence(self)),
            Self::TooLong => Failure::new(Code::Usage).what(sentence(self)),
        }
    }
}

impl ChainError {
    /// What people and scripts see, when a new record is refused. Whoever reads an existing chain and
    /// meets one of these has [`Code::RecordInvalid`].
    pub fn failure(&self) -> Failure {
        let code = match self {
            Self::Record(error) => return error.failure(),
            Self::Signer | Self::SignerInactive | Self::SignerExpired | Self::OwnerOnly | Self::OwnerRole => {
                Code::DeniedRole
            }
            Self::MemberUnknown | Self::DeviceUnknown | Self::GrantUnknown | Self::ForbidUnknown => {
                Code::TeamUnknown
            }
            Self::Epoch { .. }
            | Self::Previous
            | Self::MemberUsed
            | Self::MemberRevoked
            | Self::DeviceUsed
            | Self::DeviceRevoked
            | Self::Unchanged
            | Self::NotNext
            | Self::OtherMember => Code::TeamChanged,
        };
        Failure::new(code).what(sentence(self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{HostPortError, InviteState};

    #[test]
    fn refusals_are_sentences_with_the_code_that_scripts_compare() {
        let failures = [
            (InviteError::Newer.failure(), "unsupported", "That invite was made by a newer Signet."),
            (InviteError::Damaged.failure(), "invite-invalid", "That is not a complete invite."),
            (
                InviteError::Hint(HostPortError::Port).failure(),
                "invite-invalid",
                "The host's address in the invite is not valid: the port is missing or not a number from 1 to 65535.",
            ),
            (InviteRefusal::NotPending.failure(), "team-changed", "No such request is waiting."),
            (
                InviteRefusal::Over(InviteState::Burnt).failure(),
                "invite-over",
                "That invite is not valid any more.",
            ),
            (NotAdmitted::Unknown.failure(), "not-a-member", "This device does not belong to that team."),
            (NotAdmitted::DeviceRevoked.failure(), "membership-ended", "This device was revoked."),
            (RecordError::Newer.failure(), "unsupported", "The record was made by a newer Signet."),
            (
                ChainError::Record(RecordError::Signature).failure(),
                "record-invalid",
                "The record's signature does not verify.",
            ),
            (ChainError::OwnerOnly.failure(), "denied-role", "Only the owner may sign that record."),
            (ChainError::MemberUnknown.failure(), "team-unknown", "There is no such member."),
            (ChainError::MemberUsed.failure(), "team-changed", "That member id was used before."),
        ];
        for (failure, code, what) in failures {
            assert_eq!((failure.code.as_str(), failure.what.as_str()), (code, what));
        }
    }
}
