//! The link to an invite: `signet://join/`, then the invite's text as one segment of a path (RFC 3986).

use signet_crypto::SecretText;
use zeroize::Zeroizing;

use crate::InviteError;

const START: &str = "signet://join/";

/// The link to an invite's text.
pub(crate) fn link_to(invite: &str) -> SecretText {
    let mut link = String::with_capacity(START.len() + invite.len() * 3);
    link.push_str(START);
    for c in invite.chars() {
        match c {
            '[' => link.push_str("%5B"),
            ']' => link.push_str("%5D"),
            // Letters, digits and "-.:@," stand for themselves in a path.
            _ => link.push(c),
        }
    }
    SecretText::new(link)
}

/// The invite's text out of a link in lower case; `None` if it is no link of ours. Programs that pass a
/// link on may percent-encode more of it than we do.
pub(crate) fn invite_of(link: &str) -> Option<Result<Zeroizing<String>, InviteError>> {
    link.strip_prefix(START).map(percent_decoded)
}

fn percent_decoded(text: &str) -> Result<Zeroizing<String>, InviteError> {
    let mut plain = Zeroizing::new(String::with_capacity(text.len()));
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if c != '%' {
            plain.push(c);
            continue;
        }
        let mut digit = || rest.next().and_then(|c| c.to_digit(16)).ok_or(InviteError::Damaged);
        let byte = digit()? << 4 | digit()?;
        // An invite is ASCII without control characters.
        let c = char::from_u32(byte).filter(char::is_ascii_graphic).ok_or(InviteError::Damaged)?;
        plain.push(c.to_ascii_lowercase());
    }
    Ok(plain)
}
