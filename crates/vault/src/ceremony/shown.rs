//! The new secrets as a person sees them, once.

use rand_core::CryptoRng;
use signet_core::{Profile, VaultId};
use signet_crypto::{KitPublicKey, RecoveryCode, RecoveryKit, SecretText, SigningKey, TotpSeed, otpauth_uri};

use super::Asked;

/// The new secrets, to be shown once. Wiped on drop.
pub struct Shown {
    /// The seed of the authenticator app, if it is a new one.
    pub totp: Option<ShownTotp>,
    /// The recovery kit, if it is a new one.
    pub kit: Option<ShownKit>,
    /// The recovery codes, `XXXXX-XXXXX`.
    pub codes: Vec<SecretText>,
}

/// The new seed of the authenticator app.
pub struct ShownTotp {
    /// `otpauth://…`, for the QR code.
    pub uri: SecretText,
    /// The same seed in base32, for typing.
    pub base32: SecretText,
}

/// The new recovery kit.
pub struct ShownKit {
    /// Nine groups of four characters: eight of secret, one of check characters.
    pub groups: Vec<SecretText>,
    /// Printed beside them; `status` shows the same.
    pub fingerprint: String,
    /// The public half of the key that signs the audit log, whose fingerprint is printed beside them too.
    pub audit_key: [u8; 32],
    /// Which groups are to be typed back, from 0.
    pub(crate) asked: [usize; 2],
}

impl Shown {
    pub(crate) fn asked(&self) -> Asked {
        Asked { code: self.totp.is_some(), kit_groups: self.kit.as_ref().map(|kit| kit.asked) }
    }

    pub(super) fn codes(codes: &[RecoveryCode]) -> Vec<SecretText> {
        codes.iter().map(RecoveryCode::text).collect()
    }
}

impl ShownTotp {
    pub(super) fn of(seed: &TotpSeed, profile: Profile, vault: VaultId) -> Self {
        let issuer = match profile {
            Profile::Production => "Signet",
            Profile::Sandbox => "Signet sandbox",
        };
        // The first digits of the id tell two vaults apart in the app's list.
        let account = format!("vault {}", &vault.to_string()[..6]);
        Self { uri: otpauth_uri(seed, issuer, &account), base32: seed.base32() }
    }
}

impl ShownKit {
    pub(super) fn of(
        kit: &RecoveryKit,
        public: &KitPublicKey,
        audit: &SigningKey,
        rng: &mut impl CryptoRng,
    ) -> Self {
        // Which two of eight is no secret; a slight bias does no harm.
        let first = (rng.next_u32() % 8) as usize;
        let second = (first + 1 + (rng.next_u32() % 7) as usize) % 8;
        let asked = [first.min(second), first.max(second)];
        let audit_key = audit.public().to_bytes();
        Self { groups: kit.groups(), fingerprint: public.fingerprint(), audit_key, asked }
    }
}
