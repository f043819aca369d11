//! Locks on suspend and on screen lock, as logind reports them
//! (<https://systemd.io/INHIBITOR_LOCKS/>, org.freedesktop.login1(5)).

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use futures_util::StreamExt;
use zbus::zvariant::{OwnedFd, OwnedObjectPath};

use crate::agent::Agent;

/// Id, user id, user name, seat, path.
type SessionRow = (String, u32, String, String, OwnedObjectPath);

#[zbus::proxy(
    interface = "org.freedesktop.login1.Manager",
    default_service = "org.freedesktop.login1",
    default_path = "/org/freedesktop/login1"
)]
trait Manager {
    fn inhibit(&self, what: &str, who: &str, why: &str, mode: &str) -> zbus::Result<OwnedFd>;
    #[zbus(name = "GetSessionByPID")]
    fn session_by_pid(&self, pid: u32) -> zbus::Result<OwnedObjectPath>;
    fn list_sessions(&self) -> zbus::Result<Vec<SessionRow>>;
    #[zbus(signal)]
    fn prepare_for_sleep(&self, start: bool) -> zbus::Result<()>;
}

#[zbus::proxy(interface = "org.freedesktop.login1.Session", default_service = "org.freedesktop.login1")]
trait Session {
    #[zbus(signal)]
    fn lock(&self) -> zbus::Result<()>;
    #[zbus(property)]
    fn locked_hint(&self) -> zbus::Result<bool>;
}

const UNSEEN: &str = "Suspend and screen lock cannot be seen: logind does not answer.";

/// Starts watching. Without logind the agent says so in `status`, and keeps trying.
pub(crate) fn start(agent: &Arc<Agent>) {
    let agent = Arc::clone(agent);
    tokio::spawn(async move {
        loop {
            if let Err(error) = watch(&agent).await {
                tracing::debug!(%error, "logind does not answer");
            }
            note(&agent, true);
            tokio::time::sleep(Duration::from_secs(30)).await;
        }
    });
}

async fn watch(agent: &Arc<Agent>) -> zbus::Result<()> {
    let bus = zbus::Connection::system().await?;
    let manager = ManagerProxy::new(&bus).await?;
    let mut sleeps = manager.receive_prepare_for_sleep().await?;
    // The delay gives the lock time to finish before the machine sleeps.
    let mut delay = Some(take_delay(&manager).await?);
    let session = own_session(&manager).await?;
    let session = SessionProxy::builder(&bus).path(session)?.build().await?;
    let mut locks = session.receive_lock().await?;
    let mut hints = session.receive_locked_hint_changed().await;
    note(agent, false);
    tracing::info!("watching for suspend and screen lock");
    loop {
        tokio::select! {
            sleep = sleeps.next() => match sleep {
                None => return Ok(()),
                Some(signal) if signal.args()?.start => {
                    if agent.settings.borrow().lock_on_suspend {
                        lock(agent, "suspend").await;
                    }
                    delay = None;
                }
                Some(_) => delay = Some(take_delay(&manager).await?),
            },
            request = locks.next() => match request {
                None => return Ok(()),
                Some(_) => screen_locked(agent).await,
            },
            hint = hints.next() => match hint {
                None => return Ok(()),
                Some(hint) => if hint.get().await? { screen_locked(agent).await },
            },
        }
        let _ = &delay;
    }
}

async fn take_delay(manager: &ManagerProxy<'_>) -> zbus::Result<OwnedFd> {
    manager.inhibit("sleep", "Signet", "Locks the vault before the computer sleeps", "delay").await
}

/// The session this process belongs to; a user service belongs to none, so then the user's first.
async fn own_session(manager: &ManagerProxy<'_>) -> zbus::Result<OwnedObjectPath> {
    if let Ok(path) = manager.session_by_pid(std::process::id()).await {
        return Ok(path);
    }
    let uid = signet_api::own_uid();
    let sessions = manager.list_sessions().await?;
    let own = sessions.into_iter().find(|(_, user, ..)| *user == uid);
    own.map(|(.., path)| path).ok_or_else(|| zbus::Error::Failure("no session of this user".into()))
}

async fn screen_locked(agent: &Arc<Agent>) {
    if agent.settings.borrow().lock_on_screen_lock {
        lock(agent, "screen lock").await;
    }
}

async fn lock(agent: &Arc<Agent>, why: &str) {
    if let Some(owner) = crate::run::owner()
        && let Err(failure) = agent.lock(owner, why, crate::agent::LOCK_PATIENCE).await
    {
        tracing::warn!(code = failure.code.as_str(), why, "locking failed");
    }
}

fn note(agent: &Agent, unseen: bool) {
    let mut notes = agent.unprotected.lock().unwrap_or_else(PoisonError::into_inner);
    notes.retain(|note| note != UNSEEN);
    if unseen {
        notes.push(UNSEEN.into());
    }
}
