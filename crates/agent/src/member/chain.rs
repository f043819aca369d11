//! The team's signed records, checked on this device too: a host cannot invent a member or a grant, nor
//! take one back in silence.

use data_encoding::HEXLOWER;
use signet_api::remote::{RecordsRequest, SessionView, TeamRecords};
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
        self.read_chain(connection, known, owner).await.map(drop)
    }

    /// The team as its signed records say, checked on this device.
    pub(crate) async fn team(&self) -> Result<Team, Failure> {
        let connection = self.session().await?;
        // There is one: a session begins with its check.
        let known = self.record().chain.ok_or_else(|| Failure::new(Code::Internal))?;
        let owner = known.owner.clone();
        self.read_chain(&connection, Some(known), owner).await
    }

    async fn read_chain(
        &self,
        connection: &Connection,
        known: Option<Chain>,
        owner: String,
    ) -> Result<Team, Failure> {
        let records = records_of(connection).await?;
        let host = self.host();
        let checking = tokio::task::spawn_blocking(move || check(known.as_ref(), &owner, host, &records));
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

/// Whether the records are a chain of that owner's which continues what was known; its newest state.
fn check(
    known: Option<&Chain>,
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
    }
    if !continued {
        return Err("the team has fewer records than this device has seen");
    }
    let chain =
        Chain { owner: owner_hex.to_owned(), epoch: team.epoch(), head: HEXLOWER.encode(team.head()) };
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
        let two = check(None, &hex, host, &records[..2]).unwrap().0;
        assert_eq!(two.epoch, 2);
        assert_eq!(check(Some(&two), &hex, host, &records).unwrap().0.epoch, 3);
        assert!(check(Some(&two), &hex, host, &records[..1]).unwrap_err().contains("fewer"));
        let forked = chain(&owner, host, &["10.0.0.0/8", "10.9.0.0/16", "10.2.0.0/16"]);
        assert!(check(Some(&two), &hex, host, &forked).unwrap_err().contains("changed"));
        assert!(check(None, &hex, host, &records[1..]).is_err());
        let hers = HEXLOWER.encode(&other.public().to_bytes());
        assert!(check(None, &hers, host, &records).unwrap_err().contains("signed"));
        assert!(
            check(Some(&two), &hers, host, &chain(&other, host, &["10.0.0.0/8"]))
                .unwrap_err()
                .contains("owner")
        );
    }
}
