//! A key from afar: a custodian's device seals the key file to its host (HPKE, RFC 9180), so that nothing on
//! the way, nor the host while it is locked, can read it.

use rand_core::CryptoRng;
use signet_core::{DeviceHash, RequestId};

use crate::{KitKeyPair, KitPublicKey, OpenError, Secret, SecretBytes};

/// The host's half, which opens. The secret is wiped when dropped.
pub struct ImportKeyPair(KitKeyPair);

/// The half that custodians seal to: 32 bytes (X25519).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImportPublicKey(KitPublicKey);

impl ImportKeyPair {
    /// `DeriveKeyPair(seed)`, for a seed of 32 random bytes that the host's vault keeps.
    pub fn derive(seed: &Secret<32>) -> Self {
        Self(KitKeyPair::derive(seed))
    }

    /// The half to hand out.
    pub const fn public(&self) -> ImportPublicKey {
        ImportPublicKey(*self.0.public())
    }

    /// Opens what that device sealed under that request.
    ///
    /// # Errors
    /// [`OpenError`] if it was sealed to another host, by another device, for another request, or changed.
    pub fn open(
        &self,
        host: &[u8; 32],
        device: DeviceHash,
        request: RequestId,
        sealed: &[u8],
    ) -> Result<SecretBytes, OpenError> {
        self.0.open(&info(host), &bound_to(device, request), sealed)
    }
}

impl ImportPublicKey {
    /// The key with these bytes (RFC 7748, 5).
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(KitPublicKey::from_bytes(bytes))
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// Seals a key file to that host: `enc[32] | ciphertext | tag[16]`, 48 bytes over.
    ///
    /// # Errors
    /// [`OpenError::Refused`] if the public key is not a usable point.
    pub fn seal(
        &self,
        host: &[u8; 32],
        device: DeviceHash,
        request: RequestId,
        file: &SecretBytes,
        rng: &mut impl CryptoRng,
    ) -> Result<Vec<u8>, OpenError> {
        // The key file itself is what is sealed.
        self.0.seal(&info(host), &bound_to(device, request), file.expose(), rng)
    }
}

fn info(host: &[u8; 32]) -> Vec<u8> {
    [b"signet1/import".as_slice(), host].concat()
}

fn bound_to(device: DeviceHash, request: RequestId) -> Vec<u8> {
    [device.as_bytes().as_slice(), request.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system_rng;

    #[test]
    fn only_the_host_opens_it_and_only_as_it_was_meant() {
        let (host, other) = ([1; 32], [2; 32]);
        let pair = ImportKeyPair::derive(&Secret::parse(&[3; 32]).unwrap());
        let (device, request) = (DeviceHash::from_bytes([4; 32]), RequestId::from_bytes([5; 16]));
        let file = SecretBytes::from_slice(b"{\"type\":\"service_account\"}");
        let sealed = pair.public().seal(&host, device, request, &file, &mut system_rng()).unwrap();
        assert_eq!(sealed.len(), file.expose().len() + 48);
        assert_eq!(pair.open(&host, device, request, &sealed).unwrap().expose(), file.expose());
        assert!(pair.open(&other, device, request, &sealed).is_err());
        assert!(pair.open(&host, DeviceHash::from_bytes([6; 32]), request, &sealed).is_err());
        assert!(pair.open(&host, device, RequestId::from_bytes([7; 16]), &sealed).is_err());
        let stranger = ImportKeyPair::derive(&Secret::parse(&[8; 32]).unwrap());
        assert!(stranger.open(&host, device, request, &sealed).is_err());
        for at in [0, 31, 32, sealed.len() - 1] {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(pair.open(&host, device, request, &changed).is_err(), "byte {at}");
        }
        for short in [0, 10, 47] {
            assert!(pair.open(&host, device, request, &sealed[..short]).is_err());
        }
    }

    /// The public half of the pinned seed: X25519 of `DeriveKeyPair`, RFC 9180, 7.1.3.
    #[test]
    fn the_key_of_a_seed_is_pinned() {
        let pair = ImportKeyPair::derive(&Secret::parse(&[3; 32]).unwrap());
        assert_eq!(data_encoding::HEXLOWER.encode(pair.public().as_bytes()), PINNED);
    }

    // By a second implementation (Python).
    const PINNED: &str = "90ab790ecbf0704232ffe9436faeccc913b66a60e99c688a40bba4d5e2e61450";
}
