//! Our own formats, pinned: `vectors/signet1.json` holds inputs and bytes. Whoever changes a format
//! changes that file (write it with `SIGNET_WRITE_VECTORS=1`) and docs/FORMATS.md.
//! `tests/decoder/signet_decode.py vectors` checks the same file with a second implementation.

use std::fs;
use std::path::Path;

use data_encoding::{BASE32_NOPAD, HEXLOWER};
use serde_json::{Value, json};
use signet_core::{KeyId, VaultId};
use signet_crypto::{
    Anchor, Argon2id, AuditHmacKey, ItemKind, KeyRole, OffsetTable, RecordPlace, SealKey, Secret,
    SecretBytes, SigningKey, Step, StoredHeader, TableLength, Width, escrow_open, escrow_seal, hotp,
    item_decode, item_encode, open, seal, unwrap, wrap,
};

use crate::world::{CountedRng, PASSPHRASE, World};

const START: Step = Step::new(59_000_000);

fn hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(bytes)
}

fn unhex(value: &Value) -> Vec<u8> {
    HEXLOWER.decode(value.as_str().unwrap().as_bytes()).unwrap()
}

fn path() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/signet1.json")
}

/// A vault with real Argon2id at the floor and a table of 33 steps, an odd number.
fn vault() -> Value {
    let world = World::make(2026, START, TableLength::new(33).unwrap(), &Argon2id);
    let groups: Vec<_> = world.kit.groups().iter().map(|group| group.expose().to_owned()).collect();
    let stored = world.stored();
    let used = START.plus(3).unwrap();
    json!({
        "passphrase": PASSPHRASE,
        "seed_base32": BASE32_NOPAD.encode(world.seed.expose()),
        "device_secret": hex(world.device.expose()),
        "epoch_secret": hex(world.epoch.expose()),
        "step": used.number(),
        "code": hotp(&world.seed, used).text().expose(),
        "recovery_code": world.codes[5].text().expose(),
        "kit": groups.join(" "),
        "kit_fingerprint": stored.header().core.kit_key.fingerprint(),
        "root_key": hex(world.root.expose()),
        "header_key": hex(world.header_key.expose()),
        "header": hex(&world.header),
        "table": hex(&world.table),
    })
}

/// The same kind of vault, which also opens with nobody there.
fn unattended() -> Value {
    let mut world = World::make(2027, START, TableLength::new(1).unwrap(), &crate::world::QuickStretch);
    let secret = world.add_unattended();
    json!({
        "secret": hex(secret.expose()),
        "device_secret": hex(world.device.expose()),
        "root_key": hex(world.root.expose()),
        "header_key": hex(world.header_key.expose()),
        "header": hex(&world.header),
    })
}

fn values() -> Value {
    let mut rng = CountedRng::new(99);
    let vault_id = VaultId::from_bytes(*Secret::<16>::make(&mut rng).expose());
    let key_id = KeyId::from_bytes(*Secret::<16>::make(&mut rng).expose());
    let place = RecordPlace {
        label: "/record",
        vault_id,
        table: 3,
        row_id: *key_id.as_bytes(),
        column: 1,
        version: 7,
    };
    let key = SealKey::make(&mut rng);
    let root = signet_crypto::RootKey::make(&mut rng);
    let kit = signet_crypto::RecoveryKit::make(&mut rng);
    let secret = Secret::<32>::make(&mut rng);
    let item = |kind, number| hex(item_encode(kind, vault_id, number, &secret).expose());
    let der = SecretBytes::from_slice(b"in place of a PKCS#8 key");
    let signing = SigningKey::from_seed(&secret);
    let hmac = AuditHmacKey::parse(secret.expose()).unwrap();
    json!({
        "vault_id": vault_id.to_string(),
        "key_id": key_id.to_string(),
        "secret": hex(secret.expose()),
        "plaintext": "Grüße",
        "seal": {
            "key": hex(key.expose()),
            "label": place.label, "table": place.table, "row": key_id.to_string(),
            "column": place.column, "version": place.version,
            "aad": hex(&place.aad()),
            "blob": hex(&seal(&key, &place.aad(), "Grüße".as_bytes(), &mut rng)),
        },
        "wrap": {
            "root_key": hex(root.expose()), "role": KeyRole::ServiceKey.number(), "version": 2,
            "blob": hex(&wrap(&root, vault_id, KeyRole::ServiceKey, *key_id.as_bytes(), 2, secret.expose(), &mut rng)),
        },
        "escrow": {
            "kit": hex(kit.expose()),
            "public": hex(kit.key_pair(vault_id).public().as_bytes()),
            "plaintext": "in place of a PKCS#8 key",
            "blob": hex(&escrow_seal(kit.key_pair(vault_id).public(), vault_id, key_id, &der, &mut rng).unwrap()),
        },
        "items": {
            "device": { "generation": 4, "value": item(ItemKind::Device, 4) },
            "epoch": { "generation": 5, "value": item(ItemKind::Epoch, 5) },
            "locked_audit": { "generation": 6, "value": item(ItemKind::LockedAudit, 6) },
            "anchor": { "size": 70_000, "root": hex(&[0xab; 32]),
                        "value": hex(&Anchor { size: 70_000, root: [0xab; 32] }.encode(vault_id)) },
        },
        "signature": { "public": hex(&signing.public().to_bytes()), "message": "checkpoint",
                       "signature": hex(&signing.sign(b"checkpoint")) },
        "audit_hmac": { "message": "mia@example.org", "tag": hex(&hmac.tag(b"mia@example.org")) },
    })
}

#[test]
fn what_is_written_today_is_what_was_published() {
    let found = json!({ "vault": vault(), "unattended": unattended(), "values": values() });
    if std::env::var_os("SIGNET_WRITE_VECTORS").is_some() {
        fs::write(path(), serde_json::to_string_pretty(&found).unwrap() + "\n").unwrap();
    }
    let published: Value = serde_json::from_str(&fs::read_to_string(path()).unwrap()).unwrap();
    assert_eq!(found, published);
}

#[test]
fn what_was_published_still_opens() {
    let published: Value = serde_json::from_str(&fs::read_to_string(path()).unwrap()).unwrap();
    let (vault, values) = (&published["vault"], &published["values"]);

    // The vault: by passphrase and code, by recovery code, by kit.
    let mut world = World::make(1, START, TableLength::new(1).unwrap(), &crate::world::QuickStretch);
    world.header = unhex(&vault["header"]);
    world.table = unhex(&vault["table"]);
    world.device = signet_crypto::DeviceSecret::parse(&unhex(&vault["device_secret"])).unwrap();
    world.epoch = signet_crypto::EpochSecret::parse(&unhex(&vault["epoch_secret"])).unwrap();
    let step = Step::new(vault["step"].as_u64().unwrap());
    let code = vault["code"].as_str().unwrap();
    let unlocked = world.attempt(&world.passphrase, code, step.starts(), Width::Near, &Argon2id).unwrap();
    let root = unhex(&vault["root_key"]);
    assert_eq!(unlocked.root.expose().as_slice(), root);
    let stored = StoredHeader::decode(&world.header).unwrap();
    let header = stored.header();
    let recovery = signet_crypto::RecoveryCode::parse(vault["recovery_code"].as_str().unwrap()).unwrap();
    let by_code =
        header.codes.open(&header.core, &world.passphrase, &recovery, &world.device, &Argon2id).unwrap();
    assert_eq!(by_code.root.expose().as_slice(), root);
    let kit = signet_crypto::RecoveryKit::parse_text(vault["kit"].as_str().unwrap()).unwrap();
    let by_kit = header.kit.open(&header.core, &kit.key_pair(header.core.vault_id)).unwrap();
    assert_eq!(by_kit.expose().as_slice(), root);
    let header_key = signet_crypto::HeaderKey::parse(&unhex(&vault["header_key"])).unwrap();
    stored.check_vault(&header_key).unwrap();
    assert!(OffsetTable::open(header, &world.device, &world.epoch, &world.table).is_ok());

    // With nobody there.
    let machine = &published["unattended"];
    let stored = StoredHeader::decode(&unhex(&machine["header"])).unwrap();
    let device = signet_crypto::DeviceSecret::parse(&unhex(&machine["device_secret"])).unwrap();
    let secret = signet_crypto::UnattendedSecret::parse(&unhex(&machine["secret"])).unwrap();
    let slot = stored.header().unattended.as_ref().unwrap();
    let root = slot.open(&stored.header().core, &secret, &device).unwrap();
    assert_eq!(root.expose().as_slice(), unhex(&machine["root_key"]));
    stored.check_device(&device).unwrap();

    // The single values.
    let vault_id = VaultId::parse(values["vault_id"].as_str().unwrap()).unwrap();
    let key_id = KeyId::parse(values["key_id"].as_str().unwrap()).unwrap();
    let key = SealKey::parse(&unhex(&values["seal"]["key"])).unwrap();
    let plain = open(&key, &unhex(&values["seal"]["aad"]), &unhex(&values["seal"]["blob"])).unwrap();
    assert_eq!(plain.expose(), "Grüße".as_bytes());
    let root = signet_crypto::RootKey::parse(&unhex(&values["wrap"]["root_key"])).unwrap();
    let blob = unhex(&values["wrap"]["blob"]);
    let wrapped = unwrap(&root, vault_id, KeyRole::ServiceKey, *key_id.as_bytes(), 2, &blob).unwrap();
    assert_eq!(wrapped.expose(), unhex(&values["secret"]));
    let kit = signet_crypto::RecoveryKit::parse(&unhex(&values["escrow"]["kit"])).unwrap();
    let escrow = escrow_open(&kit.key_pair(vault_id), vault_id, key_id, &unhex(&values["escrow"]["blob"]));
    assert_eq!(escrow.unwrap().expose(), b"in place of a PKCS#8 key");
    let device = unhex(&values["items"]["device"]["value"]);
    let device = item_decode(ItemKind::Device, vault_id, 4, &device).unwrap();
    assert_eq!(device.expose().as_slice(), unhex(&values["secret"]));
}
