//! `ceremony.*`, `passphrase.*`, `unlock`: everything that passphrases and codes pass through.

use serde::{Deserialize, Serialize};
use signet_core::UnixMillis;

use super::{VaultFacts, WireSecret};

/// What is to be begun.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case", tag = "kind", deny_unknown_fields)]
pub enum CeremonyRequest {
    /// Create the vault.
    Init {
        /// The passphrase to be.
        passphrase: WireSecret,
        /// How costly the key derivation shall be.
        #[serde(default)]
        kdf: KdfWish,
    },
    /// Create the vault of a host on a server: its keychain items lie in files, and it is a host at once.
    InitHost {
        /// The passphrase to be.
        passphrase: WireSecret,
        /// How costly the key derivation shall be.
        #[serde(default)]
        kdf: KdfWish,
        /// The host.
        host: super::NewHost,
    },
    /// Change the passphrase.
    PassphraseChange {
        /// The one now.
        passphrase: WireSecret,
        /// A fresh code.
        code: WireSecret,
        /// The one to be.
        new_passphrase: WireSecret,
    },
    /// Replace the TOTP seed, for a new phone.
    TotpReplace {
        /// The passphrase.
        passphrase: WireSecret,
        /// A fresh code of the seed until now.
        code: WireSecret,
    },
    /// New recovery codes.
    CodesRenew {
        /// The passphrase.
        passphrase: WireSecret,
        /// A fresh code.
        code: WireSecret,
    },
    /// A new recovery kit.
    KitRenew {
        /// The passphrase.
        passphrase: WireSecret,
        /// A fresh code.
        code: WireSecret,
    },
    /// Open with a recovery code: the phone is gone.
    RecoverByCode {
        /// The passphrase.
        passphrase: WireSecret,
        /// One of the eight codes.
        recovery_code: WireSecret,
    },
    /// Open with the kit: everything else is gone.
    RecoverByKit {
        /// The nine groups.
        kit: WireSecret,
        /// The passphrase to be.
        new_passphrase: WireSecret,
    },
}

/// How costly the key derivation shall be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum KdfWish {
    /// Measured on this machine, towards 0.7 to 1 s.
    #[default]
    Calibrated,
    /// The least that is accepted: 64 MiB. For tests and tours.
    Floor,
}

/// Names a ceremony under way.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct CeremonyId {
    /// The id.
    pub id: String,
}

/// What the user has to write down, shown once.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct CeremonyShown {
    /// The ceremony.
    pub id: String,
    /// The new TOTP seed, if there is one.
    pub totp: Option<TotpShown>,
    /// The new kit, if there is one.
    pub kit: Option<KitShown>,
    /// Eight new recovery codes.
    pub codes: Vec<WireSecret>,
    /// Whether a code of the (new) seed must be typed back.
    pub asks_code: bool,
    /// Which groups of the kit must be typed back, counted from 1.
    pub asks_kit_groups: Vec<usize>,
}

/// A TOTP seed, shown once.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct TotpShown {
    /// `otpauth://` for the QR code.
    pub uri: WireSecret,
    /// The same in base32, for typing.
    pub secret: WireSecret,
}

/// A recovery kit to be written down: its facts. The groups go to paper, not through a window.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct KitShown {
    /// How many groups of four characters it has; the last is a check.
    pub count: usize,
    /// Fingerprint of its public key.
    pub fingerprint: String,
    /// Fingerprint of the audit log's key, printed on the kit.
    pub audit_fingerprint: Option<String>,
}

/// The groups of a kit, for a terminal. A window never asks for them.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct KitGroups {
    /// Nine groups of four characters; the last is a check.
    pub groups: Vec<WireSecret>,
}

/// Writes the kit as a PDF to an open file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct KitWriteRequest {
    /// The ceremony.
    pub id: String,
    /// Handle of the descriptor to write to.
    pub handle: String,
    /// `en` or `de`.
    #[serde(default)]
    pub language: Option<String>,
}

/// Which proofs hold so far.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct CeremonyProven {
    /// The code is proven, or none is asked.
    pub code: bool,
    /// The kit's groups are proven, or none are asked.
    pub kit_groups: bool,
}

/// The proofs.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct CeremonyAnswers {
    /// The ceremony.
    pub id: String,
    /// A code of the (new) seed.
    #[serde(default)]
    pub code: Option<WireSecret>,
    /// The asked groups of the kit: number from 1, and text.
    #[serde(default)]
    pub kit_groups: Vec<(usize, WireSecret)>,
}

/// The ceremony is over; the vault is open.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct CeremonyDone {
    /// The vault.
    pub info: VaultFacts,
}

/// An offered passphrase.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct PassphraseSuggestion {
    /// Five words.
    pub passphrase: WireSecret,
}

/// A passphrase to rate.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct PassphraseToRate {
    /// The passphrase.
    pub passphrase: WireSecret,
}

/// How good a passphrase is.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct PassphraseRating {
    /// 0 to 4; below 3 it is refused.
    pub score: u8,
    /// What would make it better, if anything.
    pub hint: Option<String>,
}

/// What opens the vault.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct UnlockRequest {
    /// The passphrase.
    pub passphrase: WireSecret,
    /// The six digits.
    pub code: WireSecret,
    /// Try more steps: the user says that the phone's clock may be off.
    #[serde(default)]
    pub wide: bool,
}

/// The vault is open.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Unlocked {
    /// The vault.
    pub info: VaultFacts,
    /// When it will lock itself unless it is used.
    pub locks_at: Option<UnixMillis>,
    /// Sends of an earlier run that were settled now, as sentences.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub settled: Vec<String>,
}
