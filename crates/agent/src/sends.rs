//! The sends under way: who may watch, who may cancel.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use signet_api::wire::{SendEvent, SendReport, SendStep, SendUnderWay};
use signet_core::{Code, Failure, MemberId, RequestId, UnixMillis};
use signet_google::Cancel;
use tokio::sync::{broadcast, watch};

use crate::timeline::Timeline;

/// Sends under way, by request.
#[derive(Default)]
pub(crate) struct Sends(Mutex<BTreeMap<RequestId, Arc<SendInProgress>>>);

/// One send under way.
pub(crate) struct SendInProgress {
    pub(crate) request: RequestId,
    pub(crate) since: UnixMillis,
    pub(crate) sender: String,
    pub(crate) subject: String,
    pub(crate) total: u64,
    pub(crate) cancel: Cancel,
    /// Whose it is, if it came over the network.
    member: Option<MemberId>,
    events: broadcast::Sender<SendEvent>,
    sent: Mutex<u64>,
    timeline: Mutex<Timeline>,
    end: watch::Sender<Option<Result<SendReport, Failure>>>,
}

impl SendInProgress {
    /// A send that begins.
    pub(crate) fn new(
        request: RequestId,
        since: UnixMillis,
        sender: String,
        subject: String,
        total: u64,
        timeline: Timeline,
    ) -> Self {
        Self {
            request,
            since,
            sender,
            subject,
            total,
            cancel: Cancel::new(),
            member: None,
            events: broadcast::channel(256).0,
            sent: Mutex::new(0),
            timeline: Mutex::new(timeline),
            end: watch::channel(None).0,
        }
    }

    /// The same for a member of the team.
    pub(crate) fn of_member(self, member: MemberId) -> Self {
        Self { member: Some(member), ..self }
    }

    /// Tells everybody who watches.
    pub(crate) fn tell(&self, event: SendEvent) {
        match &event {
            SendEvent::Progress { sent, .. } => {
                *self.sent.lock().unwrap_or_else(PoisonError::into_inner) = *sent;
            }
            SendEvent::Phase { phase } => self.timeline().enter(*phase),
            _ => {}
        }
        // Nobody watching is no fault.
        let _ = self.events.send(event);
    }

    /// How long each phase took, up to now.
    pub(crate) fn steps(&self) -> Vec<SendStep> {
        self.timeline().steps()
    }

    fn timeline(&self) -> std::sync::MutexGuard<'_, Timeline> {
        self.timeline.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends it.
    pub(crate) fn end(&self, report: Result<SendReport, Failure>) {
        self.end.send_replace(Some(report));
    }

    /// Follows it to its end.
    pub(crate) async fn follow(&self, mut event: impl FnMut(SendEvent)) -> Result<SendReport, Failure> {
        let mut events = self.events.subscribe();
        let mut end = self.end.subscribe();
        loop {
            if let Some(report) = end.borrow_and_update().clone() {
                while let Ok(progress) = events.try_recv() {
                    event(progress);
                }
                return report;
            }
            tokio::select! {
                next = events.recv() => if let Ok(progress) = next { event(progress) },
                changed = end.changed() => if changed.is_err() { return Err(Failure::new(Code::Internal)) },
            }
        }
    }

    fn view(&self) -> SendUnderWay {
        SendUnderWay {
            request_id: self.request,
            since: self.since,
            sender: self.sender.clone(),
            subject: self.subject.clone(),
            sent: *self.sent.lock().unwrap_or_else(PoisonError::into_inner),
            total: self.total,
        }
    }
}

impl Sends {
    /// Adds one.
    pub(crate) fn add(&self, send: Arc<SendInProgress>) {
        self.lock().insert(send.request, send);
    }

    /// Takes one off the list.
    pub(crate) fn remove(&self, request: RequestId) {
        self.lock().remove(&request);
    }

    /// One of them.
    pub(crate) fn find(&self, request: RequestId) -> Result<Arc<SendInProgress>, Failure> {
        self.lock().get(&request).cloned().ok_or_else(|| {
            Failure::new(Code::NotFound)
                .what("That send is not under way.")
                .remedy("`signet history list` shows how it ended.")
        })
    }

    /// All of them, oldest first.
    pub(crate) fn list(&self) -> Vec<SendUnderWay> {
        let mut sends: Vec<_> = self.lock().values().map(|send| send.view()).collect();
        sends.sort_by_key(|send| send.since);
        sends
    }

    /// How many.
    pub(crate) fn count(&self) -> usize {
        self.lock().len()
    }

    /// How many are a member's.
    pub(crate) fn count_of(&self, member: MemberId) -> usize {
        self.lock().values().filter(|send| send.member == Some(member)).count()
    }

    /// Asks those of a member to stop.
    pub(crate) fn cancel_of(&self, member: MemberId) {
        for send in self.lock().values().filter(|send| send.member == Some(member)) {
            send.cancel.cancel();
        }
    }

    /// Asks all of them to stop, and waits until they have, or for `patience`.
    pub(crate) async fn stop_all(&self, patience: std::time::Duration) {
        let sends: Vec<_> = self.lock().values().cloned().collect();
        for send in &sends {
            send.cancel.cancel();
        }
        let ended = async {
            for send in sends {
                // How it ended is on record; here only the end matters.
                let _ = send.follow(|_| ()).await;
            }
        };
        if tokio::time::timeout(patience, ended).await.is_err() {
            tracing::warn!("a send did not end in time; the next unlock settles it");
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<RequestId, Arc<SendInProgress>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
