//! How far this computer's clock is from Google's, by the `Date` header of the token host.

use std::time::Duration;

use signet_core::{Code, Failure, UnixMillis};

use crate::Google;
use crate::reply::{Reply, unreachable};

/// Google's time minus ours, in whole seconds: positive when this computer is behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClockOffset(pub i64);

/// How long a look-up may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// What Google allows: five minutes either way (its own error text says 65 minutes for a 60-minute token).
const TOLERANCE_SECONDS: u64 = 300;

impl ClockOffset {
    /// From two readings of the same moment.
    pub(crate) fn between(ours: UnixMillis, theirs: UnixMillis) -> Self {
        Self(theirs.seconds().cast_signed() - ours.seconds().cast_signed())
    }

    /// Whether Google puts up with it.
    pub fn is_tolerable(self) -> bool {
        self.0.unsigned_abs() <= TOLERANCE_SECONDS
    }

    /// What to show when Google does not.
    pub(crate) fn failure(self) -> Failure {
        let direction = if self.0 > 0 { "behind" } else { "ahead" };
        Failure::new(Code::ClockSkew)
            .what(format!(
                "This computer's clock is {} seconds {direction} of Google's.",
                self.0.unsigned_abs()
            ))
            .fact("offset_seconds", self.0)
    }
}

impl Google {
    /// Asks the token host what time it is.
    ///
    /// # Errors
    /// A [`Failure`]: the host cannot be reached, or answers without a time.
    pub async fn clock_offset(&self) -> Result<ClockOffset, Failure> {
        let before = self.clock.now();
        let request = self.http.head(self.endpoints.token().clone()).timeout(PATIENCE);
        let response = request.send().await.map_err(|error| unreachable(error, self.endpoints.profile()))?;
        let reply =
            Reply::read(response).await.map_err(|error| unreachable(error, self.endpoints.profile()))?;
        let after = self.clock.now();
        let theirs = reply.date().ok_or_else(|| Failure::new(Code::UnexpectedReply))?;
        Ok(ClockOffset::between(UnixMillis(u64::midpoint(before.0, after.0)), theirs))
    }

    /// The same as a check: a clock more than five minutes off makes Google refuse every grant.
    ///
    /// # Errors
    /// `ClockSkew` with the fact `offset_seconds`, or as for [`Google::clock_offset`].
    pub async fn check_clock(&self) -> Result<ClockOffset, Failure> {
        let offset = self.clock_offset().await?;
        if offset.is_tolerable() { Ok(offset) } else { Err(offset.failure()) }
    }
}
