//! What one send costs with few and with many members, with a short and with a long log.

use std::time::{Duration, Instant};

use serde_json::json;
use signet_journeys::PASSPHRASE;
use signet_redteam::{Attacker, Manifest, Stage, conditions, runtime};

use crate::process::Process;
use crate::rates::no_quota;
use crate::{median, tell};

const ROUNDS: usize = 9;
/// Messages of one round.
const SENDS: usize = 100;
/// What a round leaves to be done is over then.
const REST: Duration = Duration::from_millis(500);

struct Host {
    members: u64,
    rows: u64,
    stage: Stage,
    member: Attacker,
    wall: Vec<f64>,
    cpu: Vec<f64>,
}

/// Hosts side by side, each asked in turn, so that a slow moment of the machine meets them all.
pub(crate) fn measure(members: u64, rows: u64) {
    let sizes = [(10, 0), (1000.min(members), 0), (members, 0), (10, rows)];
    let mut hosts: Vec<Host> = sizes.into_iter().map(|(members, rows)| Host::with(members, rows)).collect();
    for round in 0..=ROUNDS {
        // Nobody is always first.
        for turn in 0..hosts.len() {
            let at = (round + turn) % hosts.len();
            hosts[at].round(round > 0);
            std::thread::sleep(REST);
        }
    }
    for host in &hosts {
        tell(&json!({
            "measure": "flat", "members": host.members, "rows": host.rows,
            "send_ms": median(host.wall.clone()), "host_cpu_ms": median(host.cpu.clone()),
            "wall_ratio": beside(&host.wall, &hosts[0].wall), "cpu_ratio": beside(&host.cpu, &hosts[0].cpu),
        }));
    }
}

/// The median of the rounds' ratios: both of a round met the same moment of the machine.
fn beside(one: &[f64], other: &[f64]) -> f64 {
    median(one.iter().zip(other).map(|(one, other)| one / other).collect())
}

impl Host {
    fn with(members: u64, rows: u64) -> Self {
        let mut stage = Stage::new();
        no_quota(&stage);
        let grant = conditions(&json!({ "per_day": 100_000, "per_minute": 100_000 }));
        let mut member = stage.enrol("mia", "sender", &[grant]);
        let begun = Instant::now();
        seed(&mut stage, members - 1, rows);
        let seeded = begun.elapsed().as_secs_f64();
        let begun = Instant::now();
        stage.host.owner.signet(["agent", "start"]).ok();
        stage.host.owner.unlock().ok();
        stage.host.owner.call("host.start", &json!({})).ok();
        member.open().ok();
        let opened = begun.elapsed().as_secs_f64();
        tell(&json!({ "made": { "members": members, "rows": rows, "seed_s": seeded, "open_s": opened } }));
        Self { members, rows, stage, member, wall: vec![], cpu: vec![] }
    }

    fn round(&mut self, counts: bool) {
        let (process, wire, key) =
            (Process::of(&self.stage), self.member.wire(), self.stage.host.key.clone());
        let (begun, before) = (Instant::now(), process.cpu_seconds());
        runtime().block_on(async {
            for n in 0..SENDS {
                wire.send_mail(&Manifest::allowed(&key, &format!("No. {n}"))).await.ok();
            }
        });
        if counts {
            self.wall.push(begun.elapsed().as_secs_f64() * 1e3 / SENDS as f64);
            self.cpu.push((process.cpu_seconds() - before) * 1e3 / SENDS as f64);
        }
    }
}

/// Fills the closed vault, in a process that has the session's keychain.
fn seed(stage: &mut Stage, members: u64, rows: u64) {
    let owner = &mut stage.host.owner;
    owner.signet(["agent", "stop"]).ok();
    // It answers no more; the vault is free when it is gone.
    let begun = Instant::now();
    while owner.agent().is_some() {
        assert!(begun.elapsed() < Duration::from_secs(20), "the agent does not end");
        std::thread::sleep(Duration::from_millis(5));
    }
    let code = owner.next_step();
    let mut command = owner.desk.session().command(std::env::current_exe().unwrap());
    command.arg("seed").arg(owner.vault()).arg(owner.path("sandbox-google/totp-offset"));
    command.args([PASSPHRASE, &code, &stage.host.key, &members.to_string(), &rows.to_string()]);
    assert!(command.status().unwrap().success(), "the host could not be filled");
}
