//! This device as a witness: what it has seen of a host's log must stay a part of it.

use data_encoding::HEXLOWER;
use signet_api::remote::{CheckpointCosign, CheckpointRequest, CheckpointShow, CheckpointView, Cosignature};
use signet_audit::{verify_checkpoint, verify_consistency};
use signet_core::{Code, Failure};

use super::membership::Membership;
use super::store::Seen;
use crate::host::{verify_cosignature, witness_message};

impl Membership {
    /// Asks for the newest checkpoint, checks it, and signs it.
    pub(crate) async fn watch_log(&self) -> Result<(), Failure> {
        let seen = self.record().seen.map_or(0, |seen| seen.size);
        let view = self.call::<CheckpointShow>(&CheckpointRequest { seen }).await?;
        self.witness(&view).await
    }

    /// Checks a checkpoint against what this device and the others have seen; stores it before anything
    /// that it covers is believed, then signs it.
    pub(crate) async fn witness(&self, view: &CheckpointView) -> Result<(), Failure> {
        let seen = self.record().seen;
        let checked = match check(seen.as_ref(), view) {
            Ok(checked) => checked,
            Err(alarm) => {
                tracing::error!(alarm, "the host's log contradicts what was seen before");
                self.change(|record| record.alarm = Some(alarm.into()))?;
                return Err(Failure::new(Code::HostForked).fact("alarm", alarm));
            }
        };
        let (origin, size, root) = checked;
        let newer = seen.as_ref().is_none_or(|seen| seen.size < size);
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
