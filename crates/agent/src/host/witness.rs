//! `checkpoint.*`: every client is a witness of the log.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use data_encoding::HEXLOWER;
use signet_api::remote::{
    CheckpointCosign, CheckpointRequest, CheckpointShow, CheckpointView, Cosignature, ProvenEntry,
};
use signet_api::wire::Empty;
use signet_audit::{RecordsHead, Side};
use signet_core::{Code, DeviceHash, Failure};
use signet_crypto::VerifyingKey;
use tokio::sync::mpsc::UnboundedSender;

use crate::audit_desk::AuditDesk;
use crate::host::router::{Caller, Place, Serve};

/// The newest cosignature of each device.
#[derive(Default)]
pub(crate) struct Witnesses(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    newest: BTreeMap<DeviceHash, Cosignature>,
    /// Those that are not beside the log yet.
    unsaved: BTreeSet<DeviceHash>,
}

/// Cosignatures that one device is shown: those that have seen most.
const SHOWN: usize = 64;

impl Witnesses {
    /// What devices have signed while the host was open before.
    pub(crate) async fn load(&self, audit: &AuditDesk) -> Result<(), Failure> {
        let kept = audit.view(signet_audit::Reader::cosignatures).await?;
        let read = kept.into_iter().filter_map(|signet_audit::Cosigned { device, body }| {
            Some((DeviceHash::from_bytes(device), serde_json::from_slice(&body).ok()?))
        });
        self.lock().newest.extend(read);
        Ok(())
    }

    /// Puts what is new beside the log, in one change: a send need not wait for it.
    pub(crate) async fn save(&self, audit: &AuditDesk) -> Result<(), Failure> {
        let (unsaved, sides): (BTreeSet<DeviceHash>, Vec<Side>) = {
            let mut kept = self.lock();
            let unsaved = std::mem::take(&mut kept.unsaved);
            let side = |device: &DeviceHash| {
                let body = serde_json::to_vec(kept.newest.get(device)?).ok()?;
                Some(Side::Cosigned(signet_audit::Cosigned { device: *device.as_bytes(), body }))
            };
            let sides = unsaved.iter().filter_map(side).collect();
            (unsaved, sides)
        };
        if sides.is_empty() {
            return Ok(());
        }
        let saved = audit.note(sides).await;
        if saved.is_err() {
            self.lock().unsaved.extend(unsaved);
        }
        saved
    }

    /// Forgets them: the records that they name are not this vault's any more.
    pub(crate) async fn forget(&self, audit: &AuditDesk) -> Result<(), Failure> {
        *self.lock() = Kept::default();
        audit.note(vec![Side::ForgetCosigned]).await
    }

    fn of_others(&self, device: DeviceHash) -> Vec<Cosignature> {
        let kept = self.lock();
        let mut others: Vec<&Cosignature> =
            kept.newest.iter().filter(|(other, _)| **other != device).map(|(_, c)| c).collect();
        if others.len() > SHOWN {
            others.select_nth_unstable_by_key(SHOWN, |other| std::cmp::Reverse(other.size));
            others.truncate(SHOWN);
        }
        others.into_iter().cloned().collect()
    }

    fn keep(&self, device: DeviceHash, cosigned: Cosignature) {
        let mut kept = self.lock();
        if kept.newest.get(&device).is_none_or(|older| older.size < cosigned.size) {
            kept.newest.insert(device, Cosignature { consistency: Vec::new(), ..cosigned });
            kept.unsaved.insert(device);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a device signs: it has seen this log with this size and root, and what it said of the records.
pub(crate) fn witness_message(
    origin: &str,
    size: u64,
    root: &[u8; 32],
    records: Option<&RecordsHead>,
) -> Vec<u8> {
    let mut message = b"signet1/witness".to_vec();
    message.extend_from_slice(&u32::try_from(origin.len()).unwrap_or(u32::MAX).to_be_bytes());
    message.extend_from_slice(origin.as_bytes());
    message.extend_from_slice(&size.to_be_bytes());
    message.extend_from_slice(root);
    if let Some(records) = records {
        message.extend_from_slice(&records.epoch.to_be_bytes());
        message.extend_from_slice(&records.head);
    }
    message
}

/// What a cosignature says, if its signature holds.
pub(crate) struct Cosigned {
    pub(crate) key: VerifyingKey,
    pub(crate) root: [u8; 32],
    pub(crate) records: Option<RecordsHead>,
}

/// Reads a cosignature; none if its signature does not hold.
pub(crate) fn verify_cosignature(origin: &str, cosigned: &Cosignature) -> Option<Cosigned> {
    let bytes = |hex: &str| HEXLOWER.decode(hex.as_bytes()).ok();
    let key = VerifyingKey::parse(&bytes(&cosigned.key)?.try_into().ok()?).ok()?;
    let root: [u8; 32] = bytes(&cosigned.root)?.try_into().ok()?;
    let signature: [u8; 64] = bytes(&cosigned.signature)?.try_into().ok()?;
    let records = match &cosigned.records {
        Some(named) => Some(RecordsHead { epoch: named.epoch, head: bytes(&named.head)?.try_into().ok()? }),
        None => None,
    };
    key.verify(&witness_message(origin, cosigned.size, &root, records.as_ref()), &signature).ok()?;
    Some(Cosigned { key, root, records })
}

impl Place {
    /// The newest checkpoint for a device that has seen so many entries, with what the others have signed, and
    /// the proof that it covers that entry.
    pub(crate) async fn checkpoint(
        &self,
        CheckpointRequest { seen, also }: CheckpointRequest,
        device: DeviceHash,
        entry: Option<u64>,
    ) -> Result<(CheckpointView, Option<ProvenEntry>), Failure> {
        let others = self.host.witnesses.of_others(device);
        self.agent
            .audit
            .view(move |reader| {
                // The log may grow meanwhile: everything here is of the state that was signed.
                let key = reader.public_key()?;
                let Some((note, signed)) = reader.newest_checkpoint()? else { return Ok(None) };
                let (size, root) = (signed.size, signed.root);
                let consistency = |old: u64| -> Result<Vec<String>, signet_audit::ReadError> {
                    // A size that this log never had gets no proof: the device notices.
                    if old == 0 || old > size {
                        return Ok(Vec::new());
                    }
                    let proof = reader.consistency_proof(old, size)?;
                    Ok(proof.iter().map(|hash| HEXLOWER.encode(hash)).collect())
                };
                let proven = |seq: u64| -> Result<ProvenEntry, signet_audit::ReadError> {
                    let entry = HEXLOWER.encode(&reader.entry(seq)?.1);
                    let proof = reader.inclusion_proof(seq, size)?;
                    let proof = proof.iter().map(|hash| HEXLOWER.encode(hash)).collect();
                    Ok(ProvenEntry { seq, entry, proof })
                };
                let proven = entry.map(proven).transpose()?;
                let mut cosignatures = Vec::new();
                for mut other in others {
                    other.consistency = consistency(other.size)?;
                    cosignatures.push(other);
                }
                let view = CheckpointView {
                    note,
                    size,
                    root: HEXLOWER.encode(&root),
                    key: HEXLOWER.encode(&key),
                    consistency: consistency(seen)?,
                    also: also.map_or_else(|| Ok(Vec::new()), consistency)?,
                    cosignatures,
                };
                Ok(Some((view, proven)))
            })
            .await?
            .ok_or_else(|| Failure::new(Code::AuditDamaged))
    }
}

impl Serve<CheckpointShow> for Place {
    type Who = Caller;

    async fn serve(
        self,
        caller: Caller,
        request: CheckpointRequest,
        _: UnboundedSender<signet_api::Never>,
    ) -> Result<CheckpointView, Failure> {
        Ok(self.checkpoint(request, caller.guest.device(), None).await?.0)
    }
}

impl Serve<CheckpointCosign> for Place {
    type Who = Caller;

    async fn serve(
        self,
        caller: Caller,
        cosigned: Cosignature,
        _: UnboundedSender<signet_api::Never>,
    ) -> Result<Empty, Failure> {
        let origin = self.agent.audit.origin()?;
        let Cosigned { key, root, records } =
            verify_cosignature(&origin, &cosigned).ok_or_else(|| Failure::new(Code::Usage))?;
        if key != caller.guest.key() {
            return Err(Failure::new(Code::Usage));
        }
        // Handed on, a made-up state would alarm every other device: only what this log has been is kept.
        let seen = cosigned.size;
        let known = self
            .agent
            .audit
            .view(move |reader| {
                let rooted = seen > 0 && seen <= reader.size()? && reader.root(seen)? == root;
                Ok(rooted && reader.records_at(seen)? == Some(records))
            })
            .await?;
        if !known {
            self.refuse(&caller, signet_core::Action::SessionOpen, Code::Usage).await;
            return Err(Failure::new(Code::Usage).what("The host's log was never in that state."));
        }
        self.host.witnesses.keep(caller.guest.device(), cosigned);
        Ok(Empty {})
    }
}
