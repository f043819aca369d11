//! The whole agent behind its real sockets, with a keychain in memory.

mod desk;
mod drafts;
mod history;
mod set_up;
mod watch;
