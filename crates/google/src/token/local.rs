//! The token source of a key that lives in this vault.

use std::sync::Arc;

use async_trait::async_trait;
use signet_core::{EmailAddress, Failure, KeyId, Scope};

use crate::{AccessToken, Freshness, Google, ServiceKey, TokenCache, TokenSource};

/// Hands out a key for one mint. The agent's vault implements it.
#[async_trait]
pub trait KeyPort: Send + Sync {
    /// The key with that id, for one mint.
    async fn service_key(&self, key: KeyId) -> Result<ServiceKey, Failure>;
}

/// Tokens for one subject from one local key, through the cache.
pub struct LocalKey {
    /// Where to mint.
    pub google: Google,
    /// Where the key comes from.
    pub keys: Arc<dyn KeyPort>,
    /// Where tokens are kept.
    pub cache: Arc<TokenCache>,
    /// Which key.
    pub key: KeyId,
    /// Whose mailbox.
    pub subject: EmailAddress,
    /// What for.
    pub scope: Scope,
}

#[async_trait]
impl TokenSource for LocalKey {
    async fn token(&self, freshness: Freshness) -> Result<Arc<AccessToken>, Failure> {
        let now = self.google.clock.now();
        if freshness == Freshness::Cached
            && let Some(token) = self.cache.find(self.key, &self.subject, self.scope, now)
        {
            return Ok(token);
        }
        // Before the key: a lock from here on keeps the token out of the cache.
        let generation = self.cache.generation();
        let key = self.keys.service_key(self.key).await?;
        let token =
            self.google.mint(key, &self.subject, self.scope).await.map_err(|error| error.failure())?;
        let token = Arc::new(token);
        self.cache.keep(generation, self.key, &self.subject, self.scope, Arc::clone(&token));
        Ok(token)
    }
}
