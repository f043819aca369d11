//! `watch`: the state at once and whenever it changes, until the caller goes away. Watching is not using:
//! it keeps no vault awake.

use std::sync::Arc;
use std::time::Duration;

use signet_api::Watch;
use signet_api::wire::{Empty, StatusReport, WatchEvent};
use signet_core::{Code, Failure, Principal};

use crate::agent::Agent;
use crate::router::{Events, Handle};
use crate::snapshot::Snapshot;

/// How many may watch at once: each holds a connection.
const MOST: usize = 16;
/// Nothing is told more often than this.
const GAP: Duration = Duration::from_millis(250);
/// How often an unusable vault is looked at again: a keychain that comes back does not say so.
const LOOK: Duration = Duration::from_secs(3);

impl Handle<Watch> for Agent {
    async fn handle(
        self: Arc<Self>,
        _: Principal,
        _: Empty,
        events: Events<WatchEvent>,
    ) -> Result<Empty, Failure> {
        let watcher = self.news.watch(MOST);
        let mut watcher = watcher.ok_or_else(|| {
            Failure::new(Code::Busy)
                .what("Too many programs follow the agent already.")
                .remedy("Close a window and try again.")
        })?;
        let mut snapshots = self.snapshots.subscribe();
        let (mut moved, mut stop) = (self.idle.moved(), self.stop.subscribe());
        self.look().await;
        let mut told = self.report().await?;
        events.send(WatchEvent::Status { status: told.clone() });
        let mut look = tokio::time::interval(LOOK);
        loop {
            tokio::select! {
                () = events.closed() => return Ok(Empty {}),
                () = stopped(&mut stop) => return Ok(Empty {}),
                () = watcher.wait() => {}
                _ = snapshots.changed() => {}
                _ = moved.changed() => {}
                _ = look.tick() => {
                    if matches!(self.snapshots.newest(), Some(Snapshot::Unusable(_))) {
                        self.look().await;
                    }
                    continue;
                }
            }
            let (stale, happened) = watcher.gather();
            // With nothing from the watcher, snapshot or lock time is what changed.
            let stale = stale || happened.is_empty() || snapshots.has_changed().unwrap_or(false);
            snapshots.mark_unchanged();
            for event in happened {
                events.send(event);
            }
            if stale {
                let now = self.report().await?;
                if !same(&told, &now) {
                    events.send(WatchEvent::Status { status: now.clone() });
                    told = now;
                }
            }
            tokio::select! {
                () = events.closed() => return Ok(Empty {}),
                () = tokio::time::sleep(GAP) => {}
            }
        }
    }
}

async fn stopped(stop: &mut tokio::sync::watch::Receiver<bool>) {
    // An agent that is gone has stopped, too.
    let _ = stop.wait_for(|stop| *stop).await;
}

/// Whether two reports say the same; the time at which the vault locks itself moves with the clock and
/// counts by whole seconds.
fn same(one: &StatusReport, other: &StatusReport) -> bool {
    let plain = |report: &StatusReport| {
        let mut report = report.clone();
        if let signet_api::wire::VaultStatus::Unlocked { locks_at: Some(at), .. } = &mut report.vault {
            at.0 = (at.0 + 500) / 1000;
        }
        serde_json::to_value(report).ok()
    };
    plain(one) == plain(other)
}
