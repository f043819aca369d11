//! A host with a past: members and log entries by the thousand, made with the product's own formats and keys.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use signet_audit::{Actor, CheckpointKey, Draft, Log, Note, Origin, Side, Signer, Verdict};
use signet_core::{
    Action, Clock, Conditions, EmailAddress, Grant, HeaderText, KeyId, MemberId, RequestId, Role, UnixMillis,
};
use signet_crypto::{Passphrase, SigningKey, TotpCode, VerifyingKey, Width, sha256, system_rng};
use signet_team::{Body, HostHash, Name, NewDevice, SignedRecord, Team};
use signet_vault::{Environment, LockedVault, OpenVault, OsKeychain, Random, Table, TotpOffset};

/// Records in one change of the vault, entries in one commit of the log.
const BATCH: u64 = 5000;

struct SystemTime;

impl Clock for SystemTime {
    fn now(&self) -> UnixMillis {
        let since = std::time::UNIX_EPOCH.elapsed().unwrap();
        UnixMillis(u64::try_from(since.as_millis()).unwrap())
    }
}

struct Offset(PathBuf);

impl TotpOffset for Offset {
    fn steps(&self) -> i64 {
        std::fs::read_to_string(&self.0).unwrap_or_default().trim().parse().unwrap_or(0)
    }
}

/// `FOLDER OFFSET PASSPHRASE CODE KEY MEMBERS ROWS`.
pub(crate) fn fill(words: &[String]) {
    let [folder, offset, passphrase, code, key, members, rows] = words else { panic!("seven words") };
    let keychain = Arc::new(OsKeychain::new(Duration::from_secs(10)));
    let random = Random::new(system_rng());
    let offset = Arc::new(Offset(offset.into()));
    let environment = Environment::sandbox(Arc::new(SystemTime), offset, keychain, random);
    let folder = Path::new(folder);
    let mut locked = LockedVault::open(folder, environment).unwrap();
    let passphrase = Passphrase::parse(passphrase.clone());
    let code = TotpCode::parse(code).unwrap();
    let mut vault = locked.unlock(passphrase, code, Width::Near).map_err(|error| error.to_string()).unwrap();
    add_members(&mut vault, KeyId::parse(key).unwrap(), members.parse().unwrap());
    add_entries(&vault, &folder.join("audit.db"), rows.parse().unwrap());
}

/// Each with a device and a grant, as an invite makes them.
fn add_members(vault: &mut OpenVault, key: KeyId, count: u64) {
    let mut rng = system_rng();
    let mut team = team_of(vault);
    let mut records = Vec::new();
    for n in 0..count {
        let member = MemberId::from_bytes(sha256(&[b"member", &n.to_be_bytes()])[..16].try_into().unwrap());
        let name = |text: &str| Name::parse(text).unwrap();
        let device = NewDevice { key: SigningKey::make(&mut rng).public(), name: name("laptop") };
        let address = Some(EmailAddress::parse(&format!("member{n}@example.org")).unwrap());
        let added = Body::MemberAdded {
            member,
            name: name(&format!("Member {n}")),
            address,
            role: Role::Sender,
            device,
            not_after: None,
        };
        let senders = vec![EmailAddress::parse("qa@sandbox.example").unwrap()];
        let conditions = Conditions { senders, per_day: Some(20), ..Conditions::default() };
        for body in [added, Body::GrantPut { grant: grant(&team, member, key, conditions) }] {
            let signed = team.next(body, SystemTime.now(), vault.owner_key()).unwrap();
            team.apply(&signed).unwrap();
            let row = u128::from(signed.record().epoch).to_be_bytes();
            records.push((Table::TeamRecord, row, signed.encode()));
        }
        if records.len() as u64 >= BATCH || n + 1 == count {
            vault.put_all(records.drain(..)).unwrap();
        }
    }
}

fn grant(team: &Team, member: MemberId, key: KeyId, conditions: Conditions) -> Grant {
    Grant { id: team.next_grant(), member, key, conditions, note: HeaderText::default() }
}

/// The chain as the vault has it.
fn team_of(vault: &OpenVault) -> Team {
    let fetch = |table, row| vault.fetch(table, row).unwrap().unwrap();
    let of_host = |name: &[u8; 16]| fetch(Table::Host, *name);
    let owner = of_host(b"owner\0\0\0\0\0\0\0\0\0\0\0");
    let seed = of_host(b"identity\0\0\0\0\0\0\0\0");
    let owner = VerifyingKey::parse(owner.expose().try_into().unwrap()).unwrap();
    let identity = SigningKey::from_seed(&signet_crypto::Secret::parse(seed.expose()).unwrap());
    let rows = vault.rows(Table::TeamRecord).into_iter();
    let mut records: Vec<SignedRecord> =
        rows.map(|row| SignedRecord::decode(fetch(Table::TeamRecord, row).expose()).unwrap()).collect();
    records.sort_by_key(|record| record.record().epoch);
    Team::replay(owner, HostHash::of(&identity.public()), &records).unwrap()
}

/// Sends of many members over two days: intents and outcomes in turn, every one with the host's notes beside
/// it for the last tenth.
fn add_entries(vault: &OpenVault, path: &Path, count: u64) {
    let key: Arc<dyn CheckpointKey> = Arc::new(SigningKey::from_seed(&vault.audit_signing_key().seed()));
    let signer = Signer::Unlocked(key);
    let mut log = Log::open(path, &Origin::vault(vault.info().vault_id)).unwrap();
    let now = SystemTime.now().0;
    let to = [EmailAddress::parse("ada@example.org").unwrap()];
    let mut at = 0;
    while at < count {
        let until = (at + BATCH).min(count);
        let drafts: Vec<Draft> =
            (at..until).map(|n| entry(n, UnixMillis(now - (count - n) * 20), &to)).collect();
        let noted = (at..until).filter(|n| n % 2 == 0 && *n >= count - count / 10);
        let sides: Vec<Side> =
            noted.flat_map(|n| remembered(n, UnixMillis(now - (count - n) * 20))).collect();
        log.append_with(&drafts, &sides, &signer).unwrap();
        at = until;
    }
}

fn entry(n: u64, time: UnixMillis, to: &[EmailAddress]) -> Draft {
    let verdict = if n.is_multiple_of(2) { Verdict::Intent } else { Verdict::Done };
    let actor = Actor::key_hash(sha256(&[b"device", &(n / 2 % 1000).to_be_bytes()]));
    let mut draft = Draft::new(time, actor, Some(Role::Sender), Action::Send, verdict)
        .target("4f0c2f6c1d7e4b0f9a3e5d6c7b8a9f01")
        .request(request(n));
    draft.message_id = Some(format!("<{n:032x}@signet.invalid>"));
    if verdict == Verdict::Intent {
        draft = draft.recipients(to, |text| sha256(&[text]));
        draft.bytes = Some(1234);
    }
    draft
}

fn remembered(n: u64, now: UnixMillis) -> [Side; 2] {
    let member = sha256(&[b"member", &(n / 2 % 1000).to_be_bytes()])[..16].try_into().unwrap();
    let grant = 1_000_000 + n / 2 % 1000;
    let (per_minute, per_day) = (None, None);
    [
        Side::Reserve { grant, request: request(n), now, per_minute, per_day },
        Side::Note(Note { request: request(n), member, time: now, open: false, body: vec![7; 700] }),
    ]
}

fn request(n: u64) -> RequestId {
    RequestId::from_bytes(sha256(&[b"request", &(n / 2).to_be_bytes()])[..16].try_into().unwrap())
}
