//! What people call a member or a device.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why a text is not a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing but spaces.
    #[error("the name is empty")]
    Empty,
    /// Over 64 characters.
    #[error("the name is longer than 64 characters")]
    TooLong,
    /// A line break, a control character, or one that is not seen or changes the direction of the text
    /// around it.
    #[error("the name has a character that cannot be shown")]
    Character,
}

/// A name: 1 to 64 characters, all of which are seen, without spaces around them. It is shown beside
/// what an owner approves, so it can neither hide a part of itself nor change what is beside it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Name(String);

impl Name {
    /// Longest name in characters.
    pub const MAX: usize = 64;

    /// Reads a name; white space around it is dropped.
    ///
    /// # Errors
    /// [`NameError`]: what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(NameError::Empty);
        }
        if text.chars().count() > Self::MAX {
            return Err(NameError::TooLong);
        }
        if text.chars().any(is_unseen) {
            return Err(NameError::Character);
        }
        Ok(Self(text.into()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let name = Self::parse(&text).map_err(serde::de::Error::custom)?;
        // Stored names are trimmed already; one value has one text.
        if name.0 == text { Ok(name) } else { Err(serde::de::Error::custom("spaces around a name")) }
    }
}

/// Control characters, spaces other than the plain one, and the format characters of Unicode (general
/// category Cf) with the fillers that look like nothing.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || (c.is_whitespace() && c != ' ')
        || matches!(
            u32::from(c),
            0xad | 0x34f | 0x600..=0x605 | 0x61c | 0x6dd | 0x70f | 0x115f..=0x1160 | 0x17b4..=0x17b5
                | 0x180b..=0x180f | 0x200b..=0x200f | 0x202a..=0x202e | 0x2060..=0x206f | 0x2800 | 0x3164
                | 0xfe00..=0xfe0f | 0xfeff | 0xffa0 | 0xfff0..=0xfffb | 0x1_d173..=0x1_d17a | 0xe_0000..=0xe_0fff
        )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_of_people_everywhere_are_names() {
        for name in ["Mia", "Mia Berg", "Søren O'Neill-Ångström", "李小龍", "Ольга", "محمد", "J. R.", "🦊"]
        {
            assert_eq!(Name::parse(name).unwrap().as_str(), name);
        }
        assert_eq!(Name::parse("  Mia \n").unwrap().as_str(), "Mia");
        assert!(Name::parse(&"ä".repeat(64)).is_ok());
    }

    #[test]
    fn what_is_not_seen_is_not_a_name() {
        assert_eq!(Name::parse(" \t"), Err(NameError::Empty));
        assert_eq!(Name::parse(&"a".repeat(65)), Err(NameError::TooLong));
        for bad in
            ["a\nb", "a\0b", "a\u{202e}b", "a\u{200b}b", "a\u{a0}b", "\u{3164}", "a\u{2066}b", "a\u{e0041}b"]
        {
            assert_eq!(Name::parse(bad), Err(NameError::Character), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn a_name_reads_back(text in "\\PC{0,70}|.{0,70}") {
            if let Ok(name) = Name::parse(&text) {
                prop_assert_eq!(Name::parse(name.as_str()), Ok(name.clone()));
                let json = serde_json::to_string(&name).unwrap();
                prop_assert_eq!(serde_json::from_str::<Name>(&json).unwrap(), name);
            }
        }
    }

    #[test]
    fn a_stored_name_has_no_spaces_around_it() {
        assert!(serde_json::from_str::<Name>("\" Mia\"").is_err());
    }
}
