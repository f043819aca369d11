//! Values that end up in message headers. CR, LF and NUL never get in.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why a text cannot be used in a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// CR, LF, NUL or another control character.
    #[error("the value holds a line break or a control character")]
    Control,
    /// Not of the form `type/subtype`.
    #[error("not a content type")]
    ContentType,
    /// Empty, `.` or `..`, or over 255 bytes.
    #[error("not a usable file name")]
    FileName,
    /// Longer than 10,000 bytes.
    #[error("the value is too long")]
    TooLong,
}

/// Unstructured header text such as a subject or a display name (RFC 5322, 2.2.1), as Unicode.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(as = "String"))]
pub struct HeaderText(String);

impl HeaderText {
    /// Longest accepted value in bytes.
    pub const MAX: usize = 10_000;

    /// Reads a header value.
    ///
    /// # Errors
    /// [`HeaderError::Control`] for any control character but TAB, [`HeaderError::TooLong`].
    pub fn parse(text: &str) -> Result<Self, HeaderError> {
        if text.chars().any(|c| c.is_control() && c != '\t') {
            return Err(HeaderError::Control);
        }
        if text.len() > Self::MAX {
            return Err(HeaderError::TooLong);
        }
        Ok(Self(text.into()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A media type `type/subtype` without parameters (RFC 6838, 4.2), in lower case.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct ContentType(String);

impl ContentType {
    /// Reads a content type.
    ///
    /// # Errors
    /// [`HeaderError::ContentType`] unless both halves are restricted names of RFC 6838.
    pub fn parse(text: &str) -> Result<Self, HeaderError> {
        let (kind, subtype) = text.split_once('/').ok_or(HeaderError::ContentType)?;
        if is_restricted_name(kind) && is_restricted_name(subtype) {
            Ok(Self(text.to_ascii_lowercase()))
        } else {
            Err(HeaderError::ContentType)
        }
    }

    /// `application/octet-stream`.
    pub fn octet_stream() -> Self {
        Self("application/octet-stream".into())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The name an attachment shows to its reader: no path, no control or direction-changing characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct FileName(String);

impl FileName {
    /// Reads a file name.
    ///
    /// # Errors
    /// [`HeaderError::Control`] for control and bidirectional override characters,
    /// [`HeaderError::FileName`] for path separators, `.`, `..`, an empty name or over 255 bytes.
    pub fn parse(text: &str) -> Result<Self, HeaderError> {
        if text.chars().any(|c| c.is_control() || is_bidi_control(c)) {
            return Err(HeaderError::Control);
        }
        let bad = text.is_empty() || text.len() > 255 || matches!(text, "." | "..");
        if bad || text.contains(['/', '\\']) {
            return Err(HeaderError::FileName);
        }
        Ok(Self(text.into()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The extension in lower case, without the dot.
    pub fn extension(&self) -> Option<String> {
        let (stem, extension) = self.0.rsplit_once('.')?;
        (!stem.is_empty()).then(|| extension.to_lowercase())
    }
}

macro_rules! text_type {
    ($($name:ident),*) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
            }
        }
    )*};
}
text_type!(HeaderText, ContentType, FileName);

fn is_restricted_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_alphanumeric())
        && text.len() <= 127
        && bytes.all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b))
}

const fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{200E}' | '\u{200F}' | '\u{061C}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn line_breaks_and_nul_never_get_in() {
        for bad in ["a\r\nBcc: x@y", "a\nb", "a\rb", "a\0b"] {
            assert_eq!(HeaderText::parse(bad), Err(HeaderError::Control), "{bad:?}");
            assert_eq!(FileName::parse(bad), Err(HeaderError::Control), "{bad:?}");
            assert_eq!(ContentType::parse(&format!("text/{bad}")), Err(HeaderError::ContentType));
        }
    }

    #[test]
    fn names_with_direction_overrides_or_paths_are_refused() {
        assert_eq!(FileName::parse("invoice\u{202E}fdp.exe"), Err(HeaderError::Control));
        for bad in ["", ".", "..", "a/b", "a\\b", &"x".repeat(256)] {
            assert_eq!(FileName::parse(bad), Err(HeaderError::FileName), "{bad:?}");
        }
        assert!(FileName::parse("Übersicht 2026 – «финал» 📎.pdf").is_ok());
    }

    proptest! {
        #[test]
        fn whatever_is_accepted_holds_no_control_character(text in "\\PC*|.*|[\\x00-\\x1f]*") {
            if let Ok(value) = HeaderText::parse(&text) {
                prop_assert!(!value.as_str().contains(['\r', '\n', '\0']));
            }
        }
    }
}
