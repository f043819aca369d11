//! Addresses as people paste them: from a header, a spreadsheet, another mail program, one a line.

use std::collections::{BTreeMap, BTreeSet};

use signet_core::{AddressError, EmailAddress, HeaderText, Mailbox};

/// One entry of a pasted list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedAddress {
    /// As it was written, without what surrounds it.
    pub text: String,
    /// What it says, or why nothing can be sent there.
    pub mailbox: Result<Mailbox, AddressError>,
}

/// What [`parse_addresses`] found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AddressList {
    /// Those that are no address first, then the good ones in their order; each once.
    pub entries: Vec<ListedAddress>,
    /// How many were there already and have been merged.
    pub merged: usize,
}

/// Reads a list separated by commas, semicolons, tabs or lines. Names may stand before `<…>`, in quotes
/// with anything in them, or in the column before the address; comments in parentheses, group names and
/// header names are left out. What is not certain to be an address is handed back as it was written:
/// nothing is guessed. Takes time in proportion to the text.
pub fn parse_addresses(text: &str) -> AddressList {
    let mut list = AddressList::default();
    let (mut bad, mut good) = (Vec::new(), Vec::new());
    let (mut seen, mut refused) = (BTreeMap::<String, usize>::new(), BTreeSet::new());
    for entry in entries(&pieces(text)) {
        match &entry.mailbox {
            Ok(mailbox) => {
                if let Some(at) = seen.get(mailbox.address.as_str()) {
                    list.merged += 1;
                    adopt_name(&mut good, *at, mailbox);
                } else {
                    seen.insert(mailbox.address.to_string(), good.len());
                    good.push(entry);
                }
            }
            Err(_) if refused.insert(entry.text.clone()) => bad.push(entry),
            Err(_) => list.merged += 1,
        }
    }
    bad.append(&mut good);
    list.entries = bad;
    list
}

/// The first one stays where it is; a name that only a later one has is kept.
fn adopt_name(good: &mut [ListedAddress], at: usize, later: &Mailbox) {
    if let Some(ListedAddress { mailbox: Ok(first), text }) = good.get_mut(at)
        && first.name.is_none()
        && later.name.is_some()
    {
        first.name.clone_from(&later.name);
        *text = first.to_string();
    }
}

/// What stands between two separators.
#[derive(Default)]
struct Piece {
    /// As written, without comments.
    text: String,
    /// What stands in `<…>`, if anything does.
    angle: Option<String>,
    /// What stands before it, without its quotes.
    name: String,
    /// Whether any of the name was in quotes.
    quoted: bool,
    /// Quotes or brackets that do not end.
    open: bool,
    /// What ended it.
    end: char,
}

/// Cuts the text at its separators.
fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut piece = Piece::default();
    let mut chars = text.chars().filter(|c| !is_invisible(*c)).peekable();
    while let Some(c) = chars.next() {
        match c {
            ',' | ';' | '\n' | '\r' | '\t' => {
                piece.end = c;
                pieces.push(std::mem::take(&mut piece));
            }
            '"' => {
                piece.quoted = true;
                piece.text.push('"');
                let mut ended = false;
                while let Some(c) = chars.next() {
                    piece.text.push(c);
                    match c {
                        '"' => {
                            ended = true;
                            break;
                        }
                        '\\' => {
                            let next = chars.next();
                            piece.text.extend(next);
                            piece.name.extend(next);
                        }
                        // A quote that never ends takes its own line with it, not the rest of the list.
                        '\n' | '\r' => break,
                        c => piece.name.push(c),
                    }
                }
                piece.open |= !ended;
                if !ended {
                    piece.end = '\n';
                    pieces.push(std::mem::take(&mut piece));
                }
            }
            '<' if piece.angle.is_none() => {
                let mut inner = String::new();
                let mut ended = false;
                while let Some(next) = chars.peek() {
                    match next {
                        '>' => {
                            chars.next();
                            ended = true;
                            break;
                        }
                        ',' | ';' | '\n' | '\r' => break,
                        c => {
                            inner.push(*c);
                            chars.next();
                        }
                    }
                }
                piece.open |= !ended;
                piece.text.push('<');
                piece.text.push_str(&inner);
                if ended {
                    piece.text.push('>');
                }
                piece.angle = Some(inner);
            }
            '(' => skip_comment(&mut chars),
            c => {
                piece.text.push(c);
                if piece.angle.is_none() {
                    piece.name.push(c);
                } else if !c.is_whitespace() {
                    // Something after `>`.
                    piece.open = true;
                }
            }
        }
    }
    piece.end = '\n';
    pieces.push(piece);
    pieces
}

/// Comments may hold comments (RFC 5322, 3.2.2); one that never ends is over with its line.
fn skip_comment(chars: &mut std::iter::Peekable<impl Iterator<Item = char>>) {
    let mut depth = 1_usize;
    while depth > 0 {
        match chars.peek() {
            None | Some('\n' | '\r') => return,
            Some('(') => depth += 1,
            Some(')') => depth -= 1,
            Some('\\') => drop(chars.next()),
            Some(_) => {}
        }
        chars.next();
    }
}

/// Joins what belongs together, and reads it.
fn entries(pieces: &[Piece]) -> Vec<ListedAddress> {
    let mut entries = Vec::new();
    let mut rest = pieces.iter().peekable();
    while let Some(piece) = rest.next() {
        let text = piece.text.trim();
        if text.is_empty() {
            continue;
        }
        // `Berg, Mia <mia@example.org>` and a column with the name: the first half is no address.
        if looks_like_a_name(piece)
            && let Some(next) = rest.next_if(|next| continues(piece.end, next))
        {
            let comma = if piece.end == ',' { ", " } else { " " };
            let name = format!("{}{comma}{}", strip_label(&piece.name), next_name(next));
            let address = next.angle.as_deref().unwrap_or(&next.text);
            let written = format!("{}{comma}{}", strip_label(text), next.text.trim());
            entries.push(read(&written, &name, address, piece.open || next.open));
            continue;
        }
        let text = strip_label(text);
        if text.is_empty() {
            continue;
        }
        match &piece.angle {
            Some(address) => entries.push(read(text, strip_label(&piece.name), address, piece.open)),
            // Several addresses with nothing but spaces between them.
            None if !piece.quoted && text.split_whitespace().all(|word| word.matches('@').count() == 1) => {
                entries.extend(text.split_whitespace().map(|word| read(word, "", word, piece.open)));
            }
            None => entries.push(read(text, "", text, piece.open)),
        }
    }
    entries
}

/// Without an @, and without the dots of a mistyped address.
fn looks_like_a_name(piece: &Piece) -> bool {
    let name = piece.name.trim();
    let dotted = |name: &str| !name.contains(' ') && name.trim_end_matches('.').contains('.');
    piece.angle.is_none() && !name.is_empty() && !name.contains('@') && (piece.quoted || !dotted(name))
}

/// Whether that is the rest of an entry whose name was cut by this separator.
fn continues(separator: char, next: &Piece) -> bool {
    match separator {
        ',' => next.angle.is_some() && !next.name.contains('@'),
        '\t' => {
            next.angle.is_some()
                || (next.name.contains('@') && !next.name.trim().contains(char::is_whitespace))
        }
        _ => false,
    }
}

fn next_name(next: &Piece) -> &str {
    if next.angle.is_some() { &next.name } else { "" }
}

/// Without `To:` or `Team:` before it.
fn strip_label(text: &str) -> &str {
    let text = text.trim();
    match text.split_once(':') {
        Some((label, rest))
            if !label.contains(['@', '<', '"']) && !label.trim().eq_ignore_ascii_case("mailto") =>
        {
            rest.trim()
        }
        _ => text,
    }
}

fn read(text: &str, name: &str, address: &str, open: bool) -> ListedAddress {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mailbox = if open { Err(AddressError::Invalid) } else { mailbox(name, address) };
    // As sending reads it, whatever the paste looked like.
    let text = mailbox.as_ref().map_or(text, ToString::to_string);
    ListedAddress { text, mailbox }
}

fn mailbox(name: &str, address: &str) -> Result<Mailbox, AddressError> {
    let address = EmailAddress::parse(strip_mailto(address.trim()))?;
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    let name: String = name.chars().map(plain).collect();
    let mut name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    // Some programs put apostrophes around the name; quotes left over from a quoted name say nothing.
    while let Some(inner) = [('\'', '\''), ('"', '"')]
        .iter()
        .find_map(|(open, close)| name.strip_prefix(*open)?.strip_suffix(*close))
    {
        name = inner.trim().to_owned();
    }
    let name = HeaderText::parse(&name).map_err(|_| AddressError::Invalid)?;
    Ok(Mailbox { name: Some(name).filter(|name| !name.as_str().is_empty()), address })
}

fn strip_mailto(text: &str) -> &str {
    match text.split_at_checked(7) {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("mailto:") => {
            rest.split_once('?').map_or(rest, |(address, _)| address)
        }
        _ => text,
    }
}

/// What a paste may bring along and nobody sees: byte order marks, joiners, marks of direction.
const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}' | '\u{AD}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::time::Instant;

    fn texts(text: &str) -> Vec<String> {
        parse_addresses(text)
            .entries
            .iter()
            .map(|entry| if entry.mailbox.is_ok() { entry.text.clone() } else { format!("!{}", entry.text) })
            .collect()
    }

    #[test]
    fn lists_as_people_have_them() {
        let cases: &[(&str, &[&str])] = &[
            ("a@b.org", &["a@b.org"]),
            ("<a@b.org>,<c@d.org>", &["a@b.org", "c@d.org"]),
            ("a@b.org; c@d.org ;", &["a@b.org", "c@d.org"]),
            ("a@b.org\r\nc@d.org\n\n", &["a@b.org", "c@d.org"]),
            ("a@b.org\tc@d.org", &["a@b.org", "c@d.org"]),
            ("a@b.org c@d.org  e@f.org", &["a@b.org", "c@d.org", "e@f.org"]),
            (r#""Berg, Mia" <mia@b.org>, leo@b.org"#, &["Berg, Mia <mia@b.org>", "leo@b.org"]),
            (r#""a; b \"c\"" <d@e.org>"#, &[r#"a; b "c" <d@e.org>"#]),
            (
                "Berg, Mia <mia@b.org>; Roth, Leo <leo@b.org>",
                &["Berg, Mia <mia@b.org>", "Roth, Leo <leo@b.org>"],
            ),
            ("'Mia Berg' <mia@b.org>", &["Mia Berg <mia@b.org>"]),
            ("mia@b.org (Mia, at (or near) home), leo@b.org", &["mia@b.org", "leo@b.org"]),
            ("Mia Berg\tmia@b.org\nLeo\tleo@b.org", &["Mia Berg <mia@b.org>", "Leo <leo@b.org>"]),
            ("To: mia@b.org, leo@b.org", &["mia@b.org", "leo@b.org"]),
            ("Team: mia@b.org, Leo <leo@b.org>;", &["mia@b.org", "Leo <leo@b.org>"]),
            ("<mailto:mia@b.org?subject=x>", &["mia@b.org"]),
            ("\u{feff}mia@b.org\u{200b}", &["mia@b.org"]),
            ("Mia\u{a0}Berg <mia@B.ORG>", &["Mia Berg <mia@b.org>"]),
            ("", &[]),
            (" ,; \n", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(texts(text), *expected, "{text:?}");
        }
    }

    #[test]
    fn what_is_no_address_comes_first_and_is_never_guessed_at() {
        let cases: &[(&str, &[&str])] = &[
            ("mia@b.org, nobody, leo@b.org", &["!nobody", "mia@b.org", "leo@b.org"]),
            ("mia@b.org, leo.b.org, Tom <tom@b.org>", &["!leo.b.org", "mia@b.org", "Tom <tom@b.org>"]),
            ("mia berg@b.org", &["!mia berg@b.org"]),
            ("jörg@b.org", &["!jörg@b.org"]),
            ("Mia <mia@b.org", &["!Mia <mia@b.org"]),
            ("\"Mia <mia@b.org>\nleo@b.org", &["!\"Mia <mia@b.org>", "leo@b.org"]),
            ("Mia <mia@b.org> x, leo@b.org", &["!Mia <mia@b.org> x", "leo@b.org"]),
            ("a@b@c.org", &["!a@b@c.org"]),
            ("x@@y", &["!x@@y"]),
        ];
        for (text, expected) in cases {
            assert_eq!(texts(text), *expected, "{text:?}");
        }
        let failure = parse_addresses("jörg@b.org").entries[0].mailbox.clone();
        assert_eq!(failure, Err(AddressError::NonAscii));
    }

    #[test]
    fn each_address_is_there_once_and_keeps_the_name_that_one_of_them_had() {
        let list = parse_addresses("mia@B.org, leo@b.org, Mia Berg <mia@b.ORG>, x, x");
        let texts: Vec<_> = list.entries.iter().map(|entry| entry.text.as_str()).collect();
        assert_eq!(texts, ["x", "Mia Berg <mia@b.org>", "leo@b.org"]);
        assert_eq!(list.merged, 2);
        // The part before the @ belongs to its domain: its case may matter there.
        assert_eq!(parse_addresses("Mia@b.org, mia@b.org").entries.len(), 2);
    }

    #[test]
    fn five_hundred_take_no_time() {
        let line =
            |n: usize| format!("\"Person {n}, of somewhere\" <person.{n}@department{}.example.org>", n % 7);
        let text = (0..500).map(line).collect::<Vec<_>>().join(";\n");
        let begun = Instant::now();
        let list = parse_addresses(&text);
        let took = begun.elapsed();
        assert_eq!((list.entries.len(), list.merged), (500, 0));
        assert!(list.entries.iter().all(|entry| entry.mailbox.is_ok()));
        assert!(took.as_millis() < 50, "{took:?}");
    }

    proptest! {
        /// What the window puts into a draft is what sending reads.
        #[test]
        fn what_is_good_is_read_by_sending_as_the_same(text in "[ -~\\t\\r\\näß\u{200b}]{0,120}") {
            let list = parse_addresses(&text);
            for entry in &list.entries {
                prop_assert!(!entry.text.contains(['\r', '\n', '\0']));
                if let Ok(mailbox) = &entry.mailbox {
                    prop_assert_eq!(&Mailbox::parse(&entry.text).unwrap(), mailbox);
                }
            }
            let first_good = list.entries.iter().position(|entry| entry.mailbox.is_ok());
            prop_assert!(first_good.is_none_or(|at| list.entries[at..].iter().all(|e| e.mailbox.is_ok())));
            let again = list.entries.iter().map(|entry| entry.text.as_str()).collect::<Vec<_>>();
            let distinct = again.iter().collect::<BTreeSet<_>>();
            prop_assert_eq!(distinct.len(), again.len());
        }

        /// A list of good entries loses none, whatever separates them.
        #[test]
        fn no_address_is_lost(
            entries in proptest::collection::vec(
                ("[a-z]{1,8}", "[a-z]{2,8}", proptest::option::of("[A-Za-z ,;.']{1,12}")), 1..20),
            separator in prop::sample::select(vec![", ", ";", "\n", "\r\n", " ; \n", ",\n"]),
        ) {
            let written: Vec<_> = entries.iter().map(|(local, domain, name)| match name {
                Some(name) => format!("\"{name}\" <{local}@{domain}.org>"),
                None => format!("{local}@{domain}.org"),
            }).collect();
            let list = parse_addresses(&written.join(separator));
            prop_assert!(list.entries.iter().all(|entry| entry.mailbox.is_ok()), "{:?}", list);
            let expected: BTreeSet<_> =
                entries.iter().map(|(local, domain, _)| format!("{local}@{domain}.org")).collect();
            prop_assert_eq!(list.entries.len() + list.merged, entries.len());
            let found: BTreeSet<_> = list.entries.iter()
                .map(|entry| entry.mailbox.as_ref().unwrap().address.to_string()).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
