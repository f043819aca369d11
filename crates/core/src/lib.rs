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
pub use ids::{GoogleKeyId, IdError, KeyId, RequestId, VaultId};
pub use kind::Kind;
pub use policy::{Action, Decision, Principal, Role, Source, decide};
pub use profile::Profile;
pub use scope::Scope;
