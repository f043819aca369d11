//! The byte layout of the header, big-endian, as `docs/FORMATS.md` gives it. One value has one
//! encoding: what decodes, encodes to the same bytes.

use signet_core::UnixMillis;

use super::{Header, HeaderError, MAC, StaticCore};
use crate::bytes::Reader;
use crate::slot::SlotKind;
use crate::{CodeSlots, Drift, KitSlot, PrimarySlot, Step, TableInfo, TableLength, UnattendedSlot};

/// HOTP with SHA-1, six digits, 30 seconds.
const TOTP: [u8; 3] = [1, 6, 30];
/// Primary, codes, kit: always these, in this order.
const SLOTS: u8 = 3;
/// And the unattended one after them. A reader that does not know it refuses this number as newer, so the
/// smallest reader in the core, which every slot is bound to, need not change with it.
const SLOTS_UNATTENDED: u8 = 4;

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
    bytes.push(if header.unattended.is_some() { SLOTS_UNATTENDED } else { SLOTS });
    push_slot(&mut bytes, SlotKind::Primary, &header.primary.encode());
    push_slot(&mut bytes, SlotKind::Codes, &header.codes.encode());
    push_slot(&mut bytes, SlotKind::Kit, header.kit.as_bytes());
    if let Some(slot) = &header.unattended {
        push_slot(&mut bytes, SlotKind::Unattended, &slot.encode());
    }
    bytes.extend_from_slice(&header.manifest_root);
    bytes
}

pub(super) fn decode(bytes: &[u8]) -> Result<Header, HeaderError> {
    let reader = &mut Reader::new(bytes);
    let core = StaticCore::read(reader)?;
    let created = UnixMillis(reader.u64()?);
    let (device_generation, epoch) = (reader.u64()?, reader.u64()?);
    let drift = Drift::from_quarters(reader.i16()?);
    let table = read_table(reader)?;
    let slots = reader.u8()?;
    if ![SLOTS, SLOTS_UNATTENDED].contains(&slots) {
        return Err(HeaderError::Newer);
    }
    let header = Header {
        core,
        created,
        device_generation,
        epoch,
        drift,
        table,
        primary: read_slot(reader, SlotKind::Primary, PrimarySlot::read)?,
        codes: read_slot(reader, SlotKind::Codes, CodeSlots::read)?,
        kit: read_slot(reader, SlotKind::Kit, |body| Ok(KitSlot::from_bytes(body.array()?)))?,
        unattended: match slots {
            SLOTS_UNATTENDED => Some(read_slot(reader, SlotKind::Unattended, UnattendedSlot::read)?),
            _ => None,
        },
        manifest_root: reader.array()?,
    };
    reader.take(2 * MAC)?;
    if reader.is_empty() { Ok(header) } else { Err(HeaderError::Damaged) }
}

fn read_table(reader: &mut Reader<'_>) -> Result<TableInfo, HeaderError> {
    for byte in TOTP {
        expect_byte(reader, byte)?;
    }
    Ok(TableInfo {
        first: Step::new(reader.u64()?),
        steps: TableLength::new(reader.u32()?).ok_or(HeaderError::Damaged)?,
        digest: reader.array()?,
    })
}

/// Other codes, other slots: what only a newer version can have meant.
fn expect_byte(reader: &mut Reader<'_>, expected: u8) -> Result<(), HeaderError> {
    if reader.u8()? == expected { Ok(()) } else { Err(HeaderError::Newer) }
}

fn push_slot(bytes: &mut Vec<u8>, kind: SlotKind, body: &[u8]) {
    bytes.push(kind as u8);
    // The longest slot, eight codes, has 958 bytes.
    bytes.extend_from_slice(&u16::try_from(body.len()).unwrap_or(0).to_be_bytes());
    bytes.extend_from_slice(body);
}

/// One slot of the expected kind that fills its length exactly.
fn read_slot<T>(
    reader: &mut Reader<'_>,
    kind: SlotKind,
    read: impl FnOnce(&mut Reader<'_>) -> Result<T, HeaderError>,
) -> Result<T, HeaderError> {
    expect_byte(reader, kind as u8)?;
    let len = usize::from(reader.u16()?);
    let mut body = Reader::new(reader.take(len)?);
    let slot = read(&mut body)?;
    if body.is_empty() { Ok(slot) } else { Err(HeaderError::Damaged) }
}
