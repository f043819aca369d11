//! Which attachments a rule means.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::file_type::known_content_type;
use crate::{ContentType, FileName, HeaderError, is_blocked_name};

/// A content type, or all of a kind: `application/pdf`, `image/*`, `*/*`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(as = "String"))]
pub struct TypePattern(String);

impl TypePattern {
    /// Reads a pattern, in any case.
    ///
    /// # Errors
    /// [`HeaderError::ContentType`] for anything but the three forms.
    pub fn parse(text: &str) -> Result<Self, HeaderError> {
        let whole = match text.split_once('/') {
            Some(("*", "*")) => "x/x".into(),
            Some((kind, "*")) => format!("{kind}/x"),
            _ => text.to_owned(),
        };
        ContentType::parse(&whole)?;
        Ok(Self(text.to_ascii_lowercase()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the type is meant.
    pub fn matches(&self, content_type: &str) -> bool {
        match self.0.split_once('/') {
            Some(("*", _)) => true,
            Some((kind, "*")) => content_type.split_once('/').is_some_and(|(found, _)| found == kind),
            _ => self.0 == content_type,
        }
    }
}

impl fmt::Display for TypePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for TypePattern {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// What an attachment says of itself.
pub(super) struct Shown<'a> {
    declared: &'a str,
    by_name: Option<&'static str>,
    has_blocked_name: bool,
}

impl<'a> Shown<'a> {
    pub(super) fn of((name, declared): &'a (FileName, ContentType)) -> Self {
        Self {
            declared: declared.as_str(),
            by_name: known_content_type(name),
            has_blocked_name: is_blocked_name(name.as_str()),
        }
    }

    /// Whether a grant with these patterns lets it go: its declared type is listed, and its name does not
    /// say otherwise. The declared type alone would let `virus.html` pass as a PDF.
    pub(super) fn is_allowed(&self, patterns: &[TypePattern]) -> bool {
        let listed = |content_type: &str| patterns.iter().any(|pattern| pattern.matches(content_type));
        listed(self.declared) && self.by_name.is_none_or(listed) && !self.has_blocked_name
    }

    /// Whether a forbid with these patterns stops it: by its declared type or by its name.
    pub(super) fn is_forbidden(&self, patterns: &[TypePattern]) -> bool {
        let listed = |content_type: &str| patterns.iter().any(|pattern| pattern.matches(content_type));
        listed(self.declared) || self.by_name.is_some_and(listed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patterns(list: &[&str]) -> Vec<TypePattern> {
        list.iter().map(|text| TypePattern::parse(text).unwrap()).collect()
    }

    fn file(name: &str, content_type: &str) -> (FileName, ContentType) {
        (FileName::parse(name).unwrap(), ContentType::parse(content_type).unwrap())
    }

    fn allowed(patterns: &[TypePattern], file: &(FileName, ContentType)) -> bool {
        Shown::of(file).is_allowed(patterns)
    }

    fn forbidden(patterns: &[TypePattern], file: &(FileName, ContentType)) -> bool {
        Shown::of(file).is_forbidden(patterns)
    }

    #[test]
    fn type_and_name_have_to_agree() {
        let list = patterns(&["application/pdf", "IMAGE/*"]);
        assert!(allowed(&list, &file("a.pdf", "application/pdf")));
        assert!(allowed(&list, &file("a.PNG", "image/png")));
        assert!(allowed(&list, &file("a", "application/pdf")), "a name that says nothing");
        assert!(!allowed(&list, &file("a.html", "application/pdf")));
        assert!(!allowed(&list, &file("a.exe", "application/pdf")));
        assert!(!allowed(&list, &file("a.pdf", "application/zip")));
        assert!(!allowed(&list, &file("a.png", "imagex/png")));
        assert!(!allowed(&[], &file("a.pdf", "application/pdf")), "none allowed");
        assert!(allowed(&patterns(&["*/*"]), &file("a.zip", "application/zip")));
    }

    #[test]
    fn a_forbid_sees_through_a_wrong_type_or_a_wrong_name() {
        let list = patterns(&["application/zip"]);
        assert!(forbidden(&list, &file("a.zip", "application/pdf")));
        assert!(forbidden(&list, &file("a.pdf", "application/zip")));
        assert!(!forbidden(&list, &file("a.pdf", "application/pdf")));
    }

    #[test]
    fn other_wildcards_are_refused() {
        for bad in ["", "*", "*/pdf", "image/", "/*", "image/p*", "image", "im age/*", "image/*/*", "*/*/*"] {
            assert!(TypePattern::parse(bad).is_err(), "{bad:?}");
        }
    }
}
