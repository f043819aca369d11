//! What somebody with the file, the keychain or both can change, and that it is refused.

use signet_core::{KeyId, VaultId};
use signet_crypto::{
    Anchor, DeviceSecret, EpochSecret, HeaderError, HeaderKey, ItemKind, KeyRole, OffsetTable, OpenError,
    Passphrase, RecordPlace, RecoverError, RecoveryKit, SealKey, Secret, SecretBytes, Step, StoredHeader,
    TableLength, TotpSeed, UnattendedSecret, UnlockError, Width, escrow_open, escrow_seal, item_decode,
    item_encode, open, seal, unwrap, wrap,
};

use crate::oracle;
use crate::world::{CountedRng, QuickStretch, World};

const START: Step = Step::new(58_000_000);

fn world() -> World {
    World::make(7, START, TableLength::new(2880).unwrap(), &QuickStretch)
}

/// Every copy of the bytes with one bit changed.
fn flips(bytes: &[u8]) -> impl Iterator<Item = (usize, Vec<u8>)> {
    (0..bytes.len() * 8).map(move |bit| {
        let mut changed = bytes.to_vec();
        changed[bit / 8] ^= 0x80 >> (bit % 8);
        (bit, changed)
    })
}

fn place(version: u64) -> RecordPlace {
    let vault_id = VaultId::from_bytes([1; 16]);
    RecordPlace { label: "/record", vault_id, table: 2, row_id: [3; 16], column: 4, version }
}

#[test]
fn a_seal_refuses_every_flip_cut_and_other_place() {
    let mut rng = CountedRng::new(1);
    let key = SealKey::make(&mut rng);
    let blob = seal(&key, &place(1).aad(), b"hello", &mut rng);
    assert_eq!(blob.len(), 5 + 74);
    assert_eq!(open(&key, &place(1).aad(), &blob).unwrap().expose(), b"hello");
    for (bit, changed) in flips(&blob) {
        let expected = if bit < 16 { OpenError::Unknown } else { OpenError::Refused };
        assert_eq!(open(&key, &place(1).aad(), &changed).err(), Some(expected), "bit {bit}");
    }
    for len in 0..blob.len() {
        assert!(open(&key, &place(1).aad(), &blob[..len]).is_err(), "length {len}");
    }
    assert!(open(&key, &place(1).aad(), &[blob.as_slice(), b"x"].concat()).is_err());
    assert!(open(&SealKey::make(&mut rng), &place(1).aad(), &blob).is_err());
    let home = place(1);
    for elsewhere in [
        RecordPlace { label: "/other", ..home },
        RecordPlace { vault_id: VaultId::from_bytes([2; 16]), ..home },
        RecordPlace { table: 3, ..home },
        RecordPlace { row_id: [4; 16], ..home },
        RecordPlace { column: 5, ..home },
        RecordPlace { version: 2, ..home },
    ] {
        assert_eq!(open(&key, &elsewhere.aad(), &blob).err(), Some(OpenError::Refused), "{elsewhere:?}");
    }
}

#[test]
fn two_seals_of_the_same_value_differ() {
    let mut rng = signet_crypto::system_rng();
    let key = SealKey::make(&mut rng);
    assert_ne!(seal(&key, b"", b"same", &mut rng), seal(&key, b"", b"same", &mut rng));
}

#[test]
fn a_header_refuses_every_flip_cut_and_tail() {
    let world = world();
    assert!(world.stored().check_device(&world.device).unwrap().check_vault(&world.header_key).is_ok());
    for (bit, changed) in flips(&world.header) {
        let Ok(stored) = StoredHeader::decode(&changed) else { continue };
        assert!(stored.check_vault(&world.header_key).is_err(), "bit {bit}");
        // mac_dev does not cover mac_vmk, the last 32 bytes: they are checked after opening.
        if bit / 8 < world.header.len() - 32 {
            assert!(stored.check_device(&world.device).is_err(), "bit {bit}");
        }
    }
    for len in 0..world.header.len() {
        assert!(StoredHeader::decode(&world.header[..len]).is_err(), "length {len}");
    }
    assert_eq!(
        StoredHeader::decode(&[world.header.as_slice(), &[0]].concat()).err(),
        Some(HeaderError::Damaged)
    );
    assert!(world.stored().check_device(&DeviceSecret::from_bytes(&mut [0; 32])).is_err());
    assert!(world.stored().check_vault(&HeaderKey::from_bytes(&mut [0; 32])).is_err());
}

/// Offsets of fields, as docs/FORMATS.md gives them.
mod at {
    pub(super) const FORMAT: usize = 8;
    pub(super) const MIN_READER: usize = 10;
    pub(super) const SUITE: usize = 12;
    pub(super) const PROFILE: usize = 30;
    pub(super) const TOTP: usize = 89;
    pub(super) const TABLE_LENGTH: usize = 100;
    pub(super) const SLOT_COUNT: usize = 136;
    pub(super) const PRIMARY: usize = 137;
    pub(super) const PRIMARY_KDF: usize = PRIMARY + 3 + 8;
    pub(super) const CODES: usize = PRIMARY + 3 + 159;
}

fn with(bytes: &[u8], at: usize, new: &[u8]) -> Vec<u8> {
    let mut changed = bytes.to_vec();
    changed[at..at + new.len()].copy_from_slice(new);
    changed
}

#[test]
fn downgrades_and_the_unknown_are_refused_before_any_work() {
    use HeaderError::{Damaged, Foreign, Newer, Parameters};
    let header = world().header;
    let mib = |m: u32| (m * 1024).to_be_bytes();
    let cases: [(&str, usize, Vec<u8>, HeaderError); 26] = [
        ("magic", 0, b"SIGVAULU".to_vec(), Foreign),
        ("format 0", at::FORMAT, vec![0, 0], Damaged),
        ("format 2", at::FORMAT, vec![0, 2], Newer),
        ("reader 0", at::MIN_READER, vec![0, 0], Damaged),
        ("reader 2", at::MIN_READER, vec![0, 2], Newer),
        ("suite 0", at::SUITE, vec![0, 0], Damaged),
        ("suite 2", at::SUITE, vec![0, 2], Newer),
        ("profile 0", at::PROFILE, vec![0], Damaged),
        ("profile 3", at::PROFILE, vec![3], Damaged),
        ("other hash", at::TOTP, vec![2], Newer),
        ("eight digits", at::TOTP + 1, vec![8], Newer),
        ("sixty seconds", at::TOTP + 2, vec![60], Newer),
        ("empty table", at::TABLE_LENGTH, vec![0; 4], Damaged),
        ("longer table", at::TABLE_LENGTH, 1_152_001_u32.to_be_bytes().to_vec(), Damaged),
        ("two slots", at::SLOT_COUNT, vec![2], Newer),
        ("five slots", at::SLOT_COUNT, vec![5], Newer),
        ("other slot", at::PRIMARY, vec![4], Newer),
        ("slot length", at::PRIMARY + 1, vec![0, 158], Damaged),
        ("argon2d", at::PRIMARY_KDF, vec![2], Parameters),
        ("19 MiB", at::PRIMARY_KDF + 1, mib(19).to_vec(), Parameters),
        ("4 GiB", at::PRIMARY_KDF + 1, mib(4095).to_vec(), Parameters),
        ("2 passes", at::PRIMARY_KDF + 5, vec![0, 0, 0, 2], Parameters),
        ("17 passes", at::PRIMARY_KDF + 5, vec![0, 0, 0, 17], Parameters),
        ("0 lanes", at::PRIMARY_KDF + 9, vec![0, 0, 0, 0], Parameters),
        ("codes: 1 MiB", at::CODES + 3 + 1, mib(1).to_vec(), Parameters),
        ("nine codes", at::CODES + 3 + 45, vec![9], Damaged),
    ];
    for (what, at, new, expected) in cases {
        assert_eq!(StoredHeader::decode(&with(&header, at, &new)).err(), Some(expected), "{what}");
    }
}

/// The attacker has the keychain too, so `mac_dev` is no obstacle: the slots must hold by themselves.
#[test]
fn a_changed_primary_slot_never_opens_even_with_valid_macs() {
    let mut world = world();
    let original = world.header.clone();
    let code = oracle::code(world.seed.expose(), START.number());
    let now = START.starts();
    for bit in (at::PRIMARY + 3) * 8..at::CODES * 8 {
        let mut changed = original.clone();
        changed[bit / 8] ^= 0x80 >> (bit % 8);
        let Ok(stored) = StoredHeader::decode(&changed) else { continue };
        world.header = stored.header().encode(&world.device, &world.header_key);
        let result = world.attempt(&world.passphrase, &code, now, Width::Near, &QuickStretch);
        assert_eq!(result.err(), Some(UnlockError::WrongSecret), "bit {bit}");
    }
    world.header = original;
    assert!(world.attempt(&world.passphrase, &code, now, Width::Near, &QuickStretch).is_ok());
}

#[test]
fn a_changed_recovery_slot_never_opens_even_with_valid_macs() {
    let world = world();
    let body = at::CODES + 3;
    let slots = body + 46;
    for bit in body * 8..(slots + 8 * 114) * 8 {
        let mut changed = world.header.clone();
        changed[bit / 8] ^= 0x80 >> (bit % 8);
        let Ok(stored) = StoredHeader::decode(&changed) else { continue };
        let header = stored.header();
        // The code of the slot that the bit is in; a bit in the shared part breaks every slot.
        let code = &world.codes[(bit / 8).saturating_sub(slots) / 114];
        let opened = header.codes.open(&header.core, &world.passphrase, code, &world.device, &QuickStretch);
        assert_eq!(opened.err(), Some(RecoverError::WrongCode), "bit {bit}");
    }
}

/// The same for vault, profile and kit key: slots are bound to the static core.
#[test]
fn a_changed_core_opens_no_slot_even_with_valid_macs() {
    let mut world = world();
    let original = world.header.clone();
    let code = oracle::code(world.seed.expose(), START.number());
    for (byte, bit) in [(14, 0), (29, 7), (at::PROFILE, 0), (at::PROFILE, 1), (31, 0), (62, 3)] {
        let mut changed = original.clone();
        changed[byte] ^= if byte == at::PROFILE { 3 } else { 1 << bit };
        let stored = StoredHeader::decode(&changed).unwrap();
        world.header = stored.header().encode(&world.device, &world.header_key);
        let header = stored.header();
        // The table is bound to the core too.
        assert!(OffsetTable::open(header, &world.device, &world.epoch, &world.table).is_err());
        let opened =
            header.codes.open(&header.core, &world.passphrase, &world.codes[0], &world.device, &QuickStretch);
        assert_eq!(opened.err(), Some(RecoverError::WrongCode), "byte {byte}");
        let kit = world.kit.key_pair(header.core.vault_id);
        assert!(header.kit.open(&header.core, &kit).is_err(), "byte {byte}");
    }
    world.header = original;
    assert!(world.attempt(&world.passphrase, &code, START.starts(), Width::Near, &QuickStretch).is_ok());
}

#[test]
fn every_recovery_code_opens_once_and_only_with_passphrase_and_device() {
    let world = world();
    let stored = world.stored();
    let (core, mut slots) = (stored.header().core, stored.header().codes.clone());
    let wrong = Passphrase::parse("another-passphrase-altogether".into());
    let other_device = DeviceSecret::from_bytes(&mut [9; 32]);
    for (used, code) in world.codes.iter().enumerate() {
        assert_eq!(slots.len(), 8 - used);
        assert!(slots.open(&core, &wrong, code, &world.device, &QuickStretch).is_err());
        assert!(slots.open(&core, &world.passphrase, code, &other_device, &QuickStretch).is_err());
        let opened = slots.open(&core, &world.passphrase, code, &world.device, &QuickStretch).unwrap();
        assert!(opened.root.same(&world.root));
        slots = slots.without(opened.slot);
        assert!(slots.open(&core, &world.passphrase, code, &world.device, &QuickStretch).is_err());
    }
    assert!(slots.is_empty());
}

#[test]
fn the_kit_opens_alone_and_another_kit_is_told_apart() {
    let world = world();
    let stored = world.stored();
    let header = stored.header();
    let kit = world.kit.key_pair(header.core.vault_id);
    assert!(header.kit.open(&header.core, &kit).unwrap().same(&world.root));
    let other = RecoveryKit::from_bytes(&mut [1; 20]).key_pair(header.core.vault_id);
    assert_eq!(header.kit.open(&header.core, &other).err(), Some(RecoverError::WrongKit));
    // Any change to the slot itself: the last 80 bytes before manifest root and MACs.
    let at = world.header.len() - 64 - 32 - 80;
    for bit in at * 8..(at + 80) * 8 {
        let mut changed = world.header.clone();
        changed[bit / 8] ^= 0x80 >> (bit % 8);
        let stored = StoredHeader::decode(&changed).unwrap();
        let opened = stored.header().kit.open(&stored.header().core, &kit);
        // X25519 ignores the top bit of `enc`, but the KEM hashes `enc` as it is.
        assert_eq!(opened.err(), Some(RecoverError::Damaged), "bit {bit}");
    }
}

#[test]
fn the_unattended_slot_opens_with_both_secrets_in_its_own_vault_alone() {
    let mut world = world();
    let without = world.header.clone();
    let secret = world.add_unattended();
    assert_eq!(world.header.len(), without.len() + 3 + 146);
    let stored = world.stored().check_device(&world.device).unwrap();
    stored.check_vault(&world.header_key).unwrap();
    let header = stored.header();
    let slot = header.unattended.clone().unwrap();
    assert!(slot.open(&header.core, &secret, &world.device).unwrap().same(&world.root));
    let code = oracle::code(world.seed.expose(), START.number());
    assert!(world.attempt(&world.passphrase, &code, START.starts(), Width::Near, &QuickStretch).is_ok());

    // Wrong secret, missing or other device secret, another vault, another profile, another kit.
    assert!(slot.open(&header.core, &UnattendedSecret::from_bytes(&mut [1; 32]), &world.device).is_err());
    for device in [[0; 32], [9; 32]] {
        assert!(slot.open(&header.core, &secret, &DeviceSecret::from_bytes(&mut { device })).is_err());
    }
    let other = World::make(8, START, TableLength::new(1).unwrap(), &QuickStretch);
    for core in [
        other.stored().header().core,
        signet_crypto::StaticCore { vault_id: VaultId::from_bytes([1; 16]), ..header.core },
        signet_crypto::StaticCore { profile: signet_core::Profile::Production, ..header.core },
        signet_crypto::StaticCore { kit_key: other.stored().header().core.kit_key, ..header.core },
    ] {
        assert!(slot.open(&core, &secret, &world.device).is_err());
    }
    // Somebody who has the keychain makes the MACs fit: the slot holds by itself.
    let at = world.header.len() - 64 - 32 - 146;
    for bit in at * 8..(at + 146) * 8 {
        let mut changed = world.header.clone();
        changed[bit / 8] ^= 0x80 >> (bit % 8);
        let stored = StoredHeader::decode(&changed).unwrap();
        let slot = stored.header().unattended.as_ref().unwrap();
        assert!(slot.open(&stored.header().core, &secret, &world.device).is_err(), "bit {bit}");
        assert!(stored.check_device(&world.device).is_err(), "bit {bit}");
    }
    // A slot of the right number and another type is newer; taking it off by hand is noticed.
    let mut typed = world.header.clone();
    typed[at - 3] = 4;
    assert_eq!(StoredHeader::decode(&typed).err(), Some(HeaderError::Newer));
    for cut in 1..=149 {
        let mut cut_out = world.header.clone();
        cut_out.drain(at - 3..at - 3 + cut);
        let Ok(stored) = StoredHeader::decode(&cut_out) else { continue };
        assert!(stored.check_device(&world.device).is_err(), "{cut}");
    }
    let mut three = world.header.clone();
    three[at::SLOT_COUNT] = 3;
    assert!(StoredHeader::decode(&three).is_err());
}

#[test]
fn the_table_refuses_flips_other_secrets_and_older_epochs() {
    let mut world = world();
    let stored = world.stored();
    let header = stored.header();
    assert!(OffsetTable::open(header, &world.device, &world.epoch, &world.table).is_ok());
    let wrong_epoch = EpochSecret::from_bytes(&mut [0; 32]);
    let wrong_device = DeviceSecret::from_bytes(&mut [0; 32]);
    assert!(OffsetTable::open(header, &world.device, &wrong_epoch, &world.table).is_err());
    assert!(OffsetTable::open(header, &wrong_device, &world.epoch, &world.table).is_err());

    let bits = world.table.len() * 8;
    let mut tried: Vec<usize> = (0..58 * 8).chain(bits - 128..bits).collect();
    tried.extend((0..10_000).map(|_| usize::try_from(world.rng.below(bits as u64)).unwrap()));
    for bit in tried {
        world.table[bit / 8] ^= 0x80 >> (bit % 8);
        assert!(OffsetTable::open(header, &world.device, &world.epoch, &world.table).is_err(), "bit {bit}");
        // With the digest made to fit, the seal itself refuses.
        let mut forged = header.clone();
        forged.table.digest = digest(&world.table);
        assert!(OffsetTable::open(&forged, &world.device, &world.epoch, &world.table).is_err(), "bit {bit}");
        world.table[bit / 8] ^= 0x80 >> (bit % 8);
    }

    for forged in [
        signet_crypto::Header { epoch: header.epoch + 1, ..header.clone() },
        signet_crypto::Header {
            table: signet_crypto::TableInfo { first: START.plus(1).unwrap(), ..header.table },
            ..header.clone()
        },
        signet_crypto::Header {
            table: signet_crypto::TableInfo { steps: TableLength::new(2879).unwrap(), ..header.table },
            ..header.clone()
        },
    ] {
        assert!(OffsetTable::open(&forged, &world.device, &world.epoch, &world.table).is_err());
    }
}

fn digest(bytes: &[u8]) -> [u8; 32] {
    use sha2::Digest;
    sha2::Sha256::digest(bytes).into()
}

#[test]
fn an_old_file_with_todays_keychain_opens_no_table() {
    let mut world = world();
    let (old_header, old_table) = (world.stored(), world.table.clone());
    let code = oracle::code(world.seed.expose(), START.number());
    let unlocked =
        world.attempt(&world.passphrase, &code, START.starts(), Width::Near, &QuickStretch).unwrap();
    world.consume(&unlocked);
    assert!(OffsetTable::open(old_header.header(), &world.device, &world.epoch, &old_table).is_err());
    assert!(OffsetTable::open(world.stored().header(), &world.device, &world.epoch, &old_table).is_err());
}

#[test]
fn wrapped_keys_open_only_in_their_own_role_row_and_version() {
    let mut rng = CountedRng::new(3);
    let root = signet_crypto::RootKey::make(&mut rng);
    let (vault, row) = (VaultId::from_bytes([5; 16]), [6; 16]);
    let seed = TotpSeed::make(&mut rng);
    let blob = wrap(&root, vault, KeyRole::TotpSeed, row, 1, seed.expose(), &mut rng);
    let opened = unwrap(&root, vault, KeyRole::TotpSeed, row, 1, &blob).unwrap();
    assert_eq!(opened.expose(), seed.expose());
    for role in (0..=255).filter_map(KeyRole::from_number).filter(|role| *role != KeyRole::TotpSeed) {
        assert!(unwrap(&root, vault, role, row, 1, &blob).is_err());
    }
    assert!(unwrap(&root, vault, KeyRole::TotpSeed, [7; 16], 1, &blob).is_err());
    assert!(unwrap(&root, vault, KeyRole::TotpSeed, row, 2, &blob).is_err());
    assert!(unwrap(&root, VaultId::from_bytes([6; 16]), KeyRole::TotpSeed, row, 1, &blob).is_err());
    for (bit, changed) in flips(&blob) {
        assert!(unwrap(&root, vault, KeyRole::TotpSeed, row, 1, &changed).is_err(), "bit {bit}");
    }
}

#[test]
fn escrow_opens_only_with_its_kit_for_its_key() {
    let mut rng = CountedRng::new(4);
    let (vault, key_id) = (VaultId::from_bytes([5; 16]), KeyId::from_bytes([6; 16]));
    let kit = RecoveryKit::make(&mut rng).key_pair(vault);
    let other = RecoveryKit::make(&mut rng).key_pair(vault);
    let der = SecretBytes::from_slice(b"not a real key, only its place");
    let blob = escrow_seal(kit.public(), vault, key_id, &der, &mut rng).unwrap();
    assert_eq!(blob.len(), der.len() + 48);
    assert!(escrow_open(&kit, vault, key_id, &blob).unwrap().same(&der));
    assert!(escrow_open(&other, vault, key_id, &blob).is_err());
    assert!(escrow_open(&kit, vault, KeyId::from_bytes([7; 16]), &blob).is_err());
    assert!(escrow_open(&kit, VaultId::from_bytes([6; 16]), key_id, &blob).is_err());
    for (bit, changed) in flips(&blob) {
        assert!(escrow_open(&kit, vault, key_id, &changed).is_err(), "bit {bit}");
    }
    for len in 0..blob.len() {
        assert!(escrow_open(&kit, vault, key_id, &blob[..len]).is_err(), "length {len}");
    }
}

#[test]
fn keychain_items_refuse_flips_and_other_names() {
    let mut rng = CountedRng::new(5);
    let vault = VaultId::from_bytes([8; 16]);
    let secret = Secret::<32>::make(&mut rng);
    let value = item_encode(ItemKind::Epoch, vault, 9, &secret);
    assert_eq!(value.len(), 66);
    assert!(item_decode(ItemKind::Epoch, vault, 9, value.expose()).unwrap().same(&secret));
    assert!(item_decode(ItemKind::Device, vault, 9, value.expose()).is_err());
    assert!(item_decode(ItemKind::LockedAudit, vault, 9, value.expose()).is_err());
    assert!(item_decode(ItemKind::Epoch, vault, 10, value.expose()).is_err());
    assert!(item_decode(ItemKind::Epoch, VaultId::from_bytes([9; 16]), 9, value.expose()).is_err());
    for (bit, changed) in flips(value.expose()) {
        assert!(item_decode(ItemKind::Epoch, vault, 9, &changed).is_err(), "bit {bit}");
    }
    let anchor = Anchor { size: 77, root: [3; 32] };
    let value = anchor.encode(vault);
    assert_eq!(Anchor::decode(vault, &value), Ok(anchor));
    assert!(Anchor::decode(VaultId::from_bytes([9; 16]), &value).is_err());
    for (bit, changed) in flips(&value) {
        assert!(Anchor::decode(vault, &changed).is_err(), "bit {bit}");
    }
    for len in 0..value.len() {
        assert!(Anchor::decode(vault, &value[..len]).is_err(), "length {len}");
    }
}
