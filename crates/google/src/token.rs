//! Access tokens: the port that a send asks, and the source that mints them from a local key.

mod cache;
mod local;
mod mint;
mod relay;
mod verdict;

use std::sync::Arc;

use async_trait::async_trait;
use signet_core::{Failure, UnixMillis};
use zeroize::Zeroizing;

pub use cache::{Generation, TokenCache};
pub use local::{KeyPort, LocalKey};
pub use mint::TokenError;

/// A bearer token of one subject and scope. No `Debug`, no `Clone`, wiped on drop.
pub struct AccessToken {
    value: Zeroizing<String>,
    made: UnixMillis,
    expires: UnixMillis,
}

/// The longest that a token is used, in seconds.
const LONGEST_USE: u64 = 55 * 60;

impl AccessToken {
    /// A token made at `made` that Google gives `lifetime` seconds.
    pub(crate) fn new(value: Zeroizing<String>, made: UnixMillis, lifetime: u64) -> Self {
        Self { value, made, expires: made.plus_seconds(lifetime.min(LONGEST_USE)) }
    }

    pub(crate) fn made(&self) -> UnixMillis {
        self.made
    }

    /// When Signet stops using it: at most 55 minutes after it was made.
    pub fn expires(&self) -> UnixMillis {
        self.expires
    }

    /// The token itself; exposed to write it into the `Authorization` header, nowhere else.
    pub(crate) fn expose(&self) -> &str {
        &self.value
    }
}

/// Whether a token may come from the cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// A cached one will do.
    Cached,
    /// Google rejected the cached one: make a new one.
    New,
}

/// Where a send gets its token: a local key today, keyless signing later.
#[async_trait]
pub trait TokenSource: Send + Sync {
    /// A token for this source's subject and scope.
    async fn token(&self, freshness: Freshness) -> Result<Arc<AccessToken>, Failure>;
}
