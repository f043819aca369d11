//! Containers for secrets: on the heap, wiped when dropped, compared in constant time, and with no
//! way to print, copy or serialise them by accident.

use rand_core::CryptoRng;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// `N` secret bytes. Boxed, so that moving it leaves no copy behind.
pub struct Secret<const N: usize>(Box<[u8; N]>);

impl<const N: usize> Secret<N> {
    /// Fresh random bytes.
    pub fn make(rng: &mut impl CryptoRng) -> Self {
        let mut secret = Self::zero();
        rng.fill_bytes(secret.0.as_mut_slice());
        secret
    }

    /// Takes the bytes over and wipes the source.
    pub fn from_bytes(source: &mut [u8; N]) -> Self {
        let mut secret = Self::zero();
        secret.0.copy_from_slice(source);
        source.zeroize();
        secret
    }

    /// Copies the bytes if there are exactly `N` of them.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        if bytes.len() != N {
            return None;
        }
        let mut secret = Self::zero();
        secret.0.copy_from_slice(bytes);
        Some(secret)
    }

    /// The bytes. Each caller says why it needs them.
    pub fn expose(&self) -> &[u8; N] {
        &self.0
    }

    /// Whether two secrets are equal, in constant time.
    pub fn same(&self, other: &Self) -> bool {
        self.0.as_slice().ct_eq(other.0.as_slice()).into()
    }

    pub(crate) fn zero() -> Self {
        Self(Box::new([0; N]))
    }

    /// For filling in place, so that no second copy exists.
    pub(crate) fn expose_mut(&mut self) -> &mut [u8; N] {
        &mut self.0
    }
}

impl<const N: usize> Drop for Secret<N> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<const N: usize> ZeroizeOnDrop for Secret<N> {}

/// Secret bytes of any length. It never grows, so no old copy is left by a reallocation.
pub struct SecretBytes(Vec<u8>);

impl SecretBytes {
    /// Takes the buffer over; it is wiped, with its spare capacity, when dropped.
    pub fn from_vec(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// A copy of the bytes; the source stays the caller's to wipe.
    pub fn from_slice(bytes: &[u8]) -> Self {
        Self(bytes.to_vec())
    }

    /// The bytes. Each caller says why it needs them.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// How many bytes.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether two are equal; constant time for equal lengths.
    pub fn same(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }

    /// All parts one after the other, in one allocation of the right size.
    pub fn joined(parts: &[&[u8]]) -> Self {
        let mut bytes = Vec::with_capacity(parts.iter().map(|part| part.len()).sum());
        for part in parts {
            bytes.extend_from_slice(part);
        }
        Self(bytes)
    }

    pub(crate) fn expose_mut(&mut self) -> &mut [u8] {
        &mut self.0
    }
}

impl From<Vec<u8>> for SecretBytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl Drop for SecretBytes {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl ZeroizeOnDrop for SecretBytes {}

/// Secret text that a person is to see once: a seed, a recovery code, a group of the kit.
pub struct SecretText(String);

impl SecretText {
    /// Takes the text over.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The text. Each caller says why it needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for SecretText {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl Drop for SecretText {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl ZeroizeOnDrop for SecretText {}

/// A secret of one meaning, so that two kinds of key cannot be exchanged for each other.
macro_rules! secret_type {
    ($(#[$doc:meta])* $name:ident, $len:literal) => {
        $(#[$doc])*
        pub struct $name($crate::Secret<$len>);

        impl $name {
            #[doc = concat!("Fresh random bytes (", stringify!($len), ").")]
            pub fn make(rng: &mut impl rand_core::CryptoRng) -> Self {
                Self($crate::Secret::make(rng))
            }

            /// The secret with this meaning.
            pub const fn from_secret(secret: $crate::Secret<$len>) -> Self {
                Self(secret)
            }

            /// Takes the bytes over and wipes the source.
            pub fn from_bytes(source: &mut [u8; $len]) -> Self {
                Self($crate::Secret::from_bytes(source))
            }

            #[doc = concat!("Copies the bytes if there are exactly ", stringify!($len), " of them.")]
            pub fn parse(bytes: &[u8]) -> Option<Self> {
                $crate::Secret::parse(bytes).map(Self)
            }

            /// The bytes. Each caller says why it needs them.
            pub fn expose(&self) -> &[u8; $len] {
                self.0.expose()
            }

            /// Whether two are equal, in constant time.
            pub fn same(&self, other: &Self) -> bool {
                self.0.same(&other.0)
            }

            /// The plain container, for storing it as a keychain item.
            pub const fn as_secret(&self) -> &$crate::Secret<$len> {
                &self.0
            }
        }
    };
}
pub(crate) use secret_type;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn taking_bytes_over_wipes_the_source() {
        let mut source = [7; 4];
        let secret = Secret::from_bytes(&mut source);
        assert_eq!(source, [0; 4]);
        assert_eq!(secret.expose(), &[7; 4]);
    }

    #[test]
    fn only_the_exact_length_is_a_secret() {
        assert!(Secret::<4>::parse(&[1, 2, 3]).is_none());
        assert!(Secret::<4>::parse(&[1, 2, 3, 4, 5]).is_none());
        assert!(Secret::<4>::parse(&[1, 2, 3, 4]).is_some());
    }

    #[test]
    fn equality_looks_at_every_byte() {
        let one = Secret::<32>::parse(&[1; 32]).unwrap();
        for i in 0..32 {
            let mut bytes = [1; 32];
            bytes[i] = 2;
            assert!(!one.same(&Secret::from_bytes(&mut bytes)), "byte {i}");
        }
        assert!(one.same(&Secret::from_bytes(&mut [1; 32])));
    }
}
