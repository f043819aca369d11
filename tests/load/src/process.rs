//! What the system says of a process.

use signet_redteam::Stage;

/// Kernel clock ticks in a second, as /proc counts.
const TICKS: f64 = 100.0;

/// A running agent.
#[derive(Clone, Copy)]
pub(crate) struct Process(u32);

impl Process {
    /// The host's.
    pub(crate) fn of(stage: &Stage) -> Self {
        Self(stage.host.owner.agent().expect("a host"))
    }

    /// Seconds of processor time so far.
    pub(crate) fn cpu_seconds(self) -> f64 {
        let text = std::fs::read_to_string(format!("/proc/{}/stat", self.0)).unwrap();
        // The name may hold spaces; the fields after it do not.
        let fields: Vec<&str> = text.rsplit_once(')').unwrap().1.split_whitespace().collect();
        let ticks = |at: usize| fields[at].parse::<f64>().unwrap();
        (ticks(11) + ticks(12)) / TICKS
    }

    /// A field of its status, in KiB.
    pub(crate) fn kib(self, field: &str) -> u64 {
        let text = std::fs::read_to_string(format!("/proc/{}/status", self.0)).unwrap();
        let line = text.lines().find_map(|line| line.strip_prefix(field)).expect("the field");
        line.trim_start_matches(':').split_whitespace().next().unwrap().parse().unwrap()
    }

    /// From here on, `VmHWM` is the peak since now. The agent is closed to its own user, so this takes root;
    /// otherwise the peak since its start counts.
    pub(crate) fn forget_peak(self) {
        let _ = std::fs::write(format!("/proc/{}/clear_refs", self.0), "5");
    }
}
