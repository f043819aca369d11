//! How long each phase of a send takes.

use std::time::{Duration, Instant};

use signet_api::wire::{SendPhase, SendStep};

/// The phases so far; a phase that comes again, as after a resumed upload, is another step.
pub(crate) struct Timeline {
    done: Vec<(SendPhase, Duration)>,
    phase: SendPhase,
    since: Instant,
}

/// More steps than this are added to the last one: an upload that is resumed for ever stays short.
const MOST: usize = 64;

impl Timeline {
    /// Begins with the first phase, at that time.
    pub(crate) const fn begun(since: Instant) -> Self {
        Self { done: Vec::new(), phase: SendPhase::Reading, since }
    }

    /// Another phase begins now.
    pub(crate) fn enter(&mut self, phase: SendPhase) {
        self.enter_at(phase, Instant::now());
    }

    /// Every phase with its time; the last one ends now.
    pub(crate) fn steps(&self) -> Vec<SendStep> {
        self.steps_at(Instant::now())
    }

    fn enter_at(&mut self, phase: SendPhase, now: Instant) {
        if phase == self.phase || self.done.len() >= MOST {
            return;
        }
        self.done.push((self.phase, now.saturating_duration_since(self.since)));
        (self.phase, self.since) = (phase, now);
    }

    fn steps_at(&self, now: Instant) -> Vec<SendStep> {
        let last = (self.phase, now.saturating_duration_since(self.since));
        let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        let steps = self.done.iter().copied().chain([last]);
        steps.map(|(phase, time)| SendStep { phase, millis: millis(time) }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phases_are_timed_from_one_to_the_next() {
        let start = Instant::now();
        let at = |millis| start + Duration::from_millis(millis);
        let mut timeline = Timeline::begun(start);
        timeline.enter_at(SendPhase::Recording, at(40));
        timeline.enter_at(SendPhase::Recording, at(45));
        timeline.enter_at(SendPhase::Uploading, at(50));
        timeline.enter_at(SendPhase::Confirming, at(250));
        timeline.enter_at(SendPhase::Uploading, at(251));
        let steps = timeline.steps_at(at(300)).into_iter().map(|step| (step.phase, step.millis));
        let expected = [
            (SendPhase::Reading, 40),
            (SendPhase::Recording, 10),
            (SendPhase::Uploading, 200),
            (SendPhase::Confirming, 1),
            (SendPhase::Uploading, 49),
        ];
        assert_eq!(steps.collect::<Vec<_>>(), expected);
        for n in 0..1000 {
            let phase = if n % 2 == 0 { SendPhase::Confirming } else { SendPhase::Uploading };
            timeline.enter_at(phase, at(301 + n));
        }
        assert_eq!(timeline.steps_at(at(2000)).len(), MOST + 1);
    }
}
