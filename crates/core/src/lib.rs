//! The pure domain of Signet: identifiers, addresses, header values, roles, the policy decision and
//! the error codes that every face shows. No I/O, no clock and no randomness of its own.

mod address;
mod clock;
mod code;
mod failure;
mod file_type;
mod header;
mod ids;
mod kind;
mod policy;
mod profile;
mod scope;

pub use address::{AddressError, EmailAddress, Mailbox};
pub use clock::{Clock, UnixMillis};
pub use code::Code;
pub use failure::Failure;
pub use file_type::{guess_content_type, is_blocked_name};
pub use header::{ContentType, FileName, HeaderError, HeaderText};
pub use ids::{DeviceHash, ForbidId, GoogleKeyId, GrantId, IdError, KeyId, MemberId, RequestId, VaultId};
pub use kind::Kind;
pub use policy::{
    Action, Admission, Answer, Applicant, Approval, Approved, Approver, Cidr, CidrError, ConditionName,
    Conditions, Decision, Denial, Domain, Envelope, Explanation, Forbid, Grant, GrantFinding, Hours,
    HoursError, LastCode, Matcher, Moment, Principal, Question, RecipientRule, Role, Rules, SendDecision,
    Source, TEST_PREFIX, TargetMember, TimeZoneName, TypePattern, Used, Weekday, Who, ZoneError, decide,
    decide_approval, decide_on_member, decide_send, decide_stranger, explain_send,
};
pub use profile::Profile;
pub use scope::Scope;
