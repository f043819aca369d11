//! The byte layout of the header, big-endian, as `docs/FORMATS.md` gives it. One value has one
//! encoding: what decodes, encodes to the same bytes.

use signet_core::UnixMillis;

use super::{Header, HeaderError, MAC, StaticCore};
use crate::bytes::Reader;
use crate::slot::SlotKind;
use crate::{CodeSlots, Drift, KdfError, KitSlot, PrimarySlot, Step, TableInfo, TableLength};

/// HOTP with SHA-1, six digits, 30 seconds.
const TOTP: [u8; 3] = [1, 6, 30];

/// Everything but the two MACs.
pub(super) fn encode(header: &Header) -> Vec<u8> {
    let mut bytes = header.core.encode();
    bytes.extend_from_slice(&header.created.0.to_be_bytes());
    bytes.extend_from_slice(&header.device_generation.to_be_bytes());
    bytes.extend_from_slice(&header.epoch.to_be_bytes());
    bytes.extend_from_slice(&header.drift.quarters().to_be_bytes());
    bytes.extend_from_slice(&TOTP);
    bytes.extend_from_slice(&header.table.first.number().to_be_bytes());
    bytes.extend_from_slice(&header.table.steps.steps().to_be_bytes());
    bytes.extend_from_slice(&header.table.digest);
    bytes.push(3);
    push_slot(&mut bytes, SlotKind::Primary, &header.primary.encode());
    push_slot(&mut bytes, SlotKind::Codes, &header.codes.encode());
    push_slot(&mut bytes, SlotKind::Kit, header.kit.as_bytes());
    bytes.extend_from_slice(&header.manifest_root);
    bytes
}

pub(super) fn decode(bytes: &[u8]) -> Result<Header, HeaderError> {
    let mut reader = Reader::new(bytes);
    let core = StaticCore::read(&mut reader)?;
    let header = read_rest(core, &mut reader).ok_or(HeaderError::Damaged)??;
    let macs = reader.take(2 * MAC);
    if macs.is_some() && reader.is_empty() { Ok(header) } else { Err(HeaderError::Damaged) }
}

/// `None` if it is cut short or a field is out of range.
fn read_rest(core: StaticCore, reader: &mut Reader<'_>) -> Option<Result<Header, HeaderError>> {
    let created = UnixMillis(reader.u64()?);
    let (device_generation, epoch) = (reader.u64()?, reader.u64()?);
    let drift = Drift::from_quarters(reader.i16()?);
    if reader.array()? != TOTP {
        return Some(Err(HeaderError::Newer));
    }
    let table = TableInfo {
        first: Step::new(reader.u64()?),
        steps: TableLength::new(reader.u32()?)?,
        digest: reader.array()?,
    };
    if reader.u8()? != 3 {
        return Some(Err(HeaderError::Newer));
    }
    let mut refused = false;
    let primary = slot(reader, SlotKind::Primary, PrimarySlot::read, &mut refused)?;
    let codes = slot(reader, SlotKind::Codes, CodeSlots::read, &mut refused)?;
    let kit = slot(
        reader,
        SlotKind::Kit,
        |body| body.array().map(|kit| Ok(KitSlot::from_bytes(kit))),
        &mut refused,
    )?;
    let manifest_root = reader.array()?;
    if refused {
        return Some(Err(HeaderError::Parameters));
    }
    let (primary, codes, kit) = (primary?, codes?, kit?);
    Some(Ok(Header {
        core,
        created,
        device_generation,
        epoch,
        drift,
        table,
        primary,
        codes,
        kit,
        manifest_root,
    }))
}

fn push_slot(bytes: &mut Vec<u8>, kind: SlotKind, body: &[u8]) {
    bytes.push(kind as u8);
    // The longest slot, eight codes, has 958 bytes.
    bytes.extend_from_slice(&u16::try_from(body.len()).unwrap_or(0).to_be_bytes());
    bytes.extend_from_slice(body);
}

/// One slot of the expected kind that fills its length exactly. The inner `None` goes with `refused`.
fn slot<T>(
    reader: &mut Reader<'_>,
    kind: SlotKind,
    read: impl FnOnce(&mut Reader<'_>) -> Option<Result<T, KdfError>>,
    refused: &mut bool,
) -> Option<Option<T>> {
    if reader.u8()? != kind as u8 {
        return None;
    }
    let len = usize::from(reader.u16()?);
    let mut body = Reader::new(reader.take(len)?);
    let slot = read(&mut body)?;
    if !body.is_empty() {
        return None;
    }
    *refused |= slot.is_err();
    Some(slot.ok())
}
