//! Waits, jitter and limits, as an argument.

use std::time::Duration;

use async_trait::async_trait;

/// Waits.
#[async_trait]
pub trait Sleeper: Send + Sync {
    /// Waits that long.
    async fn sleep(&self, time: Duration);
}

/// Spreads retries.
pub trait Jitter: Send + Sync {
    /// A number from 0 up to `bound`, evenly spread.
    fn below(&self, bound: Duration) -> Duration;
}

/// How patient a send is.
pub trait Pace: Sleeper + Jitter {
    /// Gives up a request after this long without a byte moving. 60 seconds.
    fn stall(&self) -> Duration {
        Duration::from_mins(1)
    }

    /// The first wait; it doubles. 1 second.
    fn first_wait(&self) -> Duration {
        Duration::from_secs(1)
    }

    /// The longest single wait, and the longest that Google may ask for before the send stops. 60 seconds.
    fn longest_wait(&self) -> Duration {
        Duration::from_mins(1)
    }

    /// Tries without progress before the send stops. 6.
    fn tries(&self) -> u32 {
        6
    }
}

/// Real waits and randomness of the operating system.
pub struct SystemPace;

#[async_trait]
impl Sleeper for SystemPace {
    async fn sleep(&self, time: Duration) {
        tokio::time::sleep(time).await;
    }
}

impl Jitter for SystemPace {
    fn below(&self, bound: Duration) -> Duration {
        // Not a secret: only keeps clients from retrying in step.
        let mut bytes = [0u8; 4];
        if aws_lc_rs::rand::fill(&mut bytes).is_err() {
            return bound / 2;
        }
        bound.mul_f64(f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX))
    }
}

impl Pace for SystemPace {}
