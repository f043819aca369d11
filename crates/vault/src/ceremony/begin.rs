//! How each kind of ceremony begins: its proof, and the secrets it makes.

use std::path::Path;
use std::time::{Duration, Instant};

use rand_core::Rng;
use signet_core::VaultId;
use signet_crypto::{
    DeviceSecret, Header, KdfParams, KitKeyPair, Passphrase, RecoveryCode, RecoveryKit, RootKey, SecretBytes,
    SigningKey, StaticCore, Stretch, TotpCode, TotpSeed,
};

use super::answers::Proven;
use super::fresh::{Inputs, NewSecrets};
use super::renew::Renewal;
use super::shown::{Shown, ShownKit, ShownTotp};
use super::{Ceremony, CeremonyKind, Change, InitOptions, KdfChoice, Pending, Target};
use crate::inside::Inside;
use crate::store::{Head, vault_file};
use crate::unlock::{copy_root, read_device, step_up};
use crate::{Environment, ItemName, KeychainError, LockedVault, OpenVault, UnlockError, VaultError};

pub(super) fn init(
    dir: &Path,
    options: InitOptions,
    passphrase: &Passphrase,
    mut env: Environment,
) -> Result<Ceremony, UnlockError> {
    if vault_file(dir).try_exists()? {
        return Err(VaultError::Exists.into());
    }
    if options.profile != env.profile() {
        return Err(VaultError::Profile.into());
    }
    require_strong(passphrase)?;
    // Said now, not after everything has been written down.
    env.keychain.read(&ItemName::device(VaultId::from_bytes([0; 16]), 1))?;
    let params = match options.kdf {
        KdfChoice::Calibrated => calibrate(&env),
        KdfChoice::Floor => KdfParams::FLOOR,
        KdfChoice::Params(params) => params,
    };
    let mut id = [0; 16];
    env.random.fill_bytes(&mut id);
    let vault_id = VaultId::from_bytes(id);
    let kit = RecoveryKit::make(&mut env.random);
    let core = StaticCore { vault_id, profile: env.profile(), kit_key: *kit.key_pair(vault_id).public() };
    let device = DeviceSecret::make(&mut env.random);
    let seed = TotpSeed::make(&mut env.random);
    let totp = Some(ShownTotp::of(&seed, core.profile, vault_id));
    let audit = SigningKey::make(&mut env.random);
    let shown_kit = Some(ShownKit::of(&kit, &core.kit_key, &audit, &mut env.random));
    let inputs = Inputs { core, params, passphrase, device, device_is_new: true, seed };
    let (new, codes) = NewSecrets::make(inputs, &mut env)?;
    let shown = Shown { totp, kit: shown_kit, codes: Shown::codes(&codes) };
    let pending = Some(Pending { new, target: Target::NewVault(dir.into(), audit) });
    Ok(Ceremony { kind: CeremonyKind::Init, env, pending, shown, proven: Proven::default() })
}

pub(super) fn change(
    vault: &mut OpenVault,
    change: &Change,
    passphrase: &Passphrase,
    code: &TotpCode,
) -> Result<Ceremony, UnlockError> {
    if let Change::Passphrase(new) = change {
        require_strong(new)?;
    }
    step_up(vault, passphrase, code)?;
    let mut env = vault.env.clone();
    let inside = &vault.inside;
    let mut static_core = inside.header.core;
    let (kind, passphrase, new_seed, new_kit) = match change {
        Change::Passphrase(new) => (CeremonyKind::PassphraseChange, new, false, false),
        Change::Totp => (CeremonyKind::TotpReplace, passphrase, true, false),
        Change::Codes => (CeremonyKind::CodesRenew, passphrase, false, false),
        Change::Kit => (CeremonyKind::KitRenew, passphrase, false, true),
    };
    let kit = new_kit.then(|| RecoveryKit::make(&mut env.random));
    if let Some(kit) = &kit {
        static_core.kit_key = *kit.key_pair(static_core.vault_id).public();
    }
    let seed = if new_seed { TotpSeed::make(&mut env.random) } else { copy_seed(&inside.keys.seed) };
    let totp = new_seed.then(|| ShownTotp::of(&seed, static_core.profile, static_core.vault_id));
    let shown_kit =
        kit.map(|kit| ShownKit::of(&kit, &static_core.kit_key, &inside.keys.audit_signing, &mut env.random));
    let params = inside.header.primary.kdf();
    let device = copy_device(&inside.device);
    let inputs = Inputs { core: static_core, params, passphrase, device, device_is_new: false, seed };
    let (new, codes) = NewSecrets::make(inputs, &mut env)?;
    let renewal = Renewal {
        folder: vault.folder.clone(),
        store: vault.store.again()?,
        root: copy_root(&inside.root),
        begun_from: inside.header.primary.clone(),
        kit: None,
    };
    let shown = Shown { totp, kit: shown_kit, codes: Shown::codes(&codes) };
    let pending = Some(Pending { new, target: Target::Renewal(Box::new(renewal)) });
    Ok(Ceremony { kind, env, pending, shown, proven: Proven::default() })
}

pub(super) fn recover_by_code(
    vault: &LockedVault,
    passphrase: &Passphrase,
    code: &RecoveryCode,
) -> Result<Ceremony, UnlockError> {
    let (_, stored) = vault.read_head()?;
    let device = read_device(&*vault.env.keychain, stored.header())?.ok_or(KeychainError::ItemGone)?;
    let checked = stored.check_device(&device)?;
    let header = checked.into_header();
    let opened = header
        .codes
        .open(&header.core, passphrase, code, &device, &vault.env.kdf)
        .map_err(UnlockError::of_recovery)?;
    recovered(vault, CeremonyKind::RecoverByCode, &header, opened.root, passphrase, (device, false), None)
}

pub(super) fn recover_by_kit(
    vault: &LockedVault,
    kit: &RecoveryKit,
    passphrase: &Passphrase,
) -> Result<Ceremony, UnlockError> {
    require_strong(passphrase)?;
    let (_, stored) = vault.read_head()?;
    let header = stored.header().clone();
    let pair = kit.key_pair(header.core.vault_id);
    let root = header.kit.open(&header.core, &pair).map_err(UnlockError::of_recovery)?;
    let device = DeviceSecret::make(&mut vault.env.random.clone());
    recovered(vault, CeremonyKind::RecoverByKit, &header, root, passphrase, (device, true), Some(pair))
}

/// Both recoveries: everything inside is checked with the root that was opened, then a new seed is made.
fn recovered(
    vault: &LockedVault,
    kind: CeremonyKind,
    header: &Header,
    root: RootKey,
    passphrase: &Passphrase,
    (device, device_is_new): (DeviceSecret, bool),
    kit: Option<KitKeyPair>,
) -> Result<Ceremony, UnlockError> {
    let mut env = vault.env.clone();
    let store = vault.store.again()?;
    let (head, stored) = vault.read_head()?;
    let unused = DeviceSecret::make(&mut env.random);
    drop(Inside::load(&store, Head::clone(&head), &stored, copy_root(&root), unused)?);
    let seed = TotpSeed::make(&mut env.random);
    let totp = Some(ShownTotp::of(&seed, header.core.profile, header.core.vault_id));
    let params = header.primary.kdf();
    let inputs = Inputs { core: header.core, params, passphrase, device, device_is_new, seed };
    let (new, codes) = NewSecrets::make(inputs, &mut env)?;
    let shown = Shown { totp, kit: None, codes: Shown::codes(&codes) };
    let begun_from = header.primary.clone();
    let renewal = Renewal { folder: vault.folder.clone(), store, root, begun_from, kit };
    Ok(Ceremony {
        kind,
        env,
        pending: Some(Pending { new, target: Target::Renewal(Box::new(renewal)) }),
        shown,
        proven: Proven::default(),
    })
}

fn require_strong(passphrase: &Passphrase) -> Result<(), UnlockError> {
    passphrase.require_strong().map_err(UnlockError::WeakPassphrase)
}

/// Measures the key derivation on this machine.
fn calibrate(env: &Environment) -> KdfParams {
    let measure = |params| {
        let started = Instant::now();
        match env.kdf.stretch(params, &[0; 32], &SecretBytes::from_slice(b"calibration")) {
            Ok(_) => started.elapsed(),
            // No memory for it: as if it took for ever.
            Err(_) => Duration::MAX,
        }
    };
    KdfParams::calibrate(measure, memory_bytes())
}

/// How much memory the machine has.
fn memory_bytes() -> u64 {
    #[cfg(target_os = "linux")]
    {
        let info = rustix::system::sysinfo();
        info.totalram.saturating_mul(info.mem_unit.into())
    }
    #[cfg(not(target_os = "linux"))]
    {
        // Enough for the default.
        1 << 30
    }
}

fn copy_seed(seed: &TotpSeed) -> TotpSeed {
    // Copied into another wiping container.
    let mut bytes = *seed.expose();
    TotpSeed::from_bytes(&mut bytes)
}

pub(super) fn copy_device(device: &DeviceSecret) -> DeviceSecret {
    // Copied into another wiping container.
    let mut bytes = *device.expose();
    DeviceSecret::from_bytes(&mut bytes)
}
