//! What crosses between page and window, by area. Files go by handles, never by paths.

mod audit;
mod ceremony;
mod files;
mod message;
mod sandbox;
mod team;
mod window;

pub use audit::*;
pub use ceremony::*;
pub use files::*;
pub use message::*;
pub use sandbox::*;
pub use team::*;
pub use window::*;
