//! The grants and forbids of a team, kept so that a decision reads one member's without looking at the
//! others'.

use std::collections::{BTreeMap, BTreeSet};

use signet_core::{Forbid, ForbidId, Grant, GrantId, MemberId, Rules};

/// All grants and forbids.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct RuleBook {
    /// The grants of each member, by id.
    grants: BTreeMap<MemberId, Vec<Grant>>,
    member_of: BTreeMap<GrantId, MemberId>,
    /// By id.
    forbids: Vec<Forbid>,
    /// Those that the owner put.
    owners: BTreeSet<ForbidId>,
    pub(super) next_grant: GrantId,
    pub(super) next_forbid: ForbidId,
}

impl RuleBook {
    pub(super) const fn new() -> Self {
        Self {
            grants: BTreeMap::new(),
            member_of: BTreeMap::new(),
            forbids: Vec::new(),
            owners: BTreeSet::new(),
            next_grant: GrantId(1),
            next_forbid: ForbidId(1),
        }
    }

    pub(super) fn grants(&self) -> impl Iterator<Item = &Grant> {
        self.grants.values().flatten()
    }

    pub(super) fn grant(&self, id: GrantId) -> Option<&Grant> {
        let grants = self.grants.get(self.member_of.get(&id)?)?;
        grants.iter().find(|grant| grant.id == id)
    }

    pub(super) fn of(&self, member: &MemberId) -> Rules<'_> {
        let grants = self.grants.get(member).map_or(&[][..], Vec::as_slice);
        Rules { grants, forbids: &self.forbids, unread_forbids: false }
    }

    pub(super) fn put_grant(&mut self, grant: &Grant) {
        let grants = self.grants.entry(grant.member).or_default();
        match grants.iter_mut().find(|old| old.id == grant.id) {
            Some(old) => old.clone_from(grant),
            // Ids rise, so the list stays in their order.
            None => grants.push(grant.clone()),
        }
        self.member_of.insert(grant.id, grant.member);
        self.next_grant = self.next_grant.max(GrantId(grant.id.0.saturating_add(1)));
    }

    pub(super) fn remove_grant(&mut self, id: GrantId) {
        let grants = self.member_of.remove(&id).and_then(|member| self.grants.get_mut(&member));
        if let Some(grants) = grants {
            grants.retain(|grant| grant.id != id);
        }
    }

    pub(super) fn remove_member(&mut self, member: &MemberId) {
        for grant in self.grants.remove(member).into_iter().flatten() {
            self.member_of.remove(&grant.id);
        }
    }

    pub(super) fn forbids(&self) -> &[Forbid] {
        &self.forbids
    }

    pub(super) fn forbid(&self, id: ForbidId) -> Option<&Forbid> {
        let at = self.forbids.binary_search_by_key(&id, |forbid| forbid.id).ok()?;
        self.forbids.get(at)
    }

    pub(super) fn is_owners(&self, id: ForbidId) -> bool {
        self.owners.contains(&id)
    }

    pub(super) fn put_forbid(&mut self, forbid: &Forbid, by_owner: bool) {
        match self.forbids.iter_mut().find(|old| old.id == forbid.id) {
            Some(old) => old.clone_from(forbid),
            None => self.forbids.push(forbid.clone()),
        }
        if by_owner {
            self.owners.insert(forbid.id);
        }
        self.next_forbid = self.next_forbid.max(ForbidId(forbid.id.0.saturating_add(1)));
    }

    pub(super) fn remove_forbid(&mut self, id: ForbidId) {
        self.forbids.retain(|forbid| forbid.id != id);
        self.owners.remove(&id);
    }
}
