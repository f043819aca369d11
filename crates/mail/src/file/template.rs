//! `{{name}}`, `{{{name}}}` and `\{{`.

use super::MessageFileError;

/// A text cut into what stands in it and what is to be put in.
pub(super) struct Template<'a> {
    pieces: Vec<Piece<'a>>,
}

enum Piece<'a> {
    Text(&'a str),
    /// The name, and whether the value is put in without escaping.
    Variable(&'a str, bool),
}

impl<'a> Template<'a> {
    pub(super) fn parse(text: &'a str, field: &str) -> Result<Self, MessageFileError> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            if let Some(before) = before.strip_suffix('\\') {
                pieces.extend([Piece::Text(before), Piece::Text("{{")]);
                rest = after;
                continue;
            }
            let (raw, inner, close) = match after.strip_prefix('{') {
                Some(inner) => (true, inner, "}}}"),
                None => (false, after, "}}"),
            };
            let (name, after) = inner
                .split_once(close)
                .filter(|(name, _)| is_name(name.trim_matches(' ')))
                .ok_or_else(|| MessageFileError::Placeholder { field: field.into() })?;
            pieces.extend([Piece::Text(before), Piece::Variable(name.trim_matches(' '), raw)]);
            rest = after;
        }
        pieces.push(Piece::Text(rest));
        Ok(Self { pieces })
    }

    /// The variables, in order, duplicates included.
    pub(super) fn names(&self) -> impl Iterator<Item = &'a str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Variable(name, _) => Some(*name),
            Piece::Text(_) => None,
        })
    }

    /// The text with each variable replaced by what `value` makes of its name and rawness.
    pub(super) fn fill<E>(
        &self,
        mut value: impl FnMut(&str, bool) -> Result<String, E>,
    ) -> Result<String, E> {
        self.pieces.iter().try_fold(String::new(), |mut out, piece| {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Variable(name, raw) => out.push_str(&value(name, *raw)?),
            }
            Ok(out)
        })
    }
}

/// A letter, then letters, digits, `-` and `_`; all ASCII.
pub(super) fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

/// A value as HTML text or attribute value.
pub(super) fn escape_html(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fill(text: &str) -> Result<String, MessageFileError> {
        Template::parse(text, "text")?.fill(|name, raw| Ok(format!("<{name}{}>", if raw { "!" } else { "" })))
    }

    #[test]
    fn placeholders_are_replaced_and_escapes_kept() {
        assert_eq!(fill("a {{b}} {{ c-1 }}{{{d}}}.").unwrap(), "a <b> <c-1><d!>.");
        assert_eq!(fill(r"\{{b}} { {b} } }}").unwrap(), "{{b}} { {b} } }}");
        assert_eq!(fill("").unwrap(), "");
    }

    #[test]
    fn a_broken_placeholder_is_an_error() {
        for bad in
            ["{{", "{{b}", "{{}}", "{{ }}", "{{1}}", "{{a b}}", "{{#if}}", "{{{a}}", "{{ä}}", "{{a\nb}}"]
        {
            assert!(fill(bad).is_err(), "{bad:?}");
        }
    }
}
