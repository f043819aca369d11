//! This device as a witness: what it has seen of a host's log must stay a part of it.

use data_encoding::HEXLOWER;
use signet_api::remote::{CheckpointCosign, CheckpointRequest, CheckpointShow, CheckpointView, Cosignature};
use signet_audit::{verify_checkpoint, verify_consistency};
use signet_core::{Code, Failure};

use super::connection::Connection;
use super::membership::Membership;
use super::store::Seen;
use crate::host::{verify_cosignature, witness_message};

/// How often a log that grows is looked at again.
const TRIES: usize = 5;

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
            return self.take(asked, view).await;
        }
        self.checked(asked, view)?;
        let passed = Seen { size: view.size, root: view.root.clone(), key: view.key.clone() };
        for _ in 0..TRIES {
            self.look().await?;
            let request = CheckpointRequest { seen: passed.size };
            let newest = self.call::<CheckpointShow>(&request).await?;
            let (_, size, root) = self.checked(Some(&passed), &newest)?;
            let Some(seen) = self.record().seen else { continue };
            if size < seen.size {
                return Err(self.alarm("the log is shorter than this device has seen it"));
            }
            if size == seen.size {
                let same = hash(&seen.root) == Some(root);
                return if same {
                    Ok(())
                } else {
                    Err(self.alarm("the log has two states of the same size"))
                };
            }
        }
        // A log that grows faster than it is asked: each state was a continuation, of one or of the other.
        tracing::warn!("the host's log grew while it was looked at");
        Ok(())
    }

    /// Looks at the log of a connection that has just been opened, before anything is asked of its host: one
    /// that was set back is not sent through and then found out. Only looks: whoever watches remembers.
    pub(super) async fn look_first(&self, connection: &Connection) -> Result<(), Failure> {
        let seen = self.record().seen;
        let request = CheckpointRequest { seen: seen.as_ref().map_or(0, |seen| seen.size) };
        let view = connection.call::<CheckpointShow>(&request).await?;
        self.checked(seen.as_ref(), &view).map(drop)
    }

    /// The newest checkpoint, by whoever watches alone.
    async fn look(&self) -> Result<(), Failure> {
        let asked = self.record().seen;
        let request = CheckpointRequest { seen: asked.as_ref().map_or(0, |seen| seen.size) };
        let view = self.call::<CheckpointShow>(&request).await?;
        self.take(asked.as_ref(), &view).await
    }

    fn checked(
        &self,
        seen: Option<&Seen>,
        view: &CheckpointView,
    ) -> Result<(String, u64, [u8; 32]), Failure> {
        check(seen, view).map_err(|wrong| {
            let had = seen.map_or(0, |seen| seen.size);
            self.alarm(wrong).fact("entries_seen", had).fact("entries_now", view.size)
        })
    }

    /// Keeps what is wrong: nothing is asked of this host any more.
    fn alarm(&self, wrong: &'static str) -> Failure {
        tracing::error!(wrong, "the host's log contradicts what was seen before");
        match self.change(|record| record.alarm = Some(wrong.into())) {
            Ok(()) => Failure::new(Code::HostForked).fact("alarm", wrong),
            Err(failure) => failure,
        }
    }

    /// Checks a checkpoint; stores it before anything that it covers is believed, then signs it.
    async fn take(&self, seen: Option<&Seen>, view: &CheckpointView) -> Result<(), Failure> {
        let (origin, size, root) = self.checked(seen, view)?;
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
            signature: HEXLOWER.encode(&key.sign(&witness_message(&origin, size, &root))),
            consistency: Vec::new(),
        };
        self.call::<CheckpointCosign>(&cosigned).await.map(drop)
    }
}

/// Whether a checkpoint continues what was seen; the log's name, size and root, or what is wrong.
fn check(seen: Option<&Seen>, view: &CheckpointView) -> Result<(String, u64, [u8; 32]), &'static str> {
    let key = hash(&view.key).ok_or("the log's key cannot be read")?;
    if seen.is_some_and(|seen| seen.key != view.key) {
        return Err("the log is signed by another key than before");
    }
    let signed = verify_checkpoint(&view.note, &key).ok_or("the checkpoint's signature does not hold")?;
    if signed.size != view.size || hash(&view.root) != Some(signed.root) {
        return Err("the checkpoint says something else than its signature");
    }
    let continues = |old: u64, old_root: &str, proof: &[String]| {
        let root = hash(old_root);
        let proof: Option<Vec<_>> = proof.iter().map(|hex| hash(hex)).collect();
        match (root, proof) {
            (Some(root), Some(proof)) => {
                verify_consistency((old, &root), (signed.size, &signed.root), &proof)
            }
            _ => false,
        }
    };
    if let Some(seen) = seen {
        if seen.size > signed.size {
            return Err("the log is shorter than this device has seen it");
        }
        if !continues(seen.size, &seen.root, &view.consistency) {
            return Err("the log does not contain what this device has seen");
        }
    }
    for other in &view.cosignatures {
        if verify_cosignature(&signed.origin, other).is_none() {
            return Err("another device's signature does not hold");
        }
        if other.size > signed.size {
            return Err("another device has seen a longer log");
        }
        if !continues(other.size, &other.root, &other.consistency) {
            return Err("another device has seen a different log");
        }
    }
    Ok((signed.origin, signed.size, signed.root))
}

fn hash(hex: &str) -> Option<[u8; 32]> {
    HEXLOWER.decode(hex.as_bytes()).ok()?.try_into().ok()
}
