//! Who may do what, and who may send what to whom. Pure: the facts and the time are arguments.
//!
//! Default deny: whatever is unknown or malformed is denied. [`decide`] is the table of roles and
//! actions, [`decide_on_member`] adds whose record it is, [`decide_send`] adds the message and its
//! grants, and [`explain_send`] says which rule decides before anything is sent.

mod action;
mod attachment;
mod check;
mod conditions;
mod denial;
mod explain;
mod facts;
mod failing;
mod grant;
mod hours;
mod network;
mod once;
mod principal;
mod recipient;
mod role;
mod send;
mod table;
mod target;
mod zone;

pub use action::Action;
pub use attachment::TypePattern;
pub use check::ConditionName;
pub use conditions::{Approval, Approver, Conditions};
pub use denial::Denial;
pub use explain::{Answer, Explanation, GrantFinding, explain_send};
pub use facts::{Applicant, Approved, Envelope, LastCode, Moment, Question, Used};
pub use grant::{Forbid, Grant, Matcher, Rules};
pub use hours::{Hours, HoursError, Weekday};
pub use network::{Cidr, CidrError};
pub use principal::{Admission, Principal, Source, Who};
pub use recipient::{Domain, RecipientRule};
pub use role::Role;
pub use send::{SendDecision, TEST_PREFIX, decide_send};
pub use table::{Decision, decide, decide_stranger};
pub use target::{TargetMember, decide_approval, decide_on_member};
pub use zone::{TimeZoneName, ZoneError};
