//! An entry's bytes: a CBOR map with small integer keys, ascending; what does not apply is left out.
//! docs/FORMATS.md, "Audit log", has the table.

use data_encoding::HEXLOWER;
use signet_core::{RequestId, UnixMillis};

use crate::cbor::{Decoder, Encoder, NotCanonical};
use crate::{Draft, Entry};

/// The longest entry, in bytes.
pub(crate) const LONGEST: usize = 65_536;

const VERSION: u64 = 1;

/// Appends the canonical encoding of the draft as entry `seq`. `link` is the SHA-256 of the
/// checkpoint before it, in the first entry of each commit.
pub(crate) fn encode(draft: &Draft, seq: u64, link: Option<&[u8; 32]>, out: &mut Vec<u8>) {
    let start = out.len();
    let mut pairs = 0_u8;
    out.push(0);
    let mut put = |key: u64, present: bool, write: &dyn Fn(&mut Encoder<'_>)| {
        if present {
            pairs += 1;
            let mut encoder = Encoder(out);
            encoder.uint(key);
            write(&mut encoder);
        }
    };
    let actor = draft.actor.as_bytes();
    let reason = draft.verdict.reason();
    put(0, true, &|e| e.uint(VERSION));
    put(1, true, &|e| e.uint(seq));
    put(2, true, &|e| e.uint(draft.time.0));
    put(3, actor.is_some(), &|e| e.bytes(actor.map_or(&[], |hash| &hash[..])));
    put(4, draft.role.is_some(), &|e| e.text(draft.role.map_or("", |role| role.as_str())));
    put(5, true, &|e| e.text(draft.action.as_str()));
    put(6, !draft.target.is_empty(), &|e| e.text(&draft.target));
    put(7, true, &|e| e.text(draft.verdict.as_str()));
    put(8, reason.is_some(), &|e| e.text(reason.map_or("", |code| code.as_str())));
    put(9, !draft.recipient_domains.is_empty(), &|e| {
        e.array(draft.recipient_domains.len());
        draft.recipient_domains.iter().for_each(|domain| e.text(domain));
    });
    put(10, !draft.recipient_hmacs.is_empty(), &|e| {
        e.array(draft.recipient_hmacs.len());
        draft.recipient_hmacs.iter().for_each(|hmac| e.bytes(hmac));
    });
    put(11, draft.bytes.is_some(), &|e| e.uint(draft.bytes.unwrap_or_default()));
    put(12, !draft.attachment_hmacs.is_empty(), &|e| {
        e.array(draft.attachment_hmacs.len());
        draft.attachment_hmacs.iter().for_each(|hmac| e.bytes(hmac));
    });
    put(13, draft.message_id.is_some(), &|e| e.text(draft.message_id.as_deref().unwrap_or_default()));
    put(14, draft.request.is_some(), &|e| {
        e.bytes(draft.request.as_ref().map_or(&[], |id| &id.as_bytes()[..]));
    });
    put(15, draft.policy_epoch != 0, &|e| e.uint(draft.policy_epoch));
    put(16, draft.count != 1, &|e| e.uint(draft.count));
    put(17, link.is_some(), &|e| e.bytes(link.map_or(&[], |hash| &hash[..])));
    out[start] = 0xa0 | pairs; // the head of a map of at most 23 pairs
}

/// An entry's fields, borrowed from its bytes.
#[derive(Clone, Copy, Default)]
pub(crate) struct View<'a> {
    pub(crate) seq: u64,
    pub(crate) time: u64,
    pub(crate) actor: Option<&'a [u8; 32]>,
    pub(crate) role: Option<&'a str>,
    pub(crate) action: &'a str,
    pub(crate) target: &'a str,
    pub(crate) decision: &'a str,
    pub(crate) reason: Option<&'a str>,
    pub(crate) recipient_domains: List<'a>,
    pub(crate) recipient_hmacs: List<'a>,
    pub(crate) bytes: Option<u64>,
    pub(crate) attachment_hmacs: List<'a>,
    pub(crate) message_id: Option<&'a str>,
    pub(crate) request: Option<&'a [u8; 16]>,
    pub(crate) policy_epoch: u64,
    pub(crate) count: u64,
    pub(crate) link: Option<&'a [u8; 32]>,
}

/// An array whose items have been checked and are still encoded.
#[derive(Clone, Copy, Default)]
pub(crate) struct List<'a> {
    items: &'a [u8],
}

/// Reads the bytes of one entry; `None` for whatever is not in the one encoding.
pub fn read_entry(bytes: &[u8]) -> Option<Entry> {
    View::decode(bytes).ok().map(View::to_entry)
}

impl<'a> View<'a> {
    /// Reads an entry; refuses whatever [`encode`] would not have written.
    pub(crate) fn decode(bytes: &'a [u8]) -> Result<Self, NotCanonical> {
        let mut d = Decoder(bytes);
        let mut view = Self { count: 1, ..Self::default() };
        let (mut seen, mut next) = (0_u32, 0);
        for _ in 0..d.map()? {
            let key = d.uint()?;
            if key < next || key > 17 {
                return Err(NotCanonical);
            }
            next = key + 1;
            seen |= 1 << key;
            match key {
                0 => require(d.uint()? == VERSION)?,
                1 => view.seq = d.uint()?,
                2 => view.time = d.uint()?,
                3 => view.actor = Some(d.fixed()?),
                4 => view.role = Some(name(&mut d)?),
                5 => view.action = name(&mut d)?,
                6 => view.target = name(&mut d)?,
                7 => view.decision = name(&mut d)?,
                8 => view.reason = Some(name(&mut d)?),
                9 => view.recipient_domains = List::of(&mut d, |d| d.text().map(drop))?,
                10 => view.recipient_hmacs = List::of(&mut d, |d| d.fixed::<32>().map(drop))?,
                11 => view.bytes = Some(d.uint()?),
                12 => view.attachment_hmacs = List::of(&mut d, |d| d.fixed::<32>().map(drop))?,
                13 => view.message_id = Some(d.text()?),
                14 => view.request = Some(d.fixed()?),
                15 => {
                    view.policy_epoch = d.uint()?;
                    require(view.policy_epoch != 0)?;
                }
                16 => {
                    view.count = d.uint()?;
                    require(view.count != 1)?;
                }
                _ => view.link = Some(d.fixed()?),
            }
        }
        // Version, seq, time, action and decision are always there.
        require(seen & 0b1010_0111 == 0b1010_0111)?;
        require(d.is_empty())?;
        Ok(view)
    }

    /// The entry with everything copied out.
    pub(crate) fn to_entry(self) -> Entry {
        let hex = |list: List<'a>| list.hashes().map(|hash| HEXLOWER.encode(hash)).collect();
        Entry {
            seq: self.seq,
            time: UnixMillis(self.time),
            actor: self.actor.map(|hash| HEXLOWER.encode(hash)),
            role: self.role.map(Into::into),
            action: self.action.into(),
            target: self.target.into(),
            decision: self.decision.into(),
            reason: self.reason.map(Into::into),
            count: self.count,
            recipient_domains: self.recipient_domains.texts().map(Into::into).collect(),
            recipient_hmacs: hex(self.recipient_hmacs),
            bytes: self.bytes,
            attachment_hmacs: hex(self.attachment_hmacs),
            message_id: self.message_id.map(Into::into),
            request: self.request.map(|id| RequestId::from_bytes(*id)),
            policy_epoch: self.policy_epoch,
        }
    }
}

impl<'a> List<'a> {
    pub(crate) const fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    pub(crate) fn texts(self) -> impl Iterator<Item = &'a str> {
        let mut d = Decoder(self.items);
        std::iter::from_fn(move || d.text().ok())
    }

    pub(crate) fn hashes(self) -> impl Iterator<Item = &'a [u8; 32]> {
        let mut d = Decoder(self.items);
        std::iter::from_fn(move || d.fixed().ok())
    }

    fn of(
        d: &mut Decoder<'a>,
        item: impl Fn(&mut Decoder<'a>) -> Result<(), NotCanonical>,
    ) -> Result<Self, NotCanonical> {
        let count = d.array()?;
        require(count > 0)?;
        let start = d.0;
        for _ in 0..count {
            item(d)?;
        }
        Ok(Self { items: &start[..start.len() - d.0.len()] })
    }
}

fn name<'a>(d: &mut Decoder<'a>) -> Result<&'a str, NotCanonical> {
    let text = d.text()?;
    require(!text.is_empty())?;
    Ok(text)
}

const fn require(condition: bool) -> Result<(), NotCanonical> {
    if condition { Ok(()) } else { Err(NotCanonical) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::{intent, lock};
    use crate::{Actor, Verdict};
    use proptest::collection::vec;
    use proptest::option;
    use proptest::prelude::*;
    use proptest::sample::select;
    use signet_core::{Action, Code, Role};

    fn encoded(draft: &Draft, seq: u64, link: Option<[u8; 32]>) -> Vec<u8> {
        let mut bytes = Vec::new();
        encode(draft, seq, link.as_ref(), &mut bytes);
        bytes
    }

    #[test]
    fn two_entries_are_pinned_to_the_byte() {
        let vectors = include_str!("../vectors/entries.hex");
        let ours = [encoded(&lock(0), 0, None), encoded(&intent(1), 300, Some([9; 32]))];
        let ours: String = ours.iter().map(|bytes| HEXLOWER.encode(bytes) + "\n").collect();
        assert_eq!(ours, vectors);
    }

    /// CBOR read and written again by an independent implementation, which writes it canonically.
    fn oracle(bytes: &[u8]) -> Option<Vec<u8>> {
        let value: ciborium::Value = ciborium::from_reader(bytes).ok()?;
        let mut again = Vec::new();
        ciborium::into_writer(&value, &mut again).ok()?;
        Some(again)
    }

    fn draft() -> impl Strategy<Value = Draft> {
        let verdicts = [
            Verdict::Allowed,
            Verdict::Intent,
            Verdict::Done,
            Verdict::Refused(Code::Denied),
            Verdict::Failed(Code::Network),
            Verdict::Unknown(Code::SendUnknown),
        ];
        let who = (
            any::<u64>(),
            option::of(any::<[u8; 32]>()),
            option::of(select(vec![Role::Owner, Role::Auditor])),
        );
        let what = (
            select(vec![Action::Send, Action::Unlock]),
            "\\PC{0,40}",
            select(verdicts.to_vec()),
            any::<u64>(),
        );
        let lists = (vec("[a-z.]{1,30}", 0..4), vec(any::<[u8; 32]>(), 0..30), vec(any::<[u8; 32]>(), 0..3));
        let ids =
            (option::of(any::<u64>()), option::of("\\PC{0,80}"), option::of(any::<[u8; 16]>()), any::<u64>());
        (who, what, lists, ids).prop_map(
            |((time, actor, role), (action, target, verdict, count), lists, ids)| {
                let actor = actor.map_or(Actor::NOBODY, Actor::key_hash);
                let mut draft = Draft::new(UnixMillis(time), actor, role, action, verdict).target(target);
                draft.count = count;
                (draft.recipient_domains, draft.recipient_hmacs, draft.attachment_hmacs) = lists;
                (draft.bytes, draft.message_id) = (ids.0, ids.1);
                draft.request = ids.2.map(RequestId::from_bytes);
                draft.policy_epoch = ids.3;
                draft
            },
        )
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_and_is_canonical(
            draft in draft(), seq in any::<u64>(), link in option::of(any::<[u8; 32]>()),
        ) {
            let bytes = encoded(&draft, seq, link);
            let again = oracle(&bytes);
            prop_assert_eq!(again.as_ref(), Some(&bytes));
            let view = View::decode(&bytes).unwrap();
            prop_assert_eq!(view.link.copied(), link);
            let entry = view.to_entry();
            let hex = |list: &[[u8; 32]]| list.iter().map(|hash| HEXLOWER.encode(hash)).collect::<Vec<_>>();
            let expected = Entry {
                seq,
                time: draft.time,
                actor: draft.actor.as_bytes().map(|hash| HEXLOWER.encode(hash)),
                role: draft.role.map(|role| role.as_str().into()),
                action: draft.action.as_str().into(),
                target: draft.target.clone(),
                decision: draft.verdict.as_str().into(),
                reason: draft.verdict.reason().map(|code| code.as_str().into()),
                count: draft.count,
                recipient_domains: draft.recipient_domains.clone(),
                recipient_hmacs: hex(&draft.recipient_hmacs),
                bytes: draft.bytes,
                attachment_hmacs: hex(&draft.attachment_hmacs),
                message_id: draft.message_id.clone(),
                request: draft.request,
                policy_epoch: draft.policy_epoch,
            };
            prop_assert_eq!(entry, expected);
        }

        #[test]
        fn whatever_else_is_accepted_is_canonical_too(
            draft in draft(), place in any::<usize>(), byte in any::<u8>(), cut in any::<bool>(),
        ) {
            let mut bytes = encoded(&draft, 5, None);
            let place = place % bytes.len();
            if cut { bytes.truncate(place) } else { bytes[place] = byte }
            if View::decode(&bytes).is_ok() {
                let again = oracle(&bytes);
                prop_assert_eq!(again, Some(bytes));
            }
        }
    }

    #[test]
    fn longer_forms_of_the_same_value_are_refused() {
        let good = encoded(&lock(0), 7, None);
        assert!(View::decode(&good).is_ok());
        // The map's head, then "version: 1, seq: 7".
        assert_eq!(good[1..5], [0, 1, 1, 7]);
        let with = |range: std::ops::Range<usize>, bytes: &[u8]| {
            let mut changed = good.clone();
            changed.splice(range, bytes.iter().copied());
            View::decode(&changed).is_err()
        };
        assert!(with(4..5, &[0x18, 7]), "a long integer");
        assert!(with(4..5, &[0x19, 0, 7]), "a longer integer");
        assert!(with(0..1, &[0xbf]), "a map of unknown length");
        assert!(with(0..1, &[good[0] + 1]), "a pair missing");
        assert!(with(0..1, &[good[0] - 1]), "a pair too many");
        assert!(with(2..3, &[2]), "another version");
        assert!(with(1..5, &[1, 7, 0, 1]), "keys out of order");
        assert!(with(3..5, &[]), "no seq");
        let end = good.len();
        assert!(with(end..end, &[0]), "something after it");
        let mut more = good.clone();
        more[0] += 1;
        more.extend_from_slice(&[15, 0]);
        assert!(View::decode(&more).is_err(), "a default written out");
    }
}
