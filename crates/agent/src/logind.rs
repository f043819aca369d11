//! Locks on suspend and on screen lock, as logind reports them
//! (<https://systemd.io/INHIBITOR_LOCKS/>, org.freedesktop.login1(5)).

use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use futures_util::StreamExt;
use zbus::fdo::PropertiesChanged;
use zbus::message::Type;
use zbus::names::OwnedUniqueName;
use zbus::zvariant::{OwnedFd, OwnedObjectPath};
use zbus::{MatchRule, Message, MessageStream};

use crate::agent::{Agent, LOCK_PATIENCE};

/// Id, user id, user name, seat, path.
type SessionRow = (String, u32, String, String, OwnedObjectPath);

#[zbus::proxy(
    interface = "org.freedesktop.login1.Manager",
    default_service = "org.freedesktop.login1",
    default_path = "/org/freedesktop/login1"
)]
trait Manager {
    fn inhibit(&self, what: &str, who: &str, why: &str, mode: &str) -> zbus::Result<OwnedFd>;
    fn list_sessions(&self) -> zbus::Result<Vec<SessionRow>>;
    #[zbus(signal)]
    fn prepare_for_sleep(&self, start: bool) -> zbus::Result<()>;
    #[zbus(signal)]
    fn session_new(&self, id: &str, path: OwnedObjectPath) -> zbus::Result<()>;
    #[zbus(signal)]
    fn session_removed(&self, id: &str, path: OwnedObjectPath) -> zbus::Result<()>;
}

const SERVICE: &str = "org.freedesktop.login1";
const SESSION: &str = "org.freedesktop.login1.Session";
const SESSIONS: &str = "/org/freedesktop/login1/session";

const UNSEEN: &str = "Suspend and screen lock cannot be seen: logind does not answer.";
const NO_SESSION: &str = "Screen lock cannot be seen: logind knows no session of this user.";

/// Signals that wait while the vault is being locked.
const QUEUE: Option<usize> = Some(64);
/// How long a send may hold up the lock before a sleep: logind gives five seconds for all of it
/// (`InhibitDelayMaxSec`, logind.conf(5)).
const SLEEP_PATIENCE: Duration = Duration::from_secs(2);

/// Starts watching. Without logind the agent says so in `status`, and keeps trying.
pub(crate) fn start(agent: &Arc<Agent>) {
    let agent = Arc::clone(agent);
    tokio::spawn(async move {
        loop {
            let patience = match watch(&agent).await {
                // It was there until now, so it will soon be back.
                Ok(()) => Duration::from_secs(1),
                Err(error) => {
                    tracing::debug!(%error, "logind does not answer");
                    Duration::from_secs(30)
                }
            };
            note(&agent, Some(UNSEEN));
            tokio::time::sleep(patience).await;
        }
    });
}

/// Watches until logind goes away.
async fn watch(agent: &Arc<Agent>) -> zbus::Result<()> {
    let bus = zbus::Connection::system().await?;
    let manager = ManagerProxy::new(&bus).await?;
    let mut owner = manager.inner().receive_owner_changed().await?;
    let mut sleeps = manager.receive_prepare_for_sleep().await?;
    let mut came = manager.receive_session_new().await?;
    let mut went = manager.receive_session_removed().await?;
    // Of every session, so that none is missed that begins now: whose it is is asked when one speaks.
    let logind = zbus::fdo::DBusProxy::new(&bus).await?.get_name_owner(SERVICE.try_into()?).await?;
    let mut locks = MessageStream::for_match_rule(lock_signals(&logind)?, &bus, QUEUE).await?;
    let mut hints = MessageStream::for_match_rule(property_changes(&logind)?, &bus, QUEUE).await?;
    // The delay gives the lock time to finish before the machine sleeps.
    let mut delay = Some(take_delay(&manager).await?);
    let mut own = own_sessions(agent, &manager).await?;
    tracing::info!(sessions = own.len(), "watching for suspend and screen lock");
    loop {
        tokio::select! {
            _ = owner.next() => return Ok(()),
            sleep = sleeps.next() => match sleep {
                None => return Ok(()),
                Some(signal) if signal.args()?.start => {
                    if agent.settings.borrow().lock_on_suspend {
                        lock(agent, "suspend", SLEEP_PATIENCE).await;
                    }
                    drop(delay.take());
                }
                Some(_) => delay = Some(take_delay(&manager).await?),
            },
            new = came.next() => match new {
                None => return Ok(()),
                Some(_) => own = own_sessions(agent, &manager).await?,
            },
            old = went.next() => match old {
                None => return Ok(()),
                Some(_) => own = own_sessions(agent, &manager).await?,
            },
            signal = locks.next() => match signal {
                None => return Ok(()),
                Some(signal) => screen_locked(agent, &manager, &mut own, &signal?).await?,
            },
            change = hints.next() => match change {
                None => return Ok(()),
                Some(change) => {
                    let change = change?;
                    if says_locked(&change) {
                        screen_locked(agent, &manager, &mut own, &change).await?;
                    }
                }
            },
        }
    }
}

/// The `Lock` signal of any session. The sender is logind's unique name, which is checked here, too: a
/// signal that somebody else addresses to this process counts for nothing.
fn lock_signals(logind: &OwnedUniqueName) -> zbus::Result<MatchRule<'_>> {
    let rule = MatchRule::builder().msg_type(Type::Signal).sender(logind.as_ref())?;
    Ok(rule.path_namespace(SESSIONS)?.interface(SESSION)?.member("Lock")?.build())
}

/// A change of any session's properties.
fn property_changes(logind: &OwnedUniqueName) -> zbus::Result<MatchRule<'_>> {
    let rule = MatchRule::builder().msg_type(Type::Signal).sender(logind.as_ref())?;
    let rule = rule.path_namespace(SESSIONS)?.interface("org.freedesktop.DBus.Properties")?;
    Ok(rule.member("PropertiesChanged")?.arg(0, SESSION)?.build())
}

/// Whether the change says that the screen is locked now.
fn says_locked(change: &Message) -> bool {
    let Some(change) = PropertiesChanged::from_message(change.clone()) else { return false };
    let Ok(arguments) = change.args() else { return false };
    arguments.changed_properties().get("LockedHint").is_some_and(|hint| hint.downcast_ref() == Ok(true))
}

async fn take_delay(manager: &ManagerProxy<'_>) -> zbus::Result<OwnedFd> {
    manager.inhibit("sleep", "Signet", "Locks the vault before the computer sleeps", "delay").await
}

/// The sessions of this user. The agent serves all of them: whichever is locked, the vault is.
async fn own_sessions(agent: &Agent, manager: &ManagerProxy<'_>) -> zbus::Result<BTreeSet<String>> {
    let uid = signet_api::own_uid();
    let sessions = manager.list_sessions().await?.into_iter();
    let own = sessions.filter(|(_, user, ..)| *user == uid).map(|(.., path)| path.as_str().to_owned());
    let own: BTreeSet<_> = own.collect();
    note(agent, own.is_empty().then_some(NO_SESSION));
    Ok(own)
}

/// Locks the vault, if the signal is from a session of this user.
async fn screen_locked(
    agent: &Arc<Agent>,
    manager: &ManagerProxy<'_>,
    own: &mut BTreeSet<String>,
    signal: &Message,
) -> zbus::Result<()> {
    if !agent.settings.borrow().lock_on_screen_lock {
        return Ok(());
    }
    let header = signal.header();
    let from_own = |own: &BTreeSet<String>| header.path().is_some_and(|path| own.contains(path.as_str()));
    if !from_own(own) {
        // It may have begun a moment ago.
        *own = own_sessions(agent, manager).await?;
    }
    if from_own(own) {
        lock(agent, "screen lock", LOCK_PATIENCE).await;
    }
    Ok(())
}

async fn lock(agent: &Arc<Agent>, why: &str, patience: Duration) {
    if let Some(owner) = crate::run::owner()
        && let Err(failure) = agent.lock(owner, why, patience).await
    {
        tracing::warn!(code = failure.code.as_str(), why, "locking failed");
    }
}

/// Says in `status` what cannot be seen.
fn note(agent: &Agent, unseen: Option<&str>) {
    let mut notes = agent.unprotected.lock().unwrap_or_else(PoisonError::into_inner);
    notes.retain(|note| note != UNSEEN && note != NO_SESSION);
    notes.extend(unseen.map(ToOwned::to_owned));
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;
    use zbus::zvariant::Value;

    fn change(interface: &str, properties: HashMap<&str, Value<'_>>) -> Message {
        let path = "/org/freedesktop/login1/session/_31";
        let builder = Message::signal(path, "org.freedesktop.DBus.Properties", "PropertiesChanged").unwrap();
        builder.build(&(interface, properties, Vec::<&str>::new())).unwrap()
    }

    #[test]
    fn only_a_locked_screen_counts() {
        let hint = |locked: bool| change(SESSION, HashMap::from([("LockedHint", Value::from(locked))]));
        assert!(says_locked(&hint(true)));
        assert!(!says_locked(&hint(false)));
        assert!(!says_locked(&change(SESSION, HashMap::from([("IdleHint", Value::from(true))]))));
        assert!(!says_locked(&change(SESSION, HashMap::from([("LockedHint", Value::from("yes"))]))));
    }
}
