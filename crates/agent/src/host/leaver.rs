//! What a member leaves behind.

use signet_api::wire::{LeaverReport, SendOutcome, SendReport};
use signet_core::{Clock, Code, Failure, MemberId, UnixMillis};

use crate::clock::SystemClock;
use crate::host::kept::read_note;
use crate::host::router::Place;

const MONTH: u64 = 30 * 86_400_000;
/// More sends than this are not looked through.
const MOST_SENDS: u32 = 5000;

impl Place {
    /// Devices, grants and lately used keys of a member, as long as they have not ended.
    pub(crate) async fn leaver(&self, member: MemberId) -> Result<LeaverReport, Failure> {
        // A log that cannot be read does not keep anybody in.
        let (sends_30_days, keys) = self.lately(member).await.unwrap_or_default();
        let team = self.host.team();
        let found = team.member(&member).ok_or_else(|| Failure::new(Code::NotFound))?;
        Ok(LeaverReport {
            name: found.name.to_string(),
            devices: found.devices.iter().map(|device| device.name.to_string()).collect(),
            closed: found.devices.iter().filter(|device| self.host.online.holds(device.hash)).count(),
            grants: team.rules(&member).grants.len(),
            under_way: self.agent.sends.count_of(member),
            sends_30_days,
            keys,
            unrecorded: None,
        })
    }

    /// How often, and with which keys, a member sent in the last 30 days.
    async fn lately(&self, member: MemberId) -> Result<(usize, Vec<String>), Failure> {
        let bytes = *member.as_bytes();
        let since = UnixMillis(SystemClock.now().0.saturating_sub(MONTH));
        let notes = self.agent.audit.view(move |log| log.notes_since(bytes, since, MOST_SENDS)).await?;
        let records = self.agent.vault.run(|cell| Ok(cell.open()?.keys())).await?;
        let mut keys = Vec::new();
        let mut sends = 0;
        for note in notes {
            // One that cannot be read hides no other.
            let Ok(kept) = read_note(&self.host, &note) else { continue };
            // What was refused, or taken back, used no key.
            if matches!(kept.report, Some(SendReport { outcome: SendOutcome::NotSent { .. }, .. }))
                || kept.waits
            {
                continue;
            }
            // Named by itself.
            if kept.report.is_none() && self.agent.sends.find(note.request).is_ok() {
                continue;
            }
            sends += 1;
            let name = records.iter().find(|key| key.id == kept.key).map(|key| key.name.clone());
            keys.extend(name);
        }
        keys.sort();
        keys.dedup();
        Ok((sends, keys))
    }
}
