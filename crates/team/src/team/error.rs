//! Why a record is not taken.

use crate::RecordError;

/// Why a record is not taken. The team stays as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// It is not a record, or its signature does not verify.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// Its number does not follow.
    #[error("record {found} is here where record {expected} belongs")]
    Epoch {
        /// The number that follows.
        expected: u64,
        /// The number that it has.
        found: u64,
    },
    /// It continues another chain.
    #[error("the record does not continue this chain")]
    Previous,
    /// Signed by a key that is neither the owner's nor an admin's device's.
    #[error("the record's signer may not sign records")]
    Signer,
    /// Signed by an admin, or with a device, that is suspended or revoked.
    #[error("the record's signer is suspended or revoked")]
    SignerInactive,
    /// Signed by an admin whose membership was over.
    #[error("the membership of the record's signer was over")]
    SignerExpired,
    /// An admin's record about something that only the owner decides: other admins, custodians, oneself,
    /// the owner's forbids, everybody.
    #[error("only the owner may sign that record")]
    OwnerOnly,
    /// It would make somebody an owner.
    #[error("nobody becomes an owner")]
    OwnerRole,
    /// The id of the new member was used before.
    #[error("that member id was used before")]
    MemberUsed,
    /// No such member.
    #[error("there is no such member")]
    MemberUnknown,
    /// The membership has ended for good.
    #[error("that membership has ended")]
    MemberRevoked,
    /// The key of the new device was used before, or is the owner's or the host's.
    #[error("that device's key was used before")]
    DeviceUsed,
    /// No such device.
    #[error("there is no such device")]
    DeviceUnknown,
    /// The device's part has ended for good.
    #[error("that device was revoked")]
    DeviceRevoked,
    /// Suspended already, not suspended, or that role already.
    #[error("that changes nothing")]
    Unchanged,
    /// Neither the id of a grant or forbid that exists nor the one that comes next.
    #[error("that number is not the next one")]
    NotNext,
    /// A grant or forbid would pass from one member to another.
    #[error("a grant or forbid stays with its member")]
    OtherMember,
    /// No such grant.
    #[error("there is no such grant")]
    GrantUnknown,
    /// No such forbid.
    #[error("there is no such forbid")]
    ForbidUnknown,
}
