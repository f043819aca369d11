//! The team as its records say: members, devices, grants, forbids and networks. Host and members each
//! read the chain themselves, so that neither the host nor a reader of its disk can invent a member.

mod change;
mod check;
mod error;
mod member;
mod rules;

use std::collections::BTreeMap;

use signet_core::{Cidr, DeviceHash, Forbid, ForbidId, Grant, GrantId, MemberId, Rules, UnixMillis};
use signet_crypto::{SigningKey, VerifyingKey, sha256};

use crate::{Body, HostHash, SignedRecord, UnsignedRecord};

pub use error::ChainError;
pub use member::{Device, Member, NotAdmitted, Status};
use rules::RuleBook;

/// The team of one host.
#[derive(Clone, Debug, PartialEq)]
pub struct Team {
    owner: VerifyingKey,
    host: HostHash,
    epoch: u64,
    head: [u8; 32],
    members: BTreeMap<MemberId, Member>,
    member_of: BTreeMap<DeviceHash, MemberId>,
    rules: RuleBook,
    networks: Vec<Cidr>,
}

impl Team {
    /// A team without a record.
    pub fn new(owner: VerifyingKey, host: HostHash) -> Self {
        Self {
            owner,
            host,
            epoch: 0,
            head: Self::origin(&owner, host),
            members: BTreeMap::new(),
            member_of: BTreeMap::new(),
            rules: RuleBook::new(),
            networks: Vec::new(),
        }
    }

    /// What the first record names as the one before: `SHA-256("signet1/chain" || host hash || owner key)`.
    pub fn origin(owner: &VerifyingKey, host: HostHash) -> [u8; 32] {
        sha256(&[b"signet1/chain", host.as_bytes(), &owner.to_bytes()])
    }

    /// Reads a whole chain.
    ///
    /// # Errors
    /// [`ChainError`] of the first record that does not belong there.
    pub fn replay<'a>(
        owner: VerifyingKey,
        host: HostHash,
        records: impl IntoIterator<Item = &'a SignedRecord>,
    ) -> Result<Self, ChainError> {
        let mut team = Self::new(owner, host);
        for record in records {
            team.apply(record)?;
        }
        Ok(team)
    }

    /// Takes the next record: it has to follow, to be signed, and by somebody who may say that.
    ///
    /// # Errors
    /// [`ChainError`]; the team stays as it was.
    pub fn apply(&mut self, record: &SignedRecord) -> Result<(), ChainError> {
        // Checked first: it costs less than a signature.
        self.check(record.unsigned())?;
        record.verify()?;
        self.change(record.record());
        self.epoch = record.record().epoch;
        self.head = record.hash();
        Ok(())
    }

    /// Whether the record would be taken once its signer has signed it.
    ///
    /// # Errors
    /// [`ChainError`]: why not.
    pub fn check(&self, record: &UnsignedRecord) -> Result<(), ChainError> {
        self.check_record(record.record())
    }

    /// The next record, for a signer whose key is elsewhere.
    ///
    /// # Errors
    /// [`ChainError`] if it would not be taken: nobody is asked to sign such a record.
    pub fn draft(
        &self,
        body: Body,
        time: UnixMillis,
        signer: &VerifyingKey,
    ) -> Result<UnsignedRecord, ChainError> {
        let epoch = self.epoch.saturating_add(1);
        let record = UnsignedRecord::new(epoch, self.head, time, *signer, body)?;
        self.check(&record)?;
        Ok(record)
    }

    /// The next record, signed.
    ///
    /// # Errors
    /// [`ChainError`] if it would not be taken.
    pub fn next(
        &self,
        body: Body,
        time: UnixMillis,
        signer: &SigningKey,
    ) -> Result<SignedRecord, ChainError> {
        Ok(self.draft(body, time, &signer.public())?.sign(signer)?)
    }

    /// The owner's key, which signs anything.
    pub const fn owner(&self) -> &VerifyingKey {
        &self.owner
    }

    /// The host whose team it is.
    pub const fn host(&self) -> HostHash {
        self.host
    }

    /// The number of the newest record, 0 without one: the policy epoch.
    pub const fn epoch(&self) -> u64 {
        self.epoch
    }

    /// The hash of the newest record, which stands for the whole chain.
    pub const fn head(&self) -> &[u8; 32] {
        &self.head
    }

    /// All members, past ones too.
    pub fn members(&self) -> impl Iterator<Item = &Member> {
        self.members.values()
    }

    /// One member.
    pub fn member(&self, id: &MemberId) -> Option<&Member> {
        self.members.get(id)
    }

    /// Whose device it is, and which; past ones too.
    pub fn member_of_device(&self, device: &DeviceHash) -> Option<(&Member, &Device)> {
        let member = self.members.get(self.member_of.get(device)?)?;
        Some((member, member.device(device)?))
    }

    /// Whose device it is, if it may connect at that time.
    ///
    /// # Errors
    /// [`NotAdmitted`]: why not.
    pub fn admit(&self, device: &DeviceHash, now: UnixMillis) -> Result<(&Member, &Device), NotAdmitted> {
        let (member, _) = self.member_of_device(device).ok_or(NotAdmitted::Unknown)?;
        Ok((member, member.admit(device, now)?))
    }

    /// All grants.
    pub fn grants(&self) -> impl Iterator<Item = &Grant> {
        self.rules.grants()
    }

    /// One grant.
    pub fn grant(&self, id: GrantId) -> Option<&Grant> {
        self.rules.grant(id)
    }

    /// What a decision about a message of this member looks at: their grants and all forbids, both by id.
    /// It costs the same however many others there are.
    pub fn rules(&self, member: &MemberId) -> Rules<'_> {
        self.rules.of(member)
    }

    /// All forbids, by id.
    pub fn forbids(&self) -> &[Forbid] {
        self.rules.forbids()
    }

    /// One forbid.
    pub fn forbid(&self, id: ForbidId) -> Option<&Forbid> {
        self.rules.forbid(id)
    }

    /// The id that the next new grant has to have.
    pub const fn next_grant(&self) -> GrantId {
        self.rules.next_grant
    }

    /// The id that the next new forbid has to have.
    pub const fn next_forbid(&self) -> ForbidId {
        self.rules.next_forbid
    }

    /// The networks from which members may connect at all; none means from everywhere.
    pub fn networks(&self) -> &[Cidr] {
        &self.networks
    }
}

#[cfg(test)]
mod tests;
