//! How a copied device is noticed. With each connection the host hands out a new secret, the join token;
//! the device stores it before use and shows it at the next connection. Who copies a device's key copies
//! its token too, and from then on only one of the two can show the newest.
//!
//! The host knows two tokens of a device: `cur`, which it has shown, and `next`, which it was given and
//! may not have received. Showing `next` acknowledges it. Showing `cur` again means that the answer got
//! lost, and gets a *fresh* `next`: were it the same one, device and copy could take turns unnoticed.

use rand_core::CryptoRng;
use signet_crypto::{Secret, SecretBytes};

const VERSION: u8 = 1;
const RUNNING: u8 = 1;
const SUSPENDED: u8 = 2;
const RECONFIRM: u8 = 3;
const RUNNING_LEN: usize = 2 + 32 + 32;

/// One join token: 32 random bytes; all zero before the first one was given.
pub struct JoinToken(Secret<32>);

impl JoinToken {
    /// What a device shows that was never given a token, or was told to start anew.
    pub fn first() -> Self {
        Self::from_bytes(&mut [0; 32])
    }

    /// Takes the bytes over and wipes the source.
    pub fn from_bytes(source: &mut [u8; 32]) -> Self {
        Self(Secret::from_bytes(source))
    }

    /// Copies the bytes if there are exactly 32 of them.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        Secret::parse(bytes).map(Self)
    }

    /// The bytes. Each caller says why it needs them.
    pub fn expose(&self) -> &[u8; 32] {
        self.0.expose()
    }

    /// Whether two are equal, in constant time.
    pub fn same(&self, other: &Self) -> bool {
        self.0.same(&other.0)
    }

    fn make(rng: &mut impl CryptoRng) -> Self {
        Self(Secret::make(rng))
    }

    fn copy(&self) -> Self {
        // One is stored, the other sent.
        Self::from_bytes(&mut { *self.expose() })
    }
}

/// Why stored bytes are not a join state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a join state")]
pub struct JoinStateError;

/// What the host stores for one device.
pub struct JoinState(Kind);

enum Kind {
    Running { cur: JoinToken, next: JoinToken },
    Suspended,
    Reconfirm,
}

/// What showing a token led to.
pub enum Presented {
    /// It is the device. The caller stores `store`, durably, and only then sends `give`.
    Accepted {
        /// The new state.
        store: JoinState,
        /// The token for the next connection.
        give: JoinToken,
    },
    /// Somebody has shown a newer token before: one of the two is a copy. The caller stores `store`,
    /// which suspends the device, and asks the owner.
    Clone {
        /// The new state.
        store: JoinState,
    },
    /// The device was suspended before; the owner has to decide.
    Suspended,
    /// The host was restored from a backup: the device's person and the owner have to confirm the device
    /// once more.
    Reconfirm,
}

impl JoinState {
    /// A device that was just approved or confirmed, and shows [`JoinToken::first`].
    pub fn make_first(rng: &mut impl CryptoRng) -> Self {
        Self(Kind::Running { cur: JoinToken::first(), next: JoinToken::make(rng) })
    }

    /// What all devices get when the host was restored from a backup: their tokens may be newer than
    /// the backup, and the backup may be older than a copy.
    pub const fn reconfirm() -> Self {
        Self(Kind::Reconfirm)
    }

    /// A device that the owner, or a copy noticed, has stopped.
    pub const fn suspended() -> Self {
        Self(Kind::Suspended)
    }

    /// Whether the device may connect if it shows the right token.
    pub const fn is_running(&self) -> bool {
        matches!(self.0, Kind::Running { .. })
    }

    /// Whether the device was stopped.
    pub const fn is_suspended(&self) -> bool {
        matches!(self.0, Kind::Suspended)
    }

    /// A device shows a token, in the first request of a connection; it has no other connection.
    pub fn present(&self, token: &JoinToken, rng: &mut impl CryptoRng) -> Presented {
        match &self.0 {
            Kind::Suspended => Presented::Suspended,
            Kind::Reconfirm => Presented::Reconfirm,
            Kind::Running { cur, next } => {
                // Both are compared, so that the time does not tell which one it was.
                let (is_cur, is_next) = (token.same(cur), token.same(next));
                if !is_cur && !is_next {
                    return Presented::Clone { store: Self::suspended() };
                }
                let give = JoinToken::make(rng);
                let store = Self(Kind::Running { cur: token.copy(), next: give.copy() });
                Presented::Accepted { store, give }
            }
        }
    }

    /// The bytes to store: `01`, then `01 || cur || next`, `02` (suspended) or `03` (re-confirm).
    pub fn encode(&self) -> SecretBytes {
        match &self.0 {
            // They go to the host's own store.
            Kind::Running { cur, next } => {
                SecretBytes::joined(&[&[VERSION, RUNNING], cur.expose(), next.expose()])
            }
            Kind::Suspended => SecretBytes::from_slice(&[VERSION, SUSPENDED]),
            Kind::Reconfirm => SecretBytes::from_slice(&[VERSION, RECONFIRM]),
        }
    }

    /// Reads what [`JoinState::encode`] wrote.
    ///
    /// # Errors
    /// [`JoinStateError`] for anything else.
    pub fn decode(bytes: &[u8]) -> Result<Self, JoinStateError> {
        match bytes {
            [VERSION, SUSPENDED] => Ok(Self::suspended()),
            [VERSION, RECONFIRM] => Ok(Self::reconfirm()),
            [VERSION, RUNNING, tokens @ ..] if bytes.len() == RUNNING_LEN => {
                let (cur, next) = tokens.split_at(32);
                let token = |bytes| JoinToken::parse(bytes).ok_or(JoinStateError);
                Ok(Self(Kind::Running { cur: token(cur)?, next: token(next)? }))
            }
            _ => Err(JoinStateError),
        }
    }
}

/// The device's side: the one token that it shows next.
pub struct ClientJoin(JoinToken);

impl ClientJoin {
    /// A device that has just been approved, or was told to confirm itself anew.
    pub fn first() -> Self {
        Self(JoinToken::first())
    }

    /// A device with the token that it stored.
    pub const fn stored(token: JoinToken) -> Self {
        Self(token)
    }

    /// What to show in the first request of a connection.
    pub const fn token(&self) -> &JoinToken {
        &self.0
    }

    /// The host has answered with the next token. It has to be stored before anything else is sent over
    /// that connection; if that fails, the connection is closed and the old token shown again.
    pub const fn receive(next: JoinToken) -> NotYetStored {
        NotYetStored(next)
    }
}

/// A token that was received and has to be stored before use.
pub struct NotYetStored(JoinToken);

impl NotYetStored {
    /// What to store, in place of the old one.
    pub const fn token(&self) -> &JoinToken {
        &self.0
    }

    /// It is stored, durably: the connection may be used.
    pub fn is_stored(self) -> ClientJoin {
        ClientJoin(self.0)
    }
}

#[cfg(test)]
mod tests;
