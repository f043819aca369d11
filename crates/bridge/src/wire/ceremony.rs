//! `ceremony.begin`, `practice.*`.

use serde::{Deserialize, Serialize};
use signet_api::wire::{KitShown, WireSecret};

use super::FileFacts;

/// What the person has to keep, shown once. The kit goes to paper without passing here.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PageCeremonyShown {
    /// The ceremony.
    pub id: String,
    /// The new TOTP seed, if there is one.
    pub totp: Option<PageTotp>,
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
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PageTotp {
    /// The QR code: rows of modules, `1` dark and `0` light, without a quiet zone.
    pub qr: Vec<WireSecret>,
    /// The seed in base32, in groups of four.
    pub groups: Vec<WireSecret>,
}

/// A practice vault.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Practice {
    /// Its passphrase. It protects nothing real.
    pub passphrase: WireSecret,
    /// A sender that the sandbox lets the key send as.
    pub sender: String,
    /// Somebody to write to.
    pub recipient: String,
    /// A file to attach.
    pub file: FileFacts,
}

/// What the practice's phone shows.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PracticeCode {
    /// The code; none if this vault is not a practice.
    pub code: Option<WireSecret>,
    /// For how many seconds.
    pub seconds: u64,
    /// The passphrase of the practice.
    pub passphrase: Option<WireSecret>,
}
