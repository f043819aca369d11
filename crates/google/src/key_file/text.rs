//! From the bytes of a file to its text, through the damage that editors and shells do.

use zeroize::Zeroizing;

use super::KeyFileError;

/// The file as text: UTF-8 with or without a byte-order mark, or UTF-16 with one (PowerShell's `>`).
pub(super) fn decode(file: &[u8]) -> Result<Zeroizing<String>, KeyFileError> {
    if let Some(rest) = file.strip_prefix(&[0xFF, 0xFE]) {
        return decode_utf16(rest, u16::from_le_bytes);
    }
    if let Some(rest) = file.strip_prefix(&[0xFE, 0xFF]) {
        return decode_utf16(rest, u16::from_be_bytes);
    }
    let rest = file.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(file);
    let text = std::str::from_utf8(rest).map_err(|_| KeyFileError::Unreadable)?;
    // `'{…}'`: the quotes of a shell around the whole file.
    let text = text.trim();
    let text = text.strip_prefix('\'').and_then(|it| it.strip_suffix('\'')).unwrap_or(text);
    Ok(Zeroizing::new(text.to_owned()))
}

/// The text without white space and one pair of quotes around it.
pub(super) fn unquoted(text: &str) -> &str {
    let text = text.trim();
    for quote in ['"', '\''] {
        if let Some(inner) = text.strip_prefix(quote).and_then(|it| it.strip_suffix(quote)) {
            return inner.trim();
        }
    }
    text
}

fn decode_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<Zeroizing<String>, KeyFileError> {
    // Three bytes of UTF-8 at most for each unit: never grows, so never leaves a copy behind.
    let mut text = Zeroizing::new(String::with_capacity(bytes.len() / 2 * 3));
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    for decoded in char::decode_utf16(units) {
        text.push(decoded.map_err(|_| KeyFileError::Unreadable)?);
    }
    Ok(text)
}
