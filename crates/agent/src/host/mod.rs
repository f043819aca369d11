//! This vault as the host of a team: it builds, decides, records, signs and sends; members hold no key.

mod admin;
mod approvals;
mod codes;
mod confirm;
mod copies;
mod custody;
mod decision;
mod enrol;
mod guest;
mod invites;
mod inviting;
mod kept;
mod keys;
mod leaver;
mod listen;
mod online;
mod outgoing;
mod parts;
mod proxy;
mod record;
mod router;
mod sealed_file;
mod send;
mod sentence;
mod serving;
mod session;
mod settle;
mod store;
mod team;
mod uploads;
mod views;
mod witness;

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};

use signet_audit::RecordsHead;
use signet_core::{Admission, Clock, Code, DeviceHash, Failure, MemberId, Principal, Source, UnixMillis};
use signet_crypto::{SealKey, VerifyingKey};
use signet_link::Identity;
use signet_team::{Body, HostHash, JoinState, SignedRecord, Team};
use signet_vault::Table;

use crate::agent::Agent;
use crate::clock::SystemClock;
use guest::Guest;

pub(crate) use inviting::{NewInvite, grant_of, member_name};
pub(crate) use router::Place;
pub(crate) use session::row_of as device_row;
pub(crate) use settle::{end_waiting, outcome_of_member, upload_of_member};
pub(crate) use store::{HostFacts, NewHostFacts, restored_mark, save};
pub(crate) use uploads::derive_request;
pub(crate) use views::{answer, grant_view, member_view, team_view};
pub(crate) use witness::{verify_cosignature, witness_message};

/// One host: what it remembers while its vault is open.
pub(crate) struct Host {
    facts: RwLock<HostFacts>,
    identity: Identity,
    key: VerifyingKey,
    hash: HostHash,
    /// Seals the notes of requests, which lie beside the log.
    notes: SealKey,
    team: RwLock<Team>,
    /// One record after the other.
    chain: tokio::sync::Mutex<()>,
    /// Whose revocation has taken effect, recorded or not.
    ended: Mutex<HashSet<MemberId>>,
    seen: Mutex<HashMap<DeviceHash, Seen>>,
    /// Devices that were suspended because the vault came from a backup.
    restored: Mutex<HashSet<DeviceHash>>,
    pub(crate) invites: invites::Invites,
    pub(crate) codes: codes::Codes,
    pub(crate) online: online::Online,
    pub(crate) uploads: uploads::Uploads,
    pub(crate) copies: copies::Copies,
    pub(crate) waiting: approvals::Waiting,
    pub(crate) witnesses: witness::Witnesses,
    pub(crate) serving: serving::Serving,
}

/// When and from where a device connected last.
#[derive(Clone, Copy)]
pub(crate) struct Seen {
    pub(crate) time: UnixMillis,
    pub(crate) address: IpAddr,
}

impl Host {
    pub(crate) fn facts(&self) -> HostFacts {
        self.facts.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) const fn identity(&self) -> &Identity {
        &self.identity
    }

    pub(crate) const fn key(&self) -> &VerifyingKey {
        &self.key
    }

    pub(crate) const fn hash(&self) -> HostHash {
        self.hash
    }

    /// The team as it is now.
    pub(crate) fn team(&self) -> RwLockReadGuard<'_, Team> {
        self.team.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the host as a whole accepts connections from that address.
    pub(crate) fn admits(&self, address: IpAddr) -> bool {
        allows(&self.team(), address)
    }

    /// Whether the owner has named that address as a proxy: whom it stands for is then taken from it.
    pub(crate) fn trusts(&self, address: IpAddr) -> bool {
        let facts = self.facts.read().unwrap_or_else(PoisonError::into_inner);
        facts.proxies.iter().any(|network| network.contains(address))
    }

    /// Whether a device belongs to a member, whatever its state: a revoked one hears why.
    pub(crate) fn knows(&self, device: DeviceHash) -> bool {
        self.team().member_of_device(&device).is_some()
    }

    /// Who holds that key now. Asked for every request: a revocation counts from the next one on.
    pub(crate) fn admit(&self, guest: &Guest) -> Result<Principal, Failure> {
        let (device, now) = (guest.device(), SystemClock.now());
        let team = self.team();
        let (member, _) = team.admit(&device, now).map_err(|e| self.refusal(device, e))?;
        if self.lock_ended().contains(&member.id) {
            return Err(Failure::new(Code::MemberEnded));
        }
        if !allows(&team, guest.address()) {
            return Err(Failure::new(Code::DeniedNetwork));
        }
        let source = Source::network(guest.address());
        Ok(Principal::admitted(Admission { member: member.id, device, role: member.role, source }))
    }

    /// Why a device is not admitted, as its member has to hear it.
    fn refusal(&self, device: DeviceHash, refused: signet_team::NotAdmitted) -> Failure {
        let failure = refused.failure();
        let restored = self.restored.lock().unwrap_or_else(PoisonError::into_inner).contains(&device);
        if failure.code == Code::DeviceSuspended && restored {
            return failure.what(
                "The host was restored from a backup, so each device has to be confirmed; what happened after the \
                 backup is not in its log.",
            );
        }
        failure
    }

    /// Notes that a device connected.
    pub(crate) fn saw(&self, device: DeviceHash, address: IpAddr) {
        let seen = Seen { time: SystemClock.now(), address };
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).insert(device, seen);
    }

    /// When a device connected last, while this host has been open.
    pub(crate) fn last_seen(&self, device: DeviceHash) -> Option<Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).get(&device).copied()
    }

    /// Stops serving and lets go of what waits: its messages hold on to the host. The next unlock tells their
    /// members.
    pub(crate) fn close(&self) {
        self.stop_for_good();
        self.waiting.clear();
    }

    /// Whether a membership has ended, whether or not that is written yet.
    pub(crate) fn is_ended(&self, member: MemberId) -> bool {
        self.lock_ended().contains(&member)
    }

    /// Ends a membership at once, before anything is written. What is on its way stops, unless Google has it
    /// already.
    pub(crate) fn end_now(&self, agent: &Agent, member: MemberId) -> usize {
        self.lock_ended().insert(member);
        agent.sends.cancel_of(member);
        let devices: Vec<DeviceHash> = self
            .team()
            .member(&member)
            .map(|m| m.devices.iter().map(|d| d.hash).collect())
            .unwrap_or_default();
        self.uploads.drop_of(member);
        self.waiting.drop_of(member);
        devices.into_iter().filter(|device| self.online.close(*device)).count()
    }

    fn lock_ended(&self) -> MutexGuard<'_, HashSet<MemberId>> {
        self.ended.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Signs one more record with the owner's key, keeps it, and lets it take effect.
    pub(crate) async fn sign(&self, agent: &Agent, body: Body) -> Result<(), Failure> {
        let _turn = self.chain.lock().await;
        let unsigned = {
            let team = self.team();
            let owner = *team.owner();
            team.draft(body, SystemClock.now(), &owner).map_err(|e| e.failure())?
        };
        let signed = agent
            .vault
            .run(move |cell| {
                let vault = cell.open()?;
                let epoch = unsigned.record().epoch;
                let signed = unsigned.sign(vault.owner_key()).map_err(|e| e.failure())?;
                vault
                    .put(Table::TeamRecord, store::row_of(epoch), &signed.encode())
                    .map_err(|e| e.failure())?;
                Ok(signed)
            })
            .await?;
        self.take(agent, &signed).await
    }

    /// Signs several records that belong together: all of them take effect, or none.
    pub(crate) async fn sign_all(
        &self,
        agent: &Agent,
        bodies: impl FnOnce(&Team) -> Result<Vec<Body>, Failure>,
    ) -> Result<(), Failure> {
        let _turn = self.chain.lock().await;
        let mut team = self.team().clone();
        let bodies = bodies(&team)?;
        let signed = agent
            .vault
            .run(move |cell| {
                let vault = cell.open()?;
                let mut signed = Vec::with_capacity(bodies.len());
                for body in bodies {
                    let next = team.next(body, SystemClock.now(), vault.owner_key());
                    let record = next.map_err(|e| e.failure())?;
                    team.apply(&record).map_err(|e| e.failure())?;
                    signed.push(record);
                }
                vault.put_all(signed.iter().map(row_of)).map_err(|e| e.failure())?;
                Ok(signed)
            })
            .await?;
        for record in &signed {
            self.take(agent, record).await?;
        }
        Ok(())
    }

    /// After a restore the host knows older join states than the devices: each has to be confirmed by the
    /// owner, so that a copied device cannot slip in.
    async fn suspend_after_restore(&self, agent: &Agent) -> Result<(), Failure> {
        let mark = restored_mark(agent.home.data());
        if !mark.exists() {
            return Ok(());
        }
        let devices: Vec<DeviceHash> = {
            let team = self.team();
            let of = |member: &signet_team::Member| member.devices.clone();
            let active = |device: &signet_team::Device| device.status == signet_team::Status::Active;
            team.members().flat_map(of).filter(active).map(|device| device.hash).collect()
        };
        let restored: HashSet<DeviceHash> = devices.iter().copied().collect();
        let kept = store::encode_devices(&restored);
        *self.restored.lock().unwrap_or_else(PoisonError::into_inner) = restored;
        let states: Vec<_> = devices
            .iter()
            .map(|device| {
                // Sealed with the record.
                let state = JoinState::reconfirm().encode().expose().to_vec();
                (Table::Device, session::row_of(*device), state)
            })
            .collect();
        agent
            .vault
            .run(move |cell| {
                // The tokens of the backup may be a copy's: none of them opens anything.
                cell.open()?.put_all(states).map_err(|e| e.failure())?;
                store::save_restored(cell.open()?, &kept)
            })
            .await?;
        for device in devices {
            self.sign(agent, Body::DeviceSuspended { device }).await?;
        }
        // They are of records that may be gone; without a log there are none.
        if let Err(failure) = self.witnesses.forget(&agent.audit).await {
            tracing::warn!(code = failure.code.as_str(), "what devices have signed could not be forgotten");
        }
        std::fs::remove_file(&mark).map_err(|_| Failure::new(Code::ReadOnly))
    }

    /// Takes a record that an admin's device has signed.
    pub(crate) async fn append(&self, agent: &Agent, signed: SignedRecord) -> Result<(), Failure> {
        self.append_all(agent, vec![signed]).await
    }

    /// Takes several, one after the other, with nobody else's between them; none if one does not fit.
    pub(crate) async fn append_all(&self, agent: &Agent, records: Vec<SignedRecord>) -> Result<(), Failure> {
        let _turn = self.chain.lock().await;
        self.try_out(&records)?;
        // In one change: a crash does not leave a member without the grants that came along.
        let rows: Vec<_> = records.iter().map(row_of).collect();
        agent.vault.run(move |cell| cell.open()?.put_all(rows).map_err(|e| e.failure())).await?;
        for signed in &records {
            self.take(agent, signed).await?;
        }
        Ok(())
    }

    /// Whether the records would all be taken now.
    pub(crate) fn try_out(&self, records: &[SignedRecord]) -> Result<(), Failure> {
        if let [only] = records {
            self.team().check(only.unsigned()).map_err(|e| e.failure())?;
            return only.verify().map_err(|e| e.failure());
        }
        let mut team = self.team().clone();
        records.iter().try_for_each(|record| team.apply(record)).map_err(|e| e.failure())
    }

    /// A durable record takes effect, and closes what it ends.
    async fn take(&self, agent: &Agent, signed: &SignedRecord) -> Result<(), Failure> {
        // First: whoever sees the record finds it named by everything that is logged from then on.
        agent.audit.name_records(RecordsHead { epoch: signed.record().epoch, head: signed.hash() }).await;
        let mut team = self.team.write().unwrap_or_else(PoisonError::into_inner);
        team.apply(signed).map_err(|e| e.failure())?;
        let now = SystemClock.now();
        let out: Vec<DeviceHash> = team
            .members()
            .flat_map(|member| member.devices.iter())
            .filter(|device| self.online.holds(device.hash) && team.admit(&device.hash, now).is_err())
            .map(|device| device.hash)
            .collect();
        drop(team);
        for device in out {
            self.online.close(device);
        }
        agent.news.changed(crate::news::Area::Team);
        Ok(())
    }
}

fn row_of(signed: &SignedRecord) -> (Table, [u8; 16], Vec<u8>) {
    (Table::TeamRecord, store::row_of(signed.record().epoch), signed.encode())
}

impl Agent {
    /// The host that this vault is; none if it is no host.
    pub(crate) async fn find_host(&self) -> Result<Option<Arc<Host>>, Failure> {
        let mut kept = self.host.lock().await;
        if kept.is_none()
            && let Some(host) = store::load(self).await?
        {
            let newest = {
                let team = host.team();
                RecordsHead { epoch: team.epoch(), head: *team.head() }
            };
            // A crash may have come between a record and the next entry.
            if newest.epoch > 0 {
                self.audit.name_records(newest).await;
            }
            // A host without a log can still be looked at, and end memberships.
            if let Err(failure) = host.witnesses.load(&self.audit).await {
                tracing::warn!(code = failure.code.as_str(), "what devices have signed could not be read");
            }
            host.suspend_after_restore(self).await?;
            *kept = Some(Arc::new(host));
        }
        Ok(kept.clone())
    }

    /// The host that this vault is.
    pub(crate) async fn host(&self) -> Result<Arc<Host>, Failure> {
        self.find_host().await?.ok_or_else(|| Failure::new(Code::HostNone))
    }
}

/// Whether the host as a whole accepts that address: every one, unless networks are listed.
fn allows(team: &Team, address: IpAddr) -> bool {
    team.networks().is_empty() || team.networks().iter().any(|network| network.contains(address))
}
