//! How far this computer's clock is from Google's, by the `Date` header of the token host.

use signet_core::Failure;

use crate::Google;

/// Google's time minus ours, in whole seconds: positive when this computer is behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClockOffset(pub i64);

impl Google {
    /// Asks the token host what time it is.
    ///
    /// # Errors
    /// A [`Failure`]: the host cannot be reached, or answers without a time.
    pub async fn clock_offset(&self) -> Result<ClockOffset, Failure> {
        todo!()
    }

    /// The same as a check: a clock more than five minutes off makes Google refuse every grant.
    ///
    /// # Errors
    /// `ClockSkew` with the fact `offset_seconds`, or as for [`Google::clock_offset`].
    pub async fn check_clock(&self) -> Result<ClockOffset, Failure> {
        todo!()
    }
}
