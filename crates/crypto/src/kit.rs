//! The recovery kit: 160 random bits on paper. They give the key pair (HPKE, RFC 9180) to which the
//! vault's root and each service-account key are sealed, so later changes need no look at the paper.

use data_encoding::BASE32_NOPAD;
use hpke::aead::AesGcm256;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable};
use rand_core::CryptoRng;
use signet_core::{Code, Failure, VaultId};
use zeroize::Zeroize;

use crate::derive::{derive_key, sha256};
use crate::recovery::plain_base32;
use crate::secret::secret_type;
use crate::{OpenError, Secret, SecretBytes, SecretText};

type Suite = X25519HkdfSha256;

/// `enc` and tag of one HPKE message.
pub(crate) const HPKE_OVERHEAD: usize = 32 + 16;

/// A text is not a complete recovery kit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a complete recovery kit")]
pub struct KitError;

impl From<KitError> for Failure {
    fn from(_: KitError) -> Self {
        Self::new(Code::KitMistyped)
    }
}

secret_type! {
    /// The secret on the recovery kit: 20 bytes.
    RecoveryKit, 20
}

impl RecoveryKit {
    /// Reads nine groups of four: eight of secret, one of check characters. Case, spaces and hyphens
    /// do not matter, and 0 and 8 are read as O and B.
    ///
    /// # Errors
    /// [`KitError`] if it is not complete or the check characters do not match.
    pub fn parse_text(text: &str) -> Result<Self, KitError> {
        let mut plain = plain_base32(text);
        let kit = read(&plain);
        plain.zeroize();
        kit.ok_or(KitError)
    }

    /// The nine groups, as printed.
    pub fn groups(&self) -> Vec<SecretText> {
        let text = SecretText::new(BASE32_NOPAD.encode(self.expose()));
        let check = SecretText::new(self.check());
        let all = [text.expose(), check.expose()];
        let groups = all.iter().flat_map(|part| part.as_bytes().chunks(4));
        groups.map(|group| SecretText::new(group.iter().map(|b| char::from(*b)).collect())).collect()
    }

    /// `DeriveKeyPair(HKDF-SHA-256(salt = vault id, ikm = R, info = "signet1/kit"))`.
    pub fn key_pair(&self, vault_id: VaultId) -> KitKeyPair {
        let ikm = SecretBytes::from_slice(self.expose());
        KitKeyPair::derive(&derive_key(vault_id.as_bytes(), &ikm, &[b"signet1/kit"]))
    }

    /// The first 20 bits of a hash, as four base32 characters: finds typing errors.
    fn check(&self) -> String {
        let hash = sha256(&[b"signet1/kit/check", self.expose()]);
        let mut text = BASE32_NOPAD.encode(&hash[..5]);
        text.truncate(4);
        text
    }
}

fn read(plain: &[u8]) -> Option<RecoveryKit> {
    let (secret, check) = plain.split_at_checked(32)?;
    let mut bytes = BASE32_NOPAD.decode(secret).ok()?;
    let kit = RecoveryKit::parse(&bytes);
    bytes.zeroize();
    kit.filter(|kit| kit.check().as_bytes() == check)
}

/// The public key of the kit. Kept in the vault's header; nobody can open anything with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KitPublicKey([u8; 32]);

impl KitPublicKey {
    /// The key with these bytes (RFC 7748, 5).
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Four groups of four characters (80 bits of a hash), printed on the kit and shown by `status`.
    pub fn fingerprint(&self) -> String {
        let text = BASE32_NOPAD.encode(&sha256(&[b"signet1/kit/fingerprint", &self.0])[..10]);
        let groups: Vec<&str> = (0..4).map(|i| &text[i * 4..i * 4 + 4]).collect();
        groups.join("-")
    }

    /// `enc[32] | ciphertext | tag[16]`: HPKE base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256,
    /// AES-256-GCM, one message.
    pub(crate) fn seal(
        &self,
        info: &[u8],
        aad: &[u8],
        plaintext: &[u8],
        rng: &mut impl CryptoRng,
    ) -> Result<Vec<u8>, OpenError> {
        let public = <Suite as Kem>::PublicKey::from_bytes(&self.0).map_err(|_| OpenError::Refused)?;
        let (enc, body) = hpke::single_shot_seal_with_rng::<AesGcm256, HkdfSha256, Suite>(
            &OpModeS::Base,
            &public,
            info,
            plaintext,
            aad,
            rng,
        )
        .map_err(|_| OpenError::Refused)?;
        Ok([enc.to_bytes().as_slice(), &body].concat())
    }
}

/// The key pair that a kit gives for one vault. The secret half is wiped when dropped.
pub struct KitKeyPair {
    secret: <Suite as Kem>::PrivateKey,
    public: KitPublicKey,
}

impl KitKeyPair {
    /// `DeriveKeyPair(seed)`.
    pub(crate) fn derive(seed: &Secret<32>) -> Self {
        // The seed is what the pair is derived from.
        let (secret, public) = Suite::derive_keypair(seed.expose());
        Self { secret, public: KitPublicKey(public.to_bytes().into()) }
    }

    /// The public half.
    pub const fn public(&self) -> &KitPublicKey {
        &self.public
    }

    /// Opens what [`KitPublicKey::seal`] sealed.
    pub(crate) fn open(&self, info: &[u8], aad: &[u8], blob: &[u8]) -> Result<SecretBytes, OpenError> {
        if blob.len() < HPKE_OVERHEAD {
            return Err(OpenError::Short);
        }
        let (enc, body) = blob.split_at(32);
        let enc = <Suite as Kem>::EncappedKey::from_bytes(enc).map_err(|_| OpenError::Refused)?;
        hpke::single_shot_open::<AesGcm256, HkdfSha256, Suite>(
            &OpModeR::Base,
            &self.secret,
            &enc,
            info,
            body,
            aad,
        )
        .map(SecretBytes::from_vec)
        .map_err(|_| OpenError::Refused)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(kit: &RecoveryKit) -> String {
        kit.groups().iter().map(|group| group.expose().to_owned()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_kit_is_nine_groups_of_four() {
        let kit = RecoveryKit::make(&mut crate::system_rng());
        assert_eq!(kit.groups().len(), 9);
        assert!(kit.groups().iter().all(|group| group.expose().len() == 4));
    }

    #[test]
    fn every_single_wrong_character_is_found() {
        let kit = RecoveryKit::from_bytes(&mut [0x5a; 20]);
        let right: Vec<char> = text(&kit).chars().collect();
        let mut missed = 0;
        for at in (0..right.len()).filter(|at| right[*at] != ' ') {
            for wrong in "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".chars().filter(|c| *c != right[at]) {
                let mut typed = right.clone();
                typed[at] = wrong;
                missed += usize::from(RecoveryKit::parse_text(&typed.iter().collect::<String>()).is_ok());
            }
        }
        // 1,116 errors against 20 check bits: none is expected to pass.
        assert_eq!(missed, 0);
    }

    #[test]
    fn the_key_pair_depends_on_kit_and_vault() {
        let kit = RecoveryKit::from_bytes(&mut [1; 20]);
        let vault = VaultId::from_bytes([2; 16]);
        let public = *kit.key_pair(vault).public();
        assert_eq!(public, *kit.key_pair(vault).public());
        assert_ne!(public, *kit.key_pair(VaultId::from_bytes([3; 16])).public());
        assert_ne!(public, *RecoveryKit::from_bytes(&mut [4; 20]).key_pair(vault).public());
        assert_eq!(public.fingerprint().len(), 19);
    }

    proptest! {
        #[test]
        fn printed_kits_read_back(bytes in any::<[u8; 20]>(), lower in any::<bool>()) {
            let kit = RecoveryKit::from_bytes(&mut bytes.clone());
            let printed = text(&kit);
            let typed = if lower { printed.to_lowercase().replace(' ', "-") } else { printed };
            prop_assert!(RecoveryKit::parse_text(&typed).unwrap().same(&kit));
        }

        #[test]
        fn a_cut_or_longer_kit_is_refused(bytes in any::<[u8; 20]>(), cut in 0usize..44) {
            let printed = text(&RecoveryKit::from_bytes(&mut bytes.clone()));
            prop_assert!(RecoveryKit::parse_text(&printed[..cut]).is_err());
            let longer = format!("{printed}A");
            prop_assert!(RecoveryKit::parse_text(&longer).is_err());
        }
    }
}
