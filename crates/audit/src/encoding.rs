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
        e.bytes(draft.request.as_ref().map_or(&[], |id| &id.as_bytes()[..]))
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
