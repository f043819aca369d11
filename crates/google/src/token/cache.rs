//! Tokens in memory, for at most 55 minutes.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use signet_core::{EmailAddress, KeyId, Scope, UnixMillis};

use crate::AccessToken;

type Tokens = BTreeMap<(KeyId, EmailAddress, Scope), Arc<AccessToken>>;

/// Tokens by key, subject and scope. Memory only; [`TokenCache::wipe`] at lock.
#[derive(Default)]
pub struct TokenCache(Mutex<State>);

#[derive(Default)]
struct State {
    tokens: Tokens,
    generation: Generation,
}

/// What the cache was asked to forget up to some moment. A mint reads it before it begins, so that a token
/// which arrives after a lock is not kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Generation(u64);

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
        let tokens = &mut self.state().tokens;
        // A clock set back makes an old token look fresh for longer than it ever was.
        tokens.retain(|_, token| now.plus_seconds(60) < token.expires() && token.made() <= now);
        tokens.get(&(key, subject.clone(), scope)).cloned()
    }

    /// The generation to hand to [`TokenCache::keep`]; read it before the key is fetched.
    pub fn generation(&self) -> Generation {
        self.state().generation
    }

    /// Keeps a token, unless anything was forgotten since `generation`.
    pub fn keep(
        &self,
        generation: Generation,
        key: KeyId,
        subject: &EmailAddress,
        scope: Scope,
        token: Arc<AccessToken>,
    ) {
        let mut state = self.state();
        if state.generation == generation {
            state.tokens.insert((key, subject.clone(), scope), token);
        }
    }

    /// Forgets the tokens of one key, and those still being minted.
    pub fn forget(&self, key: KeyId) {
        self.begin_generation().tokens.retain(|(of, _, _), _| *of != key);
    }

    /// Forgets every token, and those still being minted.
    pub fn wipe(&self) {
        self.begin_generation().tokens.clear();
    }

    fn begin_generation(&self) -> MutexGuard<'_, State> {
        let mut state = self.state();
        state.generation.0 += 1;
        state
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use zeroize::Zeroizing;

    use super::*;

    const NOW: UnixMillis = UnixMillis::from_seconds(1_800_000_000);

    fn key(n: u8) -> KeyId {
        KeyId::from_bytes([n; 16])
    }

    fn address(text: &str) -> EmailAddress {
        EmailAddress::parse(text).unwrap()
    }

    fn token(lifetime: u64) -> Arc<AccessToken> {
        Arc::new(AccessToken::new(Zeroizing::new("ya29.x".into()), NOW, lifetime))
    }

    fn found(cache: &TokenCache, n: u8, subject: &str, now: UnixMillis) -> bool {
        cache.find(key(n), &address(subject), Scope::GmailSend, now).is_some()
    }

    #[test]
    fn a_token_belongs_to_one_key_and_one_subject() {
        let cache = TokenCache::new();
        cache.keep(cache.generation(), key(1), &address("mia@example.org"), Scope::GmailSend, token(3599));
        assert!(found(&cache, 1, "mia@example.org", NOW));
        assert!(!found(&cache, 2, "mia@example.org", NOW));
        assert!(!found(&cache, 1, "jo@example.org", NOW));
    }

    #[test]
    fn a_token_is_used_for_55_minutes_at_most_and_never_after_its_own_end() {
        let cache = TokenCache::new();
        let mia = address("mia@example.org");
        cache.keep(cache.generation(), key(1), &mia, Scope::GmailSend, token(999_999));
        assert!(found(&cache, 1, "mia@example.org", NOW.plus_seconds(53 * 60)));
        assert!(!found(&cache, 1, "mia@example.org", NOW.plus_seconds(55 * 60)));
        cache.keep(cache.generation(), key(1), &mia, Scope::GmailSend, token(600));
        assert!(!found(&cache, 1, "mia@example.org", NOW.plus_seconds(541)));
    }

    #[test]
    fn a_clock_set_back_does_not_revive_a_token() {
        let cache = TokenCache::new();
        cache.keep(cache.generation(), key(1), &address("mia@example.org"), Scope::GmailSend, token(3599));
        assert!(!found(&cache, 1, "mia@example.org", UnixMillis(NOW.0 - 1)));
    }

    #[test]
    fn a_token_of_an_earlier_generation_is_not_kept() {
        let cache = TokenCache::new();
        let mia = address("mia@example.org");
        for forget in [|cache: &TokenCache| cache.wipe(), |cache: &TokenCache| cache.forget(key(1))] {
            let before = cache.generation();
            forget(&cache);
            cache.keep(before, key(1), &mia, Scope::GmailSend, token(3599));
            assert!(!found(&cache, 1, "mia@example.org", NOW));
        }
    }

    #[test]
    fn wiping_leaves_no_token_and_forgetting_leaves_the_others() {
        let cache = TokenCache::new();
        let mia = address("mia@example.org");
        cache.keep(cache.generation(), key(1), &mia, Scope::GmailSend, token(3599));
        cache.keep(cache.generation(), key(2), &mia, Scope::GmailSend, token(3599));
        cache.forget(key(1));
        assert!(!found(&cache, 1, "mia@example.org", NOW));
        assert!(found(&cache, 2, "mia@example.org", NOW));
        cache.wipe();
        assert!(!found(&cache, 2, "mia@example.org", NOW));
    }
}
