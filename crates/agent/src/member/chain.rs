//! The team's signed records, checked on this device too: a host cannot invent a member or a grant, nor
//! take one back in silence.

use data_encoding::HEXLOWER;
use signet_api::remote::{RecordsRequest, SessionView, TeamRecords};
use signet_audit::RecordsHead;
use signet_core::{Code, Failure};
use signet_crypto::VerifyingKey;
use signet_team::{HostHash, SignedRecord, Team};

use super::connection::Connection;
use super::membership::Membership;
use super::store::Chain;

impl Membership {
    /// Checks the records of a session's host, if there are new ones.
    pub(crate) async fn check_chain(
        &self,
        connection: &Connection,
        session: &SessionView,
    ) -> Result<(), Failure> {
        let known = self.record().chain;
        if known.as_ref().is_some_and(|known| known.epoch == session.epoch && known.owner == session.owner) {
            return Ok(());
        }
        let owner = session.owner.clone();
        self.read_chain(connection, (known, None), owner).await.map(drop)
    }

    /// What a checkpoint says of the records, beside what this device has checked of them. `asked`: what was
    /// known when it was asked for, if it was; an answer that was under way may be older than the records.
    /// Reads new ones, which have to be those that it names.
    pub(super) async fn compare_records(
        &self,
        size: u64,
        named: Option<&RecordsHead>,
        asked: Option<&Chain>,
    ) -> Result<(), Failure> {
        let Some(known) = self.record().chain else { return Ok(()) };
        match compare(&known, size, named, asked).map_err(|wrong| self.alarm(wrong))? {
            Compared::Same => Ok(()),
            Compared::Unnamed => self.change(|record| {
                if let Some(chain) = record.chain.as_mut().filter(|chain| chain.epoch == known.epoch) {
                    chain.unnamed_at = Some(size);
                }
            }),
            Compared::New(named) => {
                let connection = self.session().await?;
                let owner = known.owner.clone();
                self.read_chain(&connection, (Some(known), Some(named)), owner).await.map(drop)
            }
        }
    }

    /// The team as its signed records say, checked on this device.
    pub(crate) async fn team(&self) -> Result<Team, Failure> {
        let connection = self.session().await?;
        // There is one: a session begins with its check.
        let known = self.record().chain.ok_or_else(|| Failure::new(Code::Internal))?;
        let owner = known.owner.clone();
        self.read_chain(&connection, (Some(known), None), owner).await
    }

    async fn read_chain(
        &self,
        connection: &Connection,
        (known, named): (Option<Chain>, Option<RecordsHead>),
        owner: String,
    ) -> Result<Team, Failure> {
        let records = records_of(connection).await?;
        let host = self.host();
        let checking = tokio::task::spawn_blocking(move || {
            check((known.as_ref(), named.as_ref()), &owner, host, &records)
        });
        match checking.await.map_err(|_| Failure::new(Code::Internal))? {
            Ok((chain, team)) => {
                self.change(|record| record.chain = Some(chain))?;
                Ok(team)
            }
            Err(alarm) => {
                tracing::error!(alarm, "the host's records are not to be trusted");
                self.change(|record| record.alarm = Some(alarm.into()))?;
                Err(Failure::new(Code::HostForked).fact("alarm", alarm))
            }
        }
    }
}

async fn records_of(connection: &Connection) -> Result<Vec<String>, Failure> {
    let mut records = Vec::new();
    loop {
        let from = u64::try_from(records.len()).unwrap_or(u64::MAX).saturating_add(1);
        let page = connection.call::<TeamRecords>(&RecordsRequest { from }).await?;
        let got = page.records.len();
        records.extend(page.records);
        if !page.more || got == 0 {
            return Ok(records);
        }
    }
}

/// How the records that a checkpoint names stand to those that were checked here.
#[derive(Debug, PartialEq, Eq)]
enum Compared {
    Same,
    /// It does not name the newest ones yet.
    Unnamed,
    /// It names newer ones.
    New(RecordsHead),
}

fn compare(
    known: &Chain,
    size: u64,
    named: Option<&RecordsHead>,
    asked: Option<&Chain>,
) -> Result<Compared, &'static str> {
    let epoch = named.map_or(0, |named| named.epoch);
    match named {
        Some(named) if epoch > known.epoch => return Ok(Compared::New(*named)),
        Some(named) if epoch == known.epoch => {
            let same = known.head == HEXLOWER.encode(&named.head);
            let other = "the log names other records than this device was shown";
            return if same { Ok(Compared::Same) } else { Err(other) };
        }
        _ => {}
    }
    // Older ones are named. An answer from before the newest were there may do that; a log that has gone on
    // without them may not.
    let current = asked.filter(|asked| epoch < asked.epoch && asked.epoch == known.epoch);
    match current.map(|asked| asked.unnamed_at) {
        Some(Some(before)) if size > before => Err("the log goes on without naming the newest records"),
        Some(None) => Ok(Compared::Unnamed),
        _ => Ok(Compared::Same),
    }
}

/// Whether the records are a chain of that owner's which continues what was known and has what was named; its
/// newest state.
fn check(
    (known, named): (Option<&Chain>, Option<&RecordsHead>),
    owner_hex: &str,
    host: HostHash,
    records: &[String],
) -> Result<(Chain, Team), &'static str> {
    if known.is_some_and(|known| known.owner != owner_hex) {
        return Err("the team's records are signed by another owner than before");
    }
    let owner = HEXLOWER.decode(owner_hex.as_bytes()).ok().and_then(|bytes| bytes.try_into().ok());
    let owner = owner.and_then(|bytes: [u8; 32]| VerifyingKey::parse(&bytes).ok());
    let mut team = Team::new(owner.ok_or("the owner's key cannot be read")?, host);
    let mut continued = known.is_none_or(|known| known.epoch == 0);
    let mut found = named.is_none();
    for record in records {
        let bytes = HEXLOWER.decode(record.as_bytes()).map_err(|_| "a record cannot be read")?;
        let record = SignedRecord::decode(&bytes).map_err(|_| "a record cannot be read")?;
        team.apply(&record).map_err(|_| "a record was not signed by somebody who may")?;
        if let Some(known) = known.filter(|known| known.epoch == team.epoch()) {
            if known.head != HEXLOWER.encode(team.head()) {
                return Err("the team's records were changed after this device saw them");
            }
            continued = true;
        }
        if let Some(named) = named.filter(|named| named.epoch == team.epoch()) {
            if named.head != *team.head() {
                return Err("the log names other records than this device was shown");
            }
            found = true;
        }
    }
    if !continued {
        return Err("the team has fewer records than this device has seen");
    }
    if !found {
        return Err("the log names records that the host does not show");
    }
    let chain = Chain {
        owner: owner_hex.to_owned(),
        epoch: team.epoch(),
        head: HEXLOWER.encode(team.head()),
        unnamed_at: known.filter(|known| known.epoch == team.epoch()).and_then(|known| known.unnamed_at),
    };
    Ok((chain, team))
}

#[cfg(test)]
mod tests {
    use super::*;
    use signet_core::UnixMillis;
    use signet_crypto::{SigningKey, system_rng};
    use signet_team::Body;

    fn chain(owner: &SigningKey, host: HostHash, networks: &[&str]) -> Vec<String> {
        let mut team = Team::new(owner.public(), host);
        networks
            .iter()
            .map(|network| {
                let networks = vec![signet_core::Cidr::parse(network).unwrap()];
                let record = team.next(Body::NetworksSet { networks }, UnixMillis(1), owner).unwrap();
                team.apply(&record).unwrap();
                HEXLOWER.encode(&record.encode())
            })
            .collect()
    }

    #[test]
    fn a_chain_goes_on_and_nothing_else_is_taken() {
        let (owner, other) = (SigningKey::make(&mut system_rng()), SigningKey::make(&mut system_rng()));
        let host = HostHash::from_bytes([7; 32]);
        let hex = HEXLOWER.encode(&owner.public().to_bytes());
        let records = chain(&owner, host, &["10.0.0.0/8", "10.1.0.0/16", "10.2.0.0/16"]);
        let two = check((None, None), &hex, host, &records[..2]).unwrap().0;
        assert_eq!(two.epoch, 2);
        assert_eq!(check((Some(&two), None), &hex, host, &records).unwrap().0.epoch, 3);
        assert!(check((Some(&two), None), &hex, host, &records[..1]).unwrap_err().contains("fewer"));
        let forked = chain(&owner, host, &["10.0.0.0/8", "10.9.0.0/16", "10.2.0.0/16"]);
        assert!(check((Some(&two), None), &hex, host, &forked).unwrap_err().contains("changed"));
        assert!(check((None, None), &hex, host, &records[1..]).is_err());
        let hers = HEXLOWER.encode(&other.public().to_bytes());
        assert!(check((None, None), &hers, host, &records).unwrap_err().contains("signed"));
        assert!(
            check((Some(&two), None), &hers, host, &chain(&other, host, &["10.0.0.0/8"]))
                .unwrap_err()
                .contains("owner")
        );
    }

    #[test]
    fn what_the_log_names_has_to_be_shown() {
        let owner = SigningKey::make(&mut system_rng());
        let host = HostHash::from_bytes([7; 32]);
        let hex = HEXLOWER.encode(&owner.public().to_bytes());
        let records = chain(&owner, host, &["10.0.0.0/8", "10.1.0.0/16"]);
        let head = |count: usize| {
            let (_, team) = check((None, None), &hex, host, &records[..count]).unwrap();
            RecordsHead { epoch: team.epoch(), head: *team.head() }
        };
        let named = |named: &RecordsHead, records: &[String]| {
            check((None, Some(named)), &hex, host, records).map(|(chain, _)| chain.epoch)
        };
        assert_eq!(named(&head(2), &records), Ok(2));
        assert_eq!(named(&head(1), &records), Ok(2));
        assert!(named(&head(2), &records[..1]).unwrap_err().contains("does not show"));
        let other = chain(&owner, host, &["10.0.0.0/8", "10.9.0.0/16"]);
        assert!(named(&head(2), &other).unwrap_err().contains("other records"));
    }

    #[test]
    fn a_log_may_lag_behind_the_records_once() {
        let named = |epoch: u64, fill: u8| RecordsHead { epoch, head: [fill; 32] };
        let known = |unnamed_at| Chain {
            owner: String::new(),
            epoch: 4,
            head: HEXLOWER.encode(&[4; 32]),
            unnamed_at,
        };
        let (fresh, lagging) = (known(None), known(Some(9)));
        assert_eq!(compare(&fresh, 9, Some(&named(4, 4)), Some(&fresh)), Ok(Compared::Same));
        assert!(compare(&fresh, 9, Some(&named(4, 5)), None).is_err(), "another head");
        assert_eq!(compare(&fresh, 9, Some(&named(5, 5)), None), Ok(Compared::New(named(5, 5))));
        for older in [None, Some(&named(3, 3))] {
            assert_eq!(compare(&fresh, 9, older, Some(&fresh)), Ok(Compared::Unnamed));
            assert_eq!(
                compare(&lagging, 9, older, Some(&lagging)),
                Ok(Compared::Same),
                "nothing new was logged"
            );
            assert!(compare(&lagging, 10, older, Some(&lagging)).is_err(), "it went on without them");
            // An answer that was under way when the records were read says nothing.
            assert_eq!(compare(&lagging, 10, older, None), Ok(Compared::Same));
        }
    }
}
