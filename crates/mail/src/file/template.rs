//! `{{name}}`, `{{{name}}}`, `{{file:path}}` and `\{{`.

use super::MessageFileError;

/// A text cut into what stands in it and what is to be put in.
pub(super) struct Template<'a> {
    pieces: Vec<Piece<'a>>,
}

enum Piece<'a> {
    Text(&'a str),
    /// The name, and whether the value is put in without escaping.
    Variable(&'a str, bool),
    /// A file whose content is put in, and whether without escaping.
    File(&'a str, bool),
}

/// What is to be put in at one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slot<'a> {
    /// The value of this variable.
    Variable(&'a str),
    /// The content of this file.
    File(&'a str),
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
                .ok_or_else(|| MessageFileError::Placeholder { field: field.into() })?;
            let name = name.trim_matches(' ');
            let piece = match name.strip_prefix("file:").map(|path| path.trim_matches(' ')) {
                Some(path) if is_inside(path) => Piece::File(path, raw),
                None if is_name(name) => Piece::Variable(name, raw),
                _ => return Err(MessageFileError::Placeholder { field: field.into() }),
            };
            pieces.extend([Piece::Text(before), piece]);
            rest = after;
        }
        pieces.push(Piece::Text(rest));
        Ok(Self { pieces })
    }

    /// The variables, in order, duplicates included.
    pub(super) fn names(&self) -> impl Iterator<Item = &'a str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Variable(name, _) => Some(*name),
            Piece::Text(_) | Piece::File(..) => None,
        })
    }

    /// The files, in order, duplicates included.
    pub(super) fn files(&self) -> impl Iterator<Item = &'a str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::File(path, _) => Some(*path),
            Piece::Text(_) | Piece::Variable(..) => None,
        })
    }

    /// The text with each place replaced by what `value` makes of it and its rawness.
    pub(super) fn fill<E>(
        &self,
        mut value: impl FnMut(Slot<'a>, bool) -> Result<String, E>,
    ) -> Result<String, E> {
        self.pieces.iter().try_fold(String::new(), |mut out, piece| {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Variable(name, raw) => out.push_str(&value(Slot::Variable(name), *raw)?),
                Piece::File(path, raw) => out.push_str(&value(Slot::File(path), *raw)?),
            }
            Ok(out)
        })
    }
}

/// The names in double braces in a text that is to be sent as it is, each once: a template that nobody
/// filled in.
pub fn placeholders(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("{{") {
        let inner = after.strip_prefix('{').unwrap_or(after);
        // Longer than any name or path: nothing is searched twice.
        let near = inner.get(..inner.floor_char_boundary(300)).unwrap_or(inner);
        if let Some((name, _)) = near.split_once("}}") {
            let name = name.trim_matches(' ');
            let file = name.strip_prefix("file:").is_some_and(|path| is_inside(path.trim_matches(' ')));
            if (file || is_name(name)) && !names.contains(&name) {
                names.push(name);
            }
        }
        rest = after;
    }
    names
}

/// A letter, then letters, digits, `-` and `_`; all ASCII.
pub(super) fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

/// A path below the message file's folder: a file from somebody else must not be able to name others.
fn is_inside(path: &str) -> bool {
    !path.is_empty()
        && !path.starts_with(['/', '\\', '~'])
        && !path.contains(['{', '}', '\n', '\r', '\0', ':'])
        && path.split(['/', '\\']).all(|part| part != "..")
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
        Template::parse(text, "text")?.fill(|slot, raw| {
            let mark = if raw { "!" } else { "" };
            Ok(match slot {
                Slot::Variable(name) => format!("<{name}{mark}>"),
                Slot::File(path) => format!("[{path}{mark}]"),
            })
        })
    }

    #[test]
    fn placeholders_are_replaced_and_escapes_kept() {
        assert_eq!(fill("a {{b}} {{ c-1 }}{{{d}}}.").unwrap(), "a <b> <c-1><d!>.");
        assert_eq!(fill(r"\{{b}} { {b} } }}").unwrap(), "{{b}} { {b} } }}");
        assert_eq!(fill("").unwrap(), "");
        assert_eq!(fill("{{file:a/b.txt}} {{{ file: c d.html }}}").unwrap(), "[a/b.txt] [c d.html!]");
    }

    #[test]
    fn braces_left_in_a_text_are_found() {
        assert_eq!(placeholders("a {{b}} {{ c-1 }} {{{b}}} {{file:x.txt}}"), ["b", "c-1", "file:x.txt"]);
        let none = ["", "{{", "{{}}", "{{a b}}", "{b}", "if (x) {{ y = 1; }}", "{{ {% x %} }}"];
        for text in none {
            assert_eq!(placeholders(text), Vec::<&str>::new(), "{text:?}");
        }
        // Takes no time even where nothing ever closes.
        assert_eq!(placeholders(&"{{".repeat(200_000)), Vec::<&str>::new());
    }

    #[test]
    fn a_broken_placeholder_is_an_error() {
        for bad in
            ["{{", "{{b}", "{{}}", "{{ }}", "{{1}}", "{{a b}}", "{{#if}}", "{{{a}}", "{{ä}}", "{{a\nb}}"]
        {
            assert!(fill(bad).is_err(), "{bad:?}");
        }
        for outside in ["/etc/passwd", "../x", "a/../../x", "~/x", "", "C:\\x", "\\\\host\\x"] {
            assert!(fill(&format!("{{{{file:{outside}}}}}")).is_err(), "{outside:?}");
        }
    }
}
