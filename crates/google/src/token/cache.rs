//! Tokens in memory, for at most 55 minutes.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use signet_core::{EmailAddress, KeyId, Scope, UnixMillis};

use crate::AccessToken;

/// Tokens by key, subject and scope. Memory only; [`TokenCache::wipe`] at lock.
#[derive(Default)]
pub struct TokenCache(Mutex<BTreeMap<(KeyId, EmailAddress, Scope), Arc<AccessToken>>>);

impl TokenCache {
    /// An empty cache.
    pub fn new() -> Self {
        Self::default()
    }

    /// The token, if there is one that is good for another minute at `now`.
    pub fn find(
        &self,
        key: KeyId,
        subject: &EmailAddress,
        scope: Scope,
        now: UnixMillis,
    ) -> Option<Arc<AccessToken>> {
        todo!()
    }

    /// Keeps a token.
    pub fn keep(&self, key: KeyId, subject: &EmailAddress, scope: Scope, token: Arc<AccessToken>) {
        todo!()
    }

    /// Forgets the tokens of one key.
    pub fn forget(&self, key: KeyId) {
        todo!()
    }

    /// Forgets every token.
    pub fn wipe(&self) {
        todo!()
    }
}
