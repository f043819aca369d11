//! Serving: from a start to a stop, a time, or the lock.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use signet_api::wire::{HostStatus, HostView, ServingView};
use signet_core::{Clock, Code, Failure, UnixMillis};
use tokio::sync::watch;

use crate::agent::Agent;
use crate::clock::SystemClock;
use crate::host::{Host, listen};
use crate::news::Area;

/// Whether the host serves now.
#[derive(Default)]
pub(crate) struct Serving(Mutex<Stage>);

#[derive(Default)]
struct Stage {
    running: Option<Running>,
    /// The vault was locked: this host does not serve again, a new one is opened with the vault.
    closed: bool,
}

struct Running {
    since: UnixMillis,
    until: Option<UnixMillis>,
    address: String,
    stop: watch::Sender<bool>,
}

impl Serving {
    fn lock(&self) -> MutexGuard<'_, Stage> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Host {
    /// Begins to serve; a host that serves already only changes until when.
    pub(crate) async fn start(
        self: &Arc<Self>,
        agent: &Arc<Agent>,
        until: Option<UnixMillis>,
    ) -> Result<(), Failure> {
        if let Some(running) = self.serving.lock().running.as_mut() {
            running.until = until;
            return Ok(());
        }
        let listener = listen::bind(self).await?;
        let address = listener.local_addr().map(|address| address.to_string()).unwrap_or_default();
        let (stop, stopped) = watch::channel(false);
        {
            let mut stage = self.serving.lock();
            // Locked meanwhile: what would serve now, nobody could stop.
            if stage.closed {
                return Err(Failure::new(Code::Locked));
            }
            if let Some(running) = stage.running.as_mut() {
                running.until = until;
                return Ok(());
            }
            tracing::info!(%address, "serving the team");
            stage.running = Some(Running { since: SystemClock.now(), until, address, stop });
        }
        tokio::spawn(listen::accept(Arc::clone(agent), Arc::clone(self), listener, stopped.clone()));
        tokio::spawn(watch_the_time(Arc::clone(agent), Arc::clone(self), stopped));
        agent.news.changed(Area::Team);
        agent.news.state();
        Ok(())
    }

    /// Stops serving: connections end at once. Returns whether it served.
    pub(crate) fn stop(&self) -> bool {
        let Some(running) = self.serving.lock().running.take() else { return false };
        self.end(&running);
        true
    }

    /// Stops for good, whoever is about to start.
    pub(crate) fn stop_for_good(&self) {
        let running = {
            let mut stage = self.serving.lock();
            stage.closed = true;
            stage.running.take()
        };
        if let Some(running) = running {
            self.end(&running);
        }
    }

    fn end(&self, running: &Running) {
        running.stop.send_replace(true);
        self.online.close_all();
        tracing::info!("not serving the team any more");
    }

    /// Whether it serves.
    pub(crate) fn serves(&self) -> bool {
        self.serving.lock().running.is_some()
    }

    /// What `host.show` says.
    pub(crate) fn status(&self, agent: &Agent) -> HostStatus {
        let facts = self.facts();
        let team = self.team();
        let now = SystemClock.now();
        let host = HostView {
            name: facts.name,
            key: self.hash().to_string(),
            listen: facts.listen,
            reachable_at: facts.reachable_at,
            networks: team.networks().to_vec(),
            proxies: Some(facts.proxies).filter(|proxies| !proxies.is_empty()),
            members: team
                .members()
                .filter(|m| m.status == signet_team::Status::Active && !m.is_expired(now))
                .count(),
            epoch: team.epoch(),
        };
        let connected = team
            .members()
            .filter(|member| member.devices.iter().any(|device| self.online.holds(device.hash)))
            .map(|member| member.name.to_string())
            .collect();
        let serving = self.serving.lock().running.as_ref().map(|running| ServingView {
            since: running.since,
            until: running.until,
            address: running.address.clone(),
            connected,
            sending: agent.sends.count(),
        });
        HostStatus { host: Some(host), serving, failure: None, headless: agent.headless() }
    }
}

/// Stops when the chosen time is over.
async fn watch_the_time(agent: Arc<Agent>, host: Arc<Host>, mut stopped: watch::Receiver<bool>) {
    loop {
        let ended = tokio::select! {
            _ = stopped.wait_for(|stopped| *stopped) => true,
            () = tokio::time::sleep(Duration::from_secs(1)) => false,
        };
        if ended {
            // What came in the last second; a lock may be faster.
            let _ = host.witnesses.save(&agent.audit).await;
            return;
        }
        agent.door.record_counted().await;
        host.uploads.drop_idle();
        if let Err(failure) = host.witnesses.save(&agent.audit).await {
            tracing::warn!(code = failure.code.as_str(), "what devices have signed could not be kept");
        }
        let over = host
            .serving
            .lock()
            .running
            .as_ref()
            .and_then(|r| r.until)
            .is_some_and(|end| SystemClock.now() >= end);
        if over {
            host.stop();
            agent.news.changed(Area::Team);
            agent.news.state();
            return;
        }
    }
}
