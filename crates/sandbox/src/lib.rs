//! A local stand-in for Google: the token endpoint, public certificates and the Gmail API, with an
//! inbox to look at, fault scripts and a clock to move. It listens on the loopback interface only.
//!
//! What it answers follows Google's documents and observed replies (README.md says which); its
//! own faces are the `signet-sandbox` program and, for tests in the same process, [`Sandbox::start`].

mod command;
mod fault;
mod gmail;
mod google;
mod message;
mod new_key;
mod sandbox;
mod server;
mod state;
mod token;

pub use command::{Command, CommandError};
pub use fault::{At, Fault, FaultName, NewFault};
pub use google::Google;
pub use message::{Finding, MessageRecord};
pub use new_key::{MadeKey, NewKeyError, NewKeyOptions, client_id, make_key};
pub use sandbox::{Running, Sandbox, SandboxOptions, StartError};
pub use server::Endpoint;
pub use state::{
    Account, AccountState, Books, Delegation, GoogleKey, KeyState, Mailbox, QuotaScheme, QuotaSettings,
    SendAs, StateDir, StateError, StateLock, User, WallClock, Workspace, private_file, write_atomic,
};
