//! Header fields as they stand, and the changes that Gmail makes to them.

/// Fields of a header block, each with its folded lines and its line end.
pub(crate) fn fields(block: &[u8]) -> impl Iterator<Item = Field<'_>> {
    let mut rest = block;
    std::iter::from_fn(move || {
        if rest.is_empty() || rest.starts_with(b"\n") || rest.starts_with(b"\r\n") {
            return None;
        }
        let mut end = 0;
        loop {
            end = memchr::memchr(b'\n', &rest[end..]).map_or(rest.len(), |at| end + at + 1);
            if !matches!(rest.get(end), Some(b' ' | b'\t')) {
                break;
            }
        }
        let (field, tail) = rest.split_at(end);
        rest = tail;
        Some(Field { bytes: field })
    })
}

/// One header field.
#[derive(Clone, Copy)]
pub(crate) struct Field<'a> {
    /// The whole field with its line end.
    pub(crate) bytes: &'a [u8],
}

impl Field<'_> {
    /// Whether it has that name.
    pub(crate) fn is(&self, name: &str) -> bool {
        let end = memchr::memchr(b':', self.bytes).unwrap_or(0);
        self.bytes[..end].trim_ascii_end().eq_ignore_ascii_case(name.as_bytes())
    }
}

/// What is to be changed in a header block.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Changes {
    /// Takes the place of every `From`.
    pub(crate) from: Option<String>,
    /// Whether `Bcc` goes.
    pub(crate) drop_bcc: bool,
    /// Fields that were missing, without line end.
    pub(crate) add: Vec<String>,
}

impl Changes {
    /// Whether nothing changes.
    pub(crate) fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// The block with the changes made; everything else stays byte for byte.
pub(crate) fn rewrite(block: &[u8], changes: &Changes) -> Vec<u8> {
    let mut out = Vec::with_capacity(block.len() + 200);
    let mut at = 0;
    let mut from = changes.from.as_deref();
    for field in fields(block) {
        at += field.bytes.len();
        if field.is("From") && changes.from.is_some() {
            if let Some(from) = from.take() {
                out.extend_from_slice(format!("From: {from}\r\n").as_bytes());
            }
        } else if !(changes.drop_bcc && field.is("Bcc")) {
            out.extend_from_slice(field.bytes);
        }
    }
    let missing = from.map(|from| format!("From: {from}"));
    for field in missing.iter().chain(&changes.add) {
        out.extend_from_slice(field.as_bytes());
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(&block[at..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLOCK: &[u8] =
        b"From: a@x.y\r\nBcc: b@x.y,\r\n c@x.y\r\nSubject: s\r\n\tmore\r\nbcc: d@x.y\r\n\r\n";

    #[test]
    fn folded_fields_are_one_field_each() {
        assert_eq!(fields(BLOCK).count(), 4);
    }

    #[test]
    fn bcc_goes_with_its_folded_lines_and_the_rest_stays() {
        let changes = Changes { drop_bcc: true, ..Changes::default() };
        assert_eq!(rewrite(BLOCK, &changes), b"From: a@x.y\r\nSubject: s\r\n\tmore\r\n\r\n");
    }

    #[test]
    fn from_is_replaced_in_place_or_added() {
        let changes = Changes { from: Some("z@x.y".into()), ..Changes::default() };
        assert!(rewrite(BLOCK, &changes).starts_with(b"From: z@x.y\r\nBcc:"));
        assert_eq!(rewrite(b"To: a@x.y\r\n\r\n", &changes), b"To: a@x.y\r\nFrom: z@x.y\r\n\r\n");
    }

    #[test]
    fn no_change_is_no_change() {
        assert_eq!(rewrite(BLOCK, &Changes::default()), BLOCK);
    }
}
