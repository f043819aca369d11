//! The bodies of the fuzz targets: plain functions, so that the committed corpora are also replayed by
//! an ordinary test. Each panics when a rule is broken.

use signet_crypto::{Secret, SigningKey};

use crate::{HostHash, Invite, JoinState, SignedRecord, Team, parse_spki, spki};

/// A signed record either is refused or encodes to exactly the same bytes again, and a team whose owner
/// never signed anything does not take it.
///
/// # Panics
/// If that is broken.
pub fn record(data: &[u8]) {
    if let Ok(key) = parse_spki(data) {
        assert_eq!(spki(&key).as_slice(), data, "a key has one encoding");
    }
    if let Ok(state) = JoinState::decode(data) {
        assert_eq!(state.encode().expose(), data, "a join state has one encoding");
    }
    let Ok(record) = SignedRecord::decode(data) else { return };
    assert_eq!(record.encode(), data, "a record has one encoding");
    let owner = SigningKey::from_seed(&Secret::from_bytes(&mut [0x44; 32])).public();
    let mut team = Team::new(owner, HostHash::from_bytes([0x55; 32]));
    assert!(team.apply(&record).is_err(), "a record that the owner never signed");
    assert_eq!(team.epoch(), 0);
}

/// An invite either is refused or reads back the same from the text and the link that it makes.
///
/// # Panics
/// If that is broken.
pub fn invite(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(invite) = Invite::parse(text) else { return };
    for written in [invite.text(), invite.link()] {
        // Test data.
        let again = Invite::parse(written.expose());
        let same = again.is_ok_and(|again| {
            again.host() == invite.host()
                && again.id() == invite.id()
                && again.secret().same(invite.secret())
                && again.hints() == invite.hints()
        });
        assert!(same, "an invite reads back");
    }
}
