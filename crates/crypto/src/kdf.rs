//! Argon2id (RFC 9106): what makes each guess at a passphrase dear.

use std::time::Duration;

use argon2::{Algorithm, Argon2, Params, Version};
use signet_core::{Code, Failure};

use crate::{Secret, SecretBytes};

const MIB: u32 = 1024;

/// The cost of one run: memory, passes, lanes. Always between [`KdfParams::FLOOR`] and
/// [`KdfParams::CEILING`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KdfParams {
    m_kib: u32,
    t: u32,
    p: u32,
}

/// Why no key was derived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KdfError {
    /// The parameters are outside the allowed range.
    #[error("key-derivation parameters outside the allowed range")]
    Parameters,
    /// The system has no memory for the run.
    #[error("not enough memory for the key derivation")]
    Memory,
}

impl From<KdfError> for Failure {
    fn from(error: KdfError) -> Self {
        match error {
            KdfError::Parameters => Self::new(Code::VaultParameters),
            KdfError::Memory => Self::new(Code::Internal)
                .what("There is not enough free memory to open the vault.")
                .remedy("Close other programs and try again."),
        }
    }
}

impl KdfParams {
    /// The least that is accepted when a vault is read: 64 MiB, 3 passes, 1 lane.
    pub const FLOOR: Self = Self { m_kib: 64 * MIB, t: 3, p: 1 };
    /// The default: 256 MiB, 3 passes, 4 lanes.
    pub const DEFAULT: Self = Self { m_kib: 256 * MIB, t: 3, p: 4 };
    /// The most that is accepted: 2 GiB, 16 passes, 16 lanes. More would let a file exhaust a machine.
    pub const CEILING: Self = Self { m_kib: 2048 * MIB, t: 16, p: 16 };

    /// Parameters within floor and ceiling.
    ///
    /// # Errors
    /// [`KdfError::Parameters`] outside of them.
    pub fn checked(m_kib: u32, t: u32, p: u32) -> Result<Self, KdfError> {
        let within = (Self::FLOOR.m_kib..=Self::CEILING.m_kib).contains(&m_kib)
            && (Self::FLOOR.t..=Self::CEILING.t).contains(&t)
            && (Self::FLOOR.p..=Self::CEILING.p).contains(&p);
        if within { Ok(Self { m_kib, t, p }) } else { Err(KdfError::Parameters) }
    }

    /// Memory in KiB.
    pub const fn m_kib(self) -> u32 {
        self.m_kib
    }

    /// Passes over the memory.
    pub const fn t(self) -> u32 {
        self.t
    }

    /// Lanes.
    pub const fn p(self) -> u32 {
        self.p
    }

    /// Chooses parameters that take 0.7 to 1.0 seconds here: 64 to 1,024 MiB and at least 3 passes,
    /// never more than a quarter of the memory (but always the floor). `measure` runs one derivation
    /// and says how long it took; `memory_bytes` is what the machine has.
    pub fn calibrate(mut measure: impl FnMut(Self) -> Duration, memory_bytes: u64) -> Self {
        const TARGET: Duration = Duration::from_secs(1);
        let largest = memory_bytes / 4 / 1024;
        let mut best = Self { p: 4, ..Self::FLOOR };
        let mut took = measure(best);
        // Memory first: it costs an attacker most. A run of twice the memory takes about twice as long.
        while best.m_kib < MIB * MIB && u64::from(best.m_kib) * 2 <= largest && took * 2 <= TARGET {
            let next = Self { m_kib: best.m_kib * 2, ..best };
            let next_took = measure(next);
            if next_took > TARGET {
                break;
            }
            (best, took) = (next, next_took);
        }
        // Then passes: their time is proportional.
        while best.t < Self::CEILING.t && took * (best.t + 1) / best.t <= TARGET {
            took = took * (best.t + 1) / best.t;
            best.t += 1;
        }
        best
    }
}

/// Stretches a guessable input into a key. A trait, so that tests need not pay for Argon2id.
pub trait Stretch {
    /// 32 bytes from the input.
    ///
    /// # Errors
    /// [`KdfError`] if there is not enough memory.
    fn stretch(
        &self,
        params: KdfParams,
        salt: &[u8; 32],
        input: &SecretBytes,
    ) -> Result<Secret<32>, KdfError>;
}

/// Argon2id version 1.3, 32 bytes of output.
#[derive(Clone, Copy, Debug, Default)]
pub struct Argon2id;

impl Stretch for Argon2id {
    fn stretch(
        &self,
        params: KdfParams,
        salt: &[u8; 32],
        input: &SecretBytes,
    ) -> Result<Secret<32>, KdfError> {
        let params =
            Params::new(params.m_kib, params.t, params.p, Some(32)).map_err(|_| KdfError::Parameters)?;
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let mut key = Secret::zero();
        // The input is what the run is about. Its memory goes back through the wiping allocator.
        argon.hash_password_into(input.expose(), salt, key.expose_mut()).map_err(|error| match error {
            argon2::Error::OutOfMemory => KdfError::Memory,
            _ => KdfError::Parameters,
        })?;
        Ok(key)
    }
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;

    use super::*;

    #[derive(serde::Deserialize)]
    struct Rfc9106 {
        m_kib: u32,
        t: u32,
        p: u32,
        password: String,
        salt: String,
        secret: String,
        data: String,
        tag: String,
    }

    #[test]
    fn rfc_9106_section_5_3() {
        let v: Rfc9106 = serde_json::from_str(include_str!("../vectors/rfc9106.json")).unwrap();
        let hex = |text: &str| HEXLOWER.decode(text.as_bytes()).unwrap();
        let mut params = argon2::ParamsBuilder::new();
        params.m_cost(v.m_kib).t_cost(v.t).p_cost(v.p).output_len(32);
        params.data(argon2::AssociatedData::new(&hex(&v.data)).unwrap());
        let secret = hex(&v.secret);
        let argon =
            Argon2::new_with_secret(&secret, Algorithm::Argon2id, Version::V0x13, params.build().unwrap())
                .unwrap();
        let mut tag = [0; 32];
        argon.hash_password_into(&hex(&v.password), &hex(&v.salt), &mut tag).unwrap();
        assert_eq!(HEXLOWER.encode(&tag), v.tag);
    }

    #[test]
    fn parameters_outside_floor_and_ceiling_are_refused() {
        let (floor, ceiling) = (KdfParams::FLOOR, KdfParams::CEILING);
        assert_eq!(KdfParams::checked(floor.m_kib, floor.t, floor.p), Ok(floor));
        assert_eq!(KdfParams::checked(ceiling.m_kib, ceiling.t, ceiling.p), Ok(ceiling));
        for (m, t, p) in [
            (floor.m_kib - 1, 3, 4),
            (19 * MIB, 2, 1),
            (floor.m_kib, 2, 4),
            (floor.m_kib, 3, 0),
            (ceiling.m_kib + 1, 3, 4),
            (floor.m_kib, 17, 4),
            (floor.m_kib, 3, 17),
            (u32::MAX, u32::MAX, u32::MAX),
        ] {
            assert_eq!(KdfParams::checked(m, t, p), Err(KdfError::Parameters), "{m} {t} {p}");
        }
    }

    /// A machine that needs so many microseconds for a MiB and pass.
    fn machine(micros: u64) -> impl FnMut(KdfParams) -> Duration {
        move |params| Duration::from_micros(u64::from(params.m_kib / MIB) * u64::from(params.t) * micros)
    }

    #[test]
    fn calibration_aims_at_a_second_and_a_quarter_of_memory() {
        let gib = 1 << 30;
        for micros in [100, 300, 600, 900, 1200, 2500] {
            let params = KdfParams::calibrate(machine(micros), 64 * gib);
            let took = machine(micros)(params);
            assert!(took <= Duration::from_secs(1), "{micros}: {params:?} {took:?}");
            assert!(took >= Duration::from_millis(650), "{micros}: {params:?} {took:?}");
        }
        let small = KdfParams::calibrate(machine(100), gib / 2);
        assert!(small.m_kib <= 128 * MIB);
        let slow = KdfParams::calibrate(machine(50_000), 64 * gib);
        assert_eq!((slow.m_kib, slow.t), (64 * MIB, 3));
        let tiny = KdfParams::calibrate(machine(1), 0);
        assert_eq!(tiny.m_kib, 64 * MIB);
        assert!(KdfParams::checked(tiny.m_kib, tiny.t, tiny.p).is_ok());
    }
}
