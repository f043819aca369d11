//! The rows of the second table, a file an area.

mod audit;
mod backup;
mod ceremony;
mod command;
mod drafts;
mod files;
mod key;
mod kit;
mod message;
mod practice;
mod preview;
mod sandbox;
mod send;
mod shared;
mod team;
mod template;
mod window;

pub(crate) use sandbox::InboxCache;
