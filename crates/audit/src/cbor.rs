//! The few forms of CBOR that an entry uses, in their one canonical encoding (RFC 8949, 4.2.1).

const UINT: u8 = 0;
const BYTES: u8 = 2;
const TEXT: u8 = 3;
const ARRAY: u8 = 4;
const MAP: u8 = 5;

/// Not canonical, or not what an entry holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not canonical CBOR")]
pub(crate) struct NotCanonical;

/// Appends canonical items to a buffer.
pub(crate) struct Encoder<'a>(pub(crate) &'a mut Vec<u8>);

impl Encoder<'_> {
    pub(crate) fn array(&mut self, items: usize) {
        self.head(ARRAY, items as u64);
    }

    pub(crate) fn uint(&mut self, value: u64) {
        self.head(UINT, value);
    }

    pub(crate) fn bytes(&mut self, value: &[u8]) {
        self.head(BYTES, value.len() as u64);
        self.0.extend_from_slice(value);
    }

    pub(crate) fn text(&mut self, value: &str) {
        self.head(TEXT, value.len() as u64);
        self.0.extend_from_slice(value.as_bytes());
    }

    #[allow(clippy::cast_possible_truncation)] // each arm has checked the range
    fn head(&mut self, major: u8, value: u64) {
        let major = major << 5;
        match value {
            0..=23 => self.0.push(major | value as u8),
            24..=0xff => self.0.extend_from_slice(&[major | 0x18, value as u8]),
            0x100..=0xffff => {
                self.0.push(major | 0x19);
                self.0.extend_from_slice(&(value as u16).to_be_bytes());
            }
            0x1_0000..=0xffff_ffff => {
                self.0.push(major | 0x1a);
                self.0.extend_from_slice(&(value as u32).to_be_bytes());
            }
            _ => {
                self.0.push(major | 0x1b);
                self.0.extend_from_slice(&value.to_be_bytes());
            }
        }
    }
}

/// Takes canonical items off a slice; every other encoding of the same value is refused.
#[derive(Clone, Copy)]
pub(crate) struct Decoder<'a>(pub(crate) &'a [u8]);

impl<'a> Decoder<'a> {
    pub(crate) fn map(&mut self) -> Result<u64, NotCanonical> {
        self.head(MAP)
    }

    pub(crate) fn array(&mut self) -> Result<u64, NotCanonical> {
        self.head(ARRAY)
    }

    pub(crate) fn uint(&mut self) -> Result<u64, NotCanonical> {
        self.head(UINT)
    }

    pub(crate) fn bytes(&mut self) -> Result<&'a [u8], NotCanonical> {
        let length = self.head(BYTES)?;
        self.take(length)
    }

    pub(crate) fn text(&mut self) -> Result<&'a str, NotCanonical> {
        let length = self.head(TEXT)?;
        std::str::from_utf8(self.take(length)?).map_err(|_| NotCanonical)
    }

    pub(crate) fn fixed<const N: usize>(&mut self) -> Result<&'a [u8; N], NotCanonical> {
        self.bytes()?.try_into().map_err(|_| NotCanonical)
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn head(&mut self, major: u8) -> Result<u64, NotCanonical> {
        let [first, rest @ ..] = self.0 else { return Err(NotCanonical) };
        if first >> 5 != major {
            return Err(NotCanonical);
        }
        self.0 = rest;
        let (value, least) = match first & 31 {
            small @ 0..=23 => return Ok(u64::from(small)),
            24 => (self.big_endian(1)?, 24),
            25 => (self.big_endian(2)?, 0x100),
            26 => (self.big_endian(4)?, 0x1_0000),
            27 => (self.big_endian(8)?, 0x1_0000_0000),
            _ => return Err(NotCanonical),
        };
        if value < least { Err(NotCanonical) } else { Ok(value) }
    }

    fn big_endian(&mut self, length: u64) -> Result<u64, NotCanonical> {
        Ok(self.take(length)?.iter().fold(0, |value, byte| value << 8 | u64::from(*byte)))
    }

    fn take(&mut self, length: u64) -> Result<&'a [u8], NotCanonical> {
        let length = usize::try_from(length).map_err(|_| NotCanonical)?;
        let (head, rest) = self.0.split_at_checked(length).ok_or(NotCanonical)?;
        self.0 = rest;
        Ok(head)
    }
}
