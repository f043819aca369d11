//! The other side of a team: this device belongs to hosts of others. It holds a device key and no vault.

mod admin;
mod chain;
mod connection;
mod join;
mod membership;
mod send;
mod store;
mod witness;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use signet_api::Home;
use signet_core::{Code, Failure};
use signet_team::HostHash;
use signet_vault::{Keychain, OsKeychain};
use tokio::sync::Mutex;

pub(crate) use connection::broken;
pub(crate) use membership::{Membership, short};

/// How long the keychain may take to answer.
const KEYCHAIN_DEADLINE: Duration = Duration::from_secs(8);

/// The hosts that this device belongs to, or has asked to join.
pub(crate) struct Memberships {
    home: Home,
    keychain: Arc<dyn Keychain>,
    open: Mutex<Option<BTreeMap<HostHash, Arc<Membership>>>>,
}

impl Memberships {
    /// Nothing is read yet.
    pub(crate) fn new(home: &Home) -> Self {
        Self {
            home: home.clone(),
            keychain: Arc::new(OsKeychain::new(KEYCHAIN_DEADLINE)),
            open: Mutex::default(),
        }
    }

    /// All of them.
    pub(crate) async fn all(&self) -> Result<Vec<Arc<Membership>>, Failure> {
        let mut open = self.open.lock().await;
        Ok(self.read(&mut open)?.values().cloned().collect())
    }

    /// The one whose host's key begins with that text.
    pub(crate) async fn find(&self, host: &str) -> Result<Arc<Membership>, Failure> {
        let all = self.all().await?;
        let mut matching = all.into_iter().filter(|one| one.host().to_string().starts_with(host));
        match (matching.next(), matching.next()) {
            (Some(one), None) if !host.is_empty() => Ok(one),
            (None, _) => Err(Failure::new(Code::NotFound)
                .what("This device does not belong to such a host.")
                .remedy("`signet shared list` shows the hosts.")),
            _ => Err(Failure::new(Code::Ambiguous)),
        }
    }

    fn read<'a>(
        &self,
        open: &'a mut Option<BTreeMap<HostHash, Arc<Membership>>>,
    ) -> Result<&'a mut BTreeMap<HostHash, Arc<Membership>>, Failure> {
        if open.is_none() {
            let mut all = BTreeMap::new();
            for record in store::read_all(self.home.data())? {
                let membership = Membership::new(record, self.home.clone(), Arc::clone(&self.keychain));
                all.insert(membership.host(), Arc::new(membership));
            }
            *open = Some(all);
        }
        open.as_mut().ok_or_else(|| Failure::new(Code::Internal))
    }
}
