//! `host.*`, `team.*`, `invite.*`, `member.*`, `grant.*`, `approval.*` for those who serve a team, and
//! `join.*`, `shared.*` for those who are part of one.

mod approval;
mod far;
mod headless;
mod host;
mod join;
mod member;
mod policy;
mod shared;

pub use approval::*;
pub use far::*;
pub use headless::*;
pub use host::*;
pub use join::*;
pub use member::*;
pub use policy::*;
pub use shared::*;
