//! The enrolment proof: shows that a member has the invite, over this very connection, without sending
//! the secret. A relay between the two has another exporter, so what it overhears proves nothing.

use signet_crypto::{VerifyingKey, hmac_sha256, same_tag};

use crate::{Exporter, InviteId, InviteSecret, spki};

const LABEL: &[u8] = b"signet1/enrol";

/// `HMAC-SHA-256(secret, LP(label) || LP(invite id) || LP(host key) || LP(client key) || LP(exporter))`,
/// the keys as [`spki`].
pub fn derive_proof(
    secret: &InviteSecret,
    invite: InviteId,
    host: &VerifyingKey,
    client: &VerifyingKey,
    exporter: &Exporter,
) -> [u8; 32] {
    let (host, client) = (spki(host), spki(client));
    let items: [&[u8]; 5] = [LABEL, invite.as_bytes(), &host, &client, exporter];
    let lengths = items.map(length_prefix);
    let parts: Vec<&[u8]> =
        lengths.iter().zip(items).flat_map(|(length, item)| [length.as_slice(), item]).collect();
    // The secret is the HMAC key.
    hmac_sha256(secret.expose(), &parts)
}

/// Whether that is the proof, compared in constant time.
pub fn verify_proof(
    proof: &[u8; 32],
    secret: &InviteSecret,
    invite: InviteId,
    host: &VerifyingKey,
    client: &VerifyingKey,
    exporter: &Exporter,
) -> bool {
    same_tag(proof, &derive_proof(secret, invite, host, client, exporter))
}

/// The length of an item of at most 44 bytes, as `LP` writes it.
fn length_prefix(item: &[u8]) -> [u8; 4] {
    u32::try_from(item.len()).unwrap_or(u32::MAX).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use signet_crypto::{Secret, SigningKey};

    use super::*;

    fn key(seed: u8) -> VerifyingKey {
        SigningKey::from_seed(&Secret::from_bytes(&mut [seed; 32])).public()
    }

    fn secret(byte: u8) -> InviteSecret {
        InviteSecret::from_bytes(&mut [byte; 16])
    }

    #[test]
    fn a_proof_is_for_one_invite_one_pair_of_keys_and_one_connection() {
        let id = InviteId::from_bytes([1; 8]);
        let proof = derive_proof(&secret(1), id, &key(1), &key(2), &[3; 32]);
        let holds = |s: u8, i: u8, host: u8, client: u8, exporter: u8| {
            let id = InviteId::from_bytes([i; 8]);
            verify_proof(&proof, &secret(s), id, &key(host), &key(client), &[exporter; 32])
        };
        assert!(holds(1, 1, 1, 2, 3));
        for (s, i, host, client, exporter) in [
            (2, 1, 1, 2, 3),
            (1, 2, 1, 2, 3),
            (1, 1, 3, 2, 3),
            (1, 1, 1, 3, 3),
            (1, 1, 1, 2, 4),
            (1, 1, 2, 1, 3),
        ] {
            assert!(!holds(s, i, host, client, exporter));
        }
    }

    #[test]
    fn every_changed_bit_is_refused() {
        let id = InviteId::from_bytes([1; 8]);
        let proof = derive_proof(&secret(1), id, &key(1), &key(2), &[3; 32]);
        for bit in 0..256 {
            let mut changed = proof;
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(!verify_proof(&changed, &secret(1), id, &key(1), &key(2), &[3; 32]), "bit {bit}");
        }
    }
}
