//! This device as a witness: what it has seen of a host's log must stay a part of it.

use data_encoding::HEXLOWER;
use signet_api::remote::{
    CheckpointCosign, CheckpointRequest, CheckpointShow, CheckpointView, Cosignature, ProvenEntry,
    RecordsNamed,
};
use signet_audit::{
    RecordsHead, Witnessed, read_entry, verify_checkpoint, verify_consistency, verify_inclusion,
};
use signet_core::{Action, Code, Failure, RequestId};

use super::connection::Connection;
use super::membership::Membership;
use super::store::{Chain, MembershipRecord, Seen};
use crate::host::{verify_cosignature, witness_message};

impl Membership {
    /// Asks for the newest checkpoint, checks it, and signs it.
    pub(crate) async fn watch_log(&self) -> Result<(), Failure> {
        let _alone = self.watching().await;
        self.look().await
    }

    /// Checks the checkpoint in an answer against what this device had seen when it asked, and against what
    /// it has seen by now: other answers may have come in between.
    pub(crate) async fn witness(&self, asked: Option<&Seen>, view: &CheckpointView) -> Result<(), Failure> {
        let _alone = self.watching().await;
        if self.record().seen.as_ref() == asked {
            return self.take(asked, view, None).await;
        }
        self.checked(asked, view)?;
        let passed = Seen { size: view.size, root: view.root.clone(), key: view.key.clone() };
        // One checkpoint that continues both: two answers of a forked log have none.
        let MembershipRecord { seen, chain, .. } = self.record();
        let request =
            CheckpointRequest { seen: seen.as_ref().map_or(0, |seen| seen.size), also: Some(passed.size) };
        let newest = self.call::<CheckpointShow>(&request).await?;
        let signed = self.checked(seen.as_ref(), &newest)?;
        if !continues(&passed, &newest.also, signed.size, &signed.root) {
            return Err(self.alarm("the log does not contain what this device was shown"));
        }
        self.take(seen.as_ref(), &newest, chain.as_ref()).await
    }

    /// The same for the answer to a send, which has to be in the log.
    pub(crate) async fn witness_send(
        &self,
        asked: Option<&Seen>,
        proven: Option<(&CheckpointView, &ProvenEntry)>,
        listed: RequestId,
        decision: &str,
    ) -> Result<(), Failure> {
        let missing = "the log does not have what was sent";
        let (view, entry) = proven.ok_or_else(|| self.alarm(missing))?;
        self.witness(asked, view).await?;
        if is_logged(view, entry, listed, decision).is_some() { Ok(()) } else { Err(self.alarm(missing)) }
    }

    /// Looks at the log of a connection that has just been opened, before anything is asked of its host: one
    /// that was set back is not sent through and then found out. Only looks: whoever watches remembers.
    pub(super) async fn look_first(&self, connection: &Connection) -> Result<(), Failure> {
        let seen = self.record().seen;
        let request = CheckpointRequest { seen: seen.as_ref().map_or(0, |seen| seen.size), also: None };
        let view = connection.call::<CheckpointShow>(&request).await?;
        self.checked(seen.as_ref(), &view).map(drop)
    }

    /// The newest checkpoint, by whoever watches alone.
    async fn look(&self) -> Result<(), Failure> {
        let MembershipRecord { seen, chain, .. } = self.record();
        let request = CheckpointRequest { seen: seen.as_ref().map_or(0, |seen| seen.size), also: None };
        let view = self.call::<CheckpointShow>(&request).await?;
        self.take(seen.as_ref(), &view, chain.as_ref()).await
    }

    fn checked(&self, seen: Option<&Seen>, view: &CheckpointView) -> Result<Witnessed, Failure> {
        check(seen, self.record().chain.as_ref(), view).map_err(|wrong| {
            let had = seen.map_or(0, |seen| seen.size);
            self.alarm(wrong).fact("entries_seen", had).fact("entries_now", view.size)
        })
    }

    /// Keeps what is wrong: nothing is asked of this host any more.
    pub(super) fn alarm(&self, wrong: &'static str) -> Failure {
        tracing::error!(wrong, "the host's log contradicts what was seen before");
        match self.change(|record| record.alarm = Some(wrong.into())) {
            Ok(()) => Failure::new(Code::HostForked).fact("alarm", wrong),
            Err(failure) => failure,
        }
    }

    /// Checks a checkpoint; stores it before anything that it covers is believed, then signs it.
    async fn take(
        &self,
        seen: Option<&Seen>,
        view: &CheckpointView,
        asked: Option<&Chain>,
    ) -> Result<(), Failure> {
        let Witnessed { origin, size, root, records } = self.checked(seen, view)?;
        self.compare_records(size, records.as_ref(), asked).await?;
        let newer = seen.is_none_or(|seen| seen.size < size);
        if !newer {
            return Ok(());
        }
        self.change(|record| {
            record.seen = Some(Seen { size, root: HEXLOWER.encode(&root), key: view.key.clone() });
        })?;
        let key = self.device_key().await?;
        let cosigned = Cosignature {
            key: HEXLOWER.encode(&key.public().to_bytes()),
            size,
            root: HEXLOWER.encode(&root),
            records: records
                .map(|named| RecordsNamed { epoch: named.epoch, head: HEXLOWER.encode(&named.head) }),
            signature: HEXLOWER.encode(&key.sign(&witness_message(&origin, size, &root, records.as_ref()))),
            consistency: Vec::new(),
        };
        self.call::<CheckpointCosign>(&cosigned).await.map(drop)
    }
}

/// Whether a checkpoint continues what was seen, here and by the other devices; what it says, or what is wrong.
fn check(
    seen: Option<&Seen>,
    chain: Option<&Chain>,
    view: &CheckpointView,
) -> Result<Witnessed, &'static str> {
    let key = hash(&view.key).ok_or("the log's key cannot be read")?;
    if seen.is_some_and(|seen| seen.key != view.key) {
        return Err("the log is signed by another key than before");
    }
    let signed = verify_checkpoint(&view.note, &key).ok_or("the checkpoint's signature does not hold")?;
    if signed.size != view.size || hash(&view.root) != Some(signed.root) {
        return Err("the checkpoint says something else than its signature");
    }
    if let Some(seen) = seen {
        if seen.size > signed.size {
            return Err("the log is shorter than this device has seen it");
        }
        if !continues(seen, &view.consistency, signed.size, &signed.root) {
            return Err("the log does not contain what this device has seen");
        }
    }
    for other in &view.cosignatures {
        let Some(cosigned) = verify_cosignature(&signed.origin, other) else {
            return Err("another device's signature does not hold");
        };
        if cosigned.records.is_some_and(|theirs| differs(&theirs, chain, signed.records.as_ref())) {
            return Err("another device was shown other records");
        }
        if other.size > signed.size {
            return Err("another device has seen a longer log");
        }
        let had = Seen { size: other.size, root: other.root.clone(), key: view.key.clone() };
        if !continues(&had, &other.consistency, signed.size, &signed.root) {
            return Err("another device has seen a different log");
        }
    }
    Ok(signed)
}

/// Whether another device's records are not those of this one, nor those that the log names.
fn differs(theirs: &RecordsHead, chain: Option<&Chain>, named: Option<&RecordsHead>) -> bool {
    let own = chain.filter(|own| own.epoch == theirs.epoch);
    let named = named.filter(|named| named.epoch == theirs.epoch);
    own.is_some_and(|own| own.head != HEXLOWER.encode(&theirs.head))
        || named.is_some_and(|named| named.head != theirs.head)
}

/// Whether a checkpoint, which was checked, covers an entry of that send which says that.
fn is_logged(view: &CheckpointView, proven: &ProvenEntry, listed: RequestId, decision: &str) -> Option<()> {
    let bytes = HEXLOWER.decode(proven.entry.as_bytes()).ok()?;
    let proof: Vec<_> = proven.proof.iter().map(|hex| hash(hex)).collect::<Option<_>>()?;
    let entry = read_entry(&bytes)?;
    let own = entry.action == Action::Send.as_str() && entry.request == Some(listed);
    let covered = verify_inclusion(&bytes, proven.seq, view.size, &hash(&view.root)?, &proof);
    (own && covered && entry.decision == decision).then_some(())
}

/// Whether a log of that size and root begins with what was seen.
fn continues(seen: &Seen, proof: &[String], size: u64, root: &[u8; 32]) -> bool {
    let proof: Option<Vec<_>> = proof.iter().map(|hex| hash(hex)).collect();
    match (hash(&seen.root), proof) {
        (Some(old), Some(proof)) if seen.size <= size => {
            verify_consistency((seen.size, &old), (size, root), &proof)
        }
        _ => false,
    }
}

fn hash(hex: &str) -> Option<[u8; 32]> {
    HEXLOWER.decode(hex.as_bytes()).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(size: u64, root: u8) -> Seen {
        Seen { size, root: HEXLOWER.encode(&[root; 32]), key: String::new() }
    }

    #[test]
    fn two_devices_are_shown_the_same_records() {
        let head = |epoch: u64, fill: u8| RecordsHead { epoch, head: [fill; 32] };
        let own = Chain { owner: String::new(), epoch: 4, head: HEXLOWER.encode(&[4; 32]), unnamed_at: None };
        assert!(!differs(&head(4, 4), Some(&own), Some(&head(4, 4))));
        assert!(!differs(&head(3, 9), Some(&own), Some(&head(4, 4))), "older ones are not kept");
        assert!(differs(&head(4, 5), Some(&own), None));
        assert!(differs(&head(5, 5), Some(&own), Some(&head(5, 6))));
    }

    #[test]
    fn another_branch_is_not_a_continuation() {
        assert!(continues(&seen(3, 1), &[], 3, &[1; 32]));
        assert!(!continues(&seen(3, 1), &[], 3, &[2; 32]), "the same size with another root");
        assert!(!continues(&seen(4, 1), &[], 3, &[1; 32]), "shorter than it was");
        assert!(!continues(&seen(3, 1), &[], 4, &[2; 32]), "longer, with no proof");
        assert!(!continues(&seen(3, 1), &["zz".into()], 4, &[2; 32]), "a proof that cannot be read");
    }
}
