//! The Workspace: its domains, its users and the addresses they may send as.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The domains and users that exist.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Workspace {
    /// The domains.
    pub domains: Vec<String>,
    /// Whether every address at these domains is a user, or only those listed.
    pub any_user: bool,
    /// Users with something to say about them.
    pub users: BTreeMap<String, User>,
}

/// What is known about one user.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct User {
    /// Whether the user has no Gmail mailbox.
    #[serde(default)]
    pub mail_off: bool,
    /// Further addresses to send as.
    #[serde(default)]
    pub send_as: Vec<SendAs>,
}

/// An address that a user may send as.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SendAs {
    /// The address.
    pub address: String,
    /// The name shown to readers.
    #[serde(default)]
    pub name: String,
    /// Whether the owner of the address accepted; only then Gmail keeps it in `From`.
    pub accepted: bool,
    /// Whether it takes the place of an address that is not allowed.
    #[serde(default)]
    pub default: bool,
}

impl Default for Workspace {
    fn default() -> Self {
        Self {
            domains: vec!["sandbox.example".into(), "example.com".into()],
            any_user: true,
            users: BTreeMap::new(),
        }
    }
}

impl Workspace {
    /// Whether there is a user with that address.
    pub fn has_user(&self, address: &str) -> bool {
        let address = address.to_ascii_lowercase();
        self.users.contains_key(&address)
            || (self.any_user
                && address.rsplit_once('@').is_some_and(|(local, domain)| {
                    !local.is_empty() && self.domains.iter().any(|ours| ours == domain)
                }))
    }

    /// What is known about that user; the defaults when nothing is.
    pub fn user(&self, address: &str) -> User {
        self.users.get(&address.to_ascii_lowercase()).cloned().unwrap_or_default()
    }
}

impl User {
    /// Whether a message of `owner` may carry `address` in `From`.
    pub(crate) fn may_send_as(&self, owner: &str, address: &str) -> bool {
        address.eq_ignore_ascii_case(owner)
            || self.send_as.iter().any(|a| a.accepted && a.address.eq_ignore_ascii_case(address))
    }

    /// The address that Gmail puts in the place of one that is not allowed.
    pub(crate) fn default_address<'a>(&'a self, owner: &'a str) -> &'a str {
        self.send_as.iter().find(|a| a.default && a.accepted).map_or(owner, |a| &a.address)
    }
}
