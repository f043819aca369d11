//! What changes, told to everybody who watches: pushed, and gathered so that a burst is told once.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use signet_api::wire::WatchEvent;
use tokio::sync::{broadcast, watch};

/// Events that a slow watcher may be behind; then it is told that everything may have changed.
const BACKLOG: usize = 256;

/// What can change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Area {
    History,
    Drafts,
    Keys,
    Settings,
    Audit,
    Team,
}

impl Area {
    const ALL: [Self; 6] = [Self::History, Self::Drafts, Self::Keys, Self::Settings, Self::Audit, Self::Team];

    const fn as_str(self) -> &'static str {
        match self {
            Self::History => "history",
            Self::Drafts => "drafts",
            Self::Keys => "keys",
            Self::Settings => "settings",
            Self::Audit => "audit",
            Self::Team => "team",
        }
    }
}

#[derive(Clone, Debug)]
enum Event {
    Changed(Area),
    Send(Box<WatchEvent>),
}

/// Where changes are told.
pub(crate) struct News {
    state: watch::Sender<u64>,
    events: broadcast::Sender<Event>,
    watchers: Arc<AtomicUsize>,
}

impl News {
    /// Nobody watches yet.
    pub(crate) fn new() -> Self {
        Self { state: watch::channel(0).0, events: broadcast::channel(BACKLOG).0, watchers: Arc::default() }
    }

    /// What `status` answers may have changed.
    pub(crate) fn state(&self) {
        self.state.send_modify(|times| *times = times.wrapping_add(1));
    }

    /// Something of that sort changed.
    pub(crate) fn changed(&self, area: Area) {
        // Nobody watching is no fault; the same below.
        let _ = self.events.send(Event::Changed(area));
    }

    /// A send began or ended, and so the number of those under way changed, too.
    pub(crate) fn send(&self, event: WatchEvent) {
        let _ = self.events.send(Event::Send(Box::new(event)));
        self.state();
    }

    /// A watcher from now on; none if there are `most` already.
    pub(crate) fn watch(&self, most: usize) -> Option<Watcher> {
        let place = Place::take(&self.watchers, most)?;
        Some(Watcher {
            state: self.state.subscribe(),
            events: self.events.subscribe(),
            areas: BTreeSet::new(),
            sends: Vec::new(),
            stale: false,
            _place: place,
        })
    }

    #[cfg(test)]
    pub(crate) fn watchers(&self) -> usize {
        self.watchers.load(Ordering::SeqCst)
    }
}

/// A watcher's place among those that there may be.
struct Place(Arc<AtomicUsize>);

impl Place {
    fn take(watchers: &Arc<AtomicUsize>, most: usize) -> Option<Self> {
        let more = |now: usize| (now < most).then_some(now + 1);
        watchers.fetch_update(Ordering::SeqCst, Ordering::SeqCst, more).ok()?;
        Some(Self(Arc::clone(watchers)))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// One who watches, and what is not told yet.
pub(crate) struct Watcher {
    state: watch::Receiver<u64>,
    events: broadcast::Receiver<Event>,
    areas: BTreeSet<Area>,
    sends: Vec<WatchEvent>,
    stale: bool,
    _place: Place,
}

impl Watcher {
    /// Waits until there is something to tell.
    pub(crate) async fn wait(&mut self) {
        tokio::select! {
            _ = self.state.changed() => self.stale = true,
            event = self.events.recv() => self.take(event.map_err(|error| {
                matches!(error, broadcast::error::RecvError::Lagged(_))
            })),
        }
    }

    /// What is to be told now: whether the state may be another, and the events.
    pub(crate) fn gather(&mut self) -> (bool, Vec<WatchEvent>) {
        loop {
            match self.events.try_recv() {
                Ok(event) => self.take(Ok(event)),
                Err(broadcast::error::TryRecvError::Lagged(_)) => self.take(Err(true)),
                Err(_) => break,
            }
        }
        if self.state.has_changed().unwrap_or(false) {
            self.state.mark_unchanged();
            self.stale = true;
        }
        let changed = std::mem::take(&mut self.areas)
            .into_iter()
            .map(|area| WatchEvent::Changed { area: area.as_str().into() });
        let events = std::mem::take(&mut self.sends).into_iter().chain(changed).collect();
        (std::mem::take(&mut self.stale), events)
    }

    /// `Err(true)`: events were missed, so anything may have changed.
    fn take(&mut self, event: Result<Event, bool>) {
        match event {
            Ok(Event::Changed(area)) => drop(self.areas.insert(area)),
            Ok(Event::Send(event)) => self.sends.push(*event),
            Err(true) => {
                self.areas.extend(Area::ALL);
                self.stale = true;
            }
            Err(false) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn areas(events: &[WatchEvent]) -> Vec<&str> {
        let area = |event: &'_ WatchEvent| match event {
            WatchEvent::Changed { area } => Area::ALL.iter().find(|a| a.as_str() == area).map(|a| a.as_str()),
            _ => None,
        };
        events.iter().filter_map(area).collect()
    }

    #[tokio::test]
    async fn a_burst_is_told_once() {
        let news = News::new();
        let mut watcher = news.watch(1).unwrap();
        for _ in 0..50 {
            news.changed(Area::Drafts);
            news.state();
        }
        news.changed(Area::Keys);
        watcher.wait().await;
        let (stale, events) = watcher.gather();
        assert!(stale);
        assert_eq!(areas(&events), ["drafts", "keys"]);
        let (stale, events) = watcher.gather();
        assert!(!stale && events.is_empty());
    }

    #[tokio::test]
    async fn who_falls_behind_looks_at_everything_again() {
        let news = News::new();
        let mut watcher = news.watch(1).unwrap();
        for _ in 0..=BACKLOG {
            news.changed(Area::Drafts);
        }
        watcher.wait().await;
        let (stale, events) = watcher.gather();
        assert!(stale);
        assert_eq!(areas(&events), ["history", "drafts", "keys", "settings", "audit", "team"]);
    }

    #[test]
    fn there_are_only_so_many_places() {
        let news = News::new();
        let one = news.watch(2);
        let two = news.watch(2);
        assert!(one.is_some() && two.is_some() && news.watch(2).is_none());
        drop(one);
        assert_eq!(news.watchers(), 1);
        assert!(news.watch(2).is_some());
    }
}
