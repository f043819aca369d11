//! What an owner can tell the sandbox: one command each, the same over HTTP as on a directory that
//! nobody serves.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::fault::NewFault;
use crate::google::Google;
use crate::state::{AccountState, GoogleKey, KeyState, QuotaScheme, SendAs, StateError, User, Workspace};

/// A command.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Command {
    /// Register the public half of a key; the answer is the account.
    RegisterKey {
        /// The service account; made when it is not there.
        email: String,
        /// The key.
        key: GoogleKey,
        /// A scope to delegate to the account.
        delegate: Option<String>,
    },
    /// Everything that is configured.
    Books,
    /// The sandbox's time, in milliseconds since 1970.
    Now,
    /// Switch a key.
    SetKey {
        /// The key id.
        id: String,
        /// The new state.
        state: KeyState,
    },
    /// Switch a service account.
    SetAccount {
        /// Its address.
        email: String,
        /// The new state.
        state: AccountState,
    },
    /// Write an entry on the delegation page; no scopes removes it.
    Delegate {
        /// The numeric id of the account.
        client_id: String,
        /// The scopes.
        scopes: Vec<String>,
        /// In how many seconds it takes effect.
        after_seconds: u64,
    },
    /// Say which domains there are, and whether every address at them is a user.
    SetWorkspace {
        /// The domains.
        domains: Vec<String>,
        /// Whether every address is a user.
        any_user: bool,
    },
    /// Add a user or change one.
    SetUser {
        /// The address.
        address: String,
        /// Whether the user has no mailbox.
        mail_off: bool,
    },
    /// Remove a user from the list.
    RemoveUser {
        /// The address.
        address: String,
    },
    /// Let a user send as another address, or change how.
    SetSendAs {
        /// The user.
        user: String,
        /// The other address.
        alias: SendAs,
    },
    /// Add a fault; the answer is its number.
    AddFault(NewFault),
    /// Remove one fault, or all; the answer is how many.
    ClearFaults {
        /// Its number.
        id: Option<u64>,
    },
    /// Move the clock.
    ShiftClock {
        /// By how many milliseconds.
        by_ms: i64,
    },
    /// Put the clock right.
    ResetClock,
    /// Choose the quota scheme and the limits.
    SetQuota {
        /// The scheme.
        scheme: Option<QuotaScheme>,
        /// Messages a user may send in 24 hours.
        messages_per_day: Option<u32>,
        /// Units a user may use in a minute.
        units_per_user_minute: Option<u32>,
    },
    /// Refuse what Google tolerates, or tolerate it.
    SetStrict {
        /// Whether to refuse.
        strict: bool,
    },
    /// Forget mail, uploads, faults and the clock's offset.
    Reset,
    /// Stop the server.
    Stop,
}

/// Why a command was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// The state could not be read or written.
    #[error(transparent)]
    State(#[from] StateError),
    /// There is nothing of that name.
    #[error("there is no {0}")]
    NotFound(String),
}

impl Command {
    /// Carries it out.
    pub fn run(self, google: &Google) -> Result<Value, CommandError> {
        match self {
            Self::RegisterKey { email, key, delegate } => {
                Ok(json!(google.register_key(&email, key, delegate.as_deref())?))
            }
            Self::Books => Ok(json!(google.books())),
            Self::Now => Ok(json!(google.now())),
            Self::SetKey { id, state } => found(google.set_key_state(&id, state)?, || format!("key {id}")),
            Self::SetAccount { email, state } => {
                found(google.set_account_state(&email, state)?, || format!("service account {email}"))
            }
            Self::Delegate { client_id, scopes, after_seconds } => {
                google.delegate(&client_id, scopes, google.now().plus_seconds(after_seconds))?;
                Ok(json!(true))
            }
            Self::SetWorkspace { domains, any_user } => {
                let domains = domains.iter().map(|domain| domain.to_ascii_lowercase()).collect();
                change(google, |books| {
                    let users = std::mem::take(&mut books.workspace.users);
                    books.workspace = Workspace { domains, any_user, users };
                })
            }
            Self::SetUser { address, mail_off } => user(google, &address, |user| user.mail_off = mail_off),
            Self::RemoveUser { address } => {
                let address = address.to_ascii_lowercase();
                let known = google.change(|books| books.workspace.users.remove(&address).is_some())?;
                found(known, || format!("user {address}"))
            }
            Self::SetSendAs { user: owner, alias } => user(google, &owner, |user| {
                user.send_as.retain(|known| !known.address.eq_ignore_ascii_case(&alias.address));
                for other in user.send_as.iter_mut().filter(|_| alias.default) {
                    other.default = false;
                }
                user.send_as.push(alias);
            }),
            Self::AddFault(fault) => Ok(json!(google.add_fault(fault)?)),
            Self::ClearFaults { id } => match (google.clear_faults(id)?, id) {
                (0, Some(id)) => Err(CommandError::NotFound(format!("fault {id}"))),
                (count, _) => Ok(json!(count)),
            },
            Self::ShiftClock { by_ms } => {
                let offset = google.books().clock_offset_ms.saturating_add(by_ms);
                google.set_clock_offset(offset)?;
                Ok(json!(offset))
            }
            Self::ResetClock => {
                google.set_clock_offset(0)?;
                Ok(json!(0))
            }
            Self::SetQuota { scheme, messages_per_day, units_per_user_minute } => change(google, |books| {
                let quota = &mut books.quota;
                quota.scheme = scheme.unwrap_or(quota.scheme);
                quota.messages_per_day = messages_per_day.unwrap_or(quota.messages_per_day);
                quota.units_per_user_minute = units_per_user_minute.or(quota.units_per_user_minute);
            }),
            Self::SetStrict { strict } => change(google, |books| books.strict = strict),
            Self::Reset => {
                google.reset()?;
                Ok(json!(true))
            }
            Self::Stop => {
                google.stop();
                Ok(json!(true))
            }
        }
    }
}

fn change(google: &Google, change: impl FnOnce(&mut crate::Books)) -> Result<Value, CommandError> {
    google.change(change)?;
    Ok(json!(true))
}

fn user(google: &Google, address: &str, set: impl FnOnce(&mut User)) -> Result<Value, CommandError> {
    change(google, |books| set(books.workspace.users.entry(address.to_ascii_lowercase()).or_default()))
}

fn found(known: bool, what: impl FnOnce() -> String) -> Result<Value, CommandError> {
    if known { Ok(json!(true)) } else { Err(CommandError::NotFound(what())) }
}
