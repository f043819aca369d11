//! The team, as far as it can be said without a network: how a member is invited and proves it, which
//! words both screens show, how members, devices and grants are recorded in a signed chain, who may
//! sign which record, and how a copied device is noticed. No I/O, no clock and no randomness of its own.
//!
//! Every byte format is described in `docs/FORMATS.md`, part four; names here follow that page.

mod body;
mod byte_string;
mod failure;
pub mod fuzzing;
mod host_port;
mod identity;
mod invite;
mod invite_state;
mod join_state;
mod link;
mod name;
mod proof;
mod record;
mod team;
mod throttle;
mod words;

pub use body::{Body, NewDevice};
pub use host_port::{HostPort, HostPortError};
pub use identity::{HostHash, IdentityError, device_hash, parse_spki, spki};
pub use invite::{Invite, InviteError, InviteId, InviteSecret};
pub use invite_state::{Answer, InviteLife, InviteRefusal, InviteState, ProofAnswer};
pub use join_state::{ClientJoin, JoinState, JoinStateError, JoinToken, NotYetStored, Presented};
pub use name::{Name, NameError};
pub use proof::{derive_proof, verify_proof};
pub use record::{Record, RecordError, SignedRecord, UnsignedRecord};
pub use team::{ChainError, Device, Member, NotAdmitted, Status, Team};
pub use throttle::{CodeAnswer, CodeThrottle};
pub use words::Words;

/// What both ends of one TLS connection derive from it, and nobody else can (RFC 8446, 7.5).
pub type Exporter = [u8; 32];
