//! The recovery kit on paper: one A4 page that reads well in black and white.

mod draw;
mod words;

use jiff::civil::Date;
use signet_core::{Profile, VaultId};
use signet_crypto::SecretText;
use zeroize::Zeroizing;

pub(crate) use words::Language;

use draw::{Font, Page};
use words::Words;

/// What is on the page.
pub(crate) struct Kit<'a> {
    pub(crate) groups: &'a [SecretText],
    pub(crate) vault: VaultId,
    pub(crate) profile: Profile,
    pub(crate) made: Date,
    pub(crate) fingerprint: &'a str,
    pub(crate) audit_fingerprint: &'a str,
}

/// Left edge and width of the text, in points.
const LEFT: f32 = 62.0;
const WIDTH: f32 = draw::WIDTH - 2.0 * LEFT;

/// The page as a PDF (ISO 32000-1) with the standard fonts: nothing is embedded, nothing is fetched. The
/// groups are in it in the clear: it goes to the file that the person chose, and nowhere else.
pub(crate) fn pdf(kit: &Kit<'_>, language: Language) -> Zeroizing<Vec<u8>> {
    let words = Words::of(language);
    let mut page = Page::new();
    let mut y = heading(&mut page, kit, words);
    y = page.paragraph(LEFT, y, WIDTH, Font::Plain, 11.0, words.opens);
    y = groups(&mut page, kit.groups, y - 12.0);
    y = facts(&mut page, kit, words, language, y - 32.0);
    y = advice(&mut page, words.keep_title, words.keep, y - 32.0);
    y = advice(&mut page, words.use_title, words.uses, y - 16.0);
    written_by_hand(&mut page, words, y - 20.0);
    page.finish(words.title)
}

fn heading(page: &mut Page, kit: &Kit<'_>, words: &Words) -> f32 {
    let top = draw::HEIGHT - 84.0;
    page.ring(LEFT + 15.0, top + 8.0, 15.0);
    page.text(LEFT + 44.0, top, Font::Bold, 25.0, words.title);
    let profile = match kit.profile {
        Profile::Production => words.production,
        Profile::Sandbox => words.sandbox,
    };
    page.text(LEFT + 44.0, top - 19.0, Font::Plain, 11.5, profile);
    page.line(LEFT, top - 36.0, WIDTH, 1.2);
    top - 60.0
}

/// The groups, three in a row, large enough to be typed back without glasses.
fn groups(page: &mut Page, groups: &[SecretText], top: f32) -> f32 {
    const HIGH: f32 = 54.0;
    const GAP: f32 = 10.0;
    let wide = (WIDTH - 2.0 * GAP) / 3.0;
    let mut bottom = top;
    for (row, three) in groups.chunks(3).enumerate() {
        for (column, group) in three.iter().enumerate() {
            let (Ok(row_at), Ok(column_at)) = (u16::try_from(row), u16::try_from(column)) else { continue };
            let x = LEFT + f32::from(column_at) * (wide + GAP);
            bottom = top - f32::from(row_at) * (HIGH + GAP) - HIGH;
            page.frame(x, bottom, wide, HIGH);
            page.text(x + 8.0, bottom + HIGH - 15.0, Font::Plain, 9.5, &(row * 3 + column + 1).to_string());
            // Exposed to be written down: this is what the page is for.
            page.text(x + 34.0, bottom + 16.0, Font::Mono, 32.0, group.expose());
        }
    }
    bottom
}

fn facts(page: &mut Page, kit: &Kit<'_>, words: &Words, language: Language, mut y: f32) -> f32 {
    let rows = [
        (words.made, language.date(kit.made)),
        (words.vault, kit.vault.to_string()),
        (words.fingerprint, kit.fingerprint.to_owned()),
        (words.audit_fingerprint, kit.audit_fingerprint.to_owned()),
    ];
    for (name, value) in rows {
        page.text(LEFT, y, Font::Plain, 10.0, name);
        page.text(LEFT + 150.0, y, Font::MonoPlain, 10.0, &value);
        y -= 17.0;
    }
    y + 17.0
}

fn advice(page: &mut Page, title: &str, lines: &[&str], top: f32) -> f32 {
    page.text(LEFT, top, Font::Bold, 12.0, title);
    let mut y = top - 18.0;
    for line in lines {
        page.dot(LEFT + 4.0, y + 3.5);
        y = page.paragraph(LEFT + 14.0, y, WIDTH - 14.0, Font::Plain, 10.5, line) - 3.0;
    }
    y
}

fn written_by_hand(page: &mut Page, words: &Words, top: f32) {
    for (place, name) in [words.belongs_to, words.kept_at].into_iter().enumerate() {
        let y = if place == 0 { top } else { top - 30.0 };
        page.text(LEFT, y, Font::Plain, 10.0, name);
        page.line(LEFT + 110.0, y - 2.0, WIDTH - 110.0, 0.5);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use std::process::{Command, Stdio};

    const GROUPS: [&str; 9] = ["ABCD", "EFGH", "IJKL", "MNOP", "QRST", "UVWX", "YZ23", "4567", "A2B3"];

    fn page(language: Language, profile: Profile) -> Zeroizing<Vec<u8>> {
        let groups = GROUPS.map(|group| SecretText::new(group.into()));
        let kit = Kit {
            groups: &groups,
            vault: VaultId::from_bytes([0xab; 16]),
            profile,
            made: "2026-11-23".parse().unwrap(),
            fingerprint: "N63B-OOKV",
            audit_fingerprint: "0123-4567-89AB-CDEF",
        };
        pdf(&kit, language)
    }

    /// Poppler's tool reads the page as a person's viewer does.
    fn read(tool: &str, arguments: &[&str], pdf: &[u8]) -> String {
        let mut reader = Command::new(tool)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("poppler-utils is installed");
        reader.stdin.take().unwrap().write_all(pdf).unwrap();
        let read = reader.wait_with_output().unwrap();
        assert!(read.status.success() && read.stderr.is_empty(), "{read:?}");
        String::from_utf8(read.stdout).unwrap()
    }

    #[test]
    fn every_group_is_on_the_page_in_its_order_and_so_are_the_facts() {
        for (language, title) in
            [(Language::English, "Signet recovery kit"), (Language::German, "Signet Wiederherstellungsbogen")]
        {
            let pdf = page(language, Profile::Production);
            let text = read("pdftotext", &["-layout", "-", "-"], &pdf);
            let words: Vec<_> = text.split_whitespace().collect();
            let mut at = 0;
            for (number, group) in GROUPS.iter().enumerate() {
                let found = words.iter().skip(at).position(|word| word == group);
                at += found.unwrap_or_else(|| panic!("group {} is not there: {text}", number + 1)) + 1;
            }
            for fact in ["ab".repeat(16).as_str(), "N63B-OOKV", "0123-4567-89AB-CDEF", title] {
                assert!(text.contains(fact), "{fact} is not there: {text}");
            }
            let info = read("pdfinfo", &["-"], &pdf);
            assert!(info.contains("Pages:           1\n") && info.contains("(A4)"), "{info}");
        }
    }

    #[test]
    fn it_says_which_vault_in_the_language_that_is_asked_for() {
        let text = |language, profile| read("pdftotext", &["-layout", "-", "-"], &page(language, profile));
        assert!(text(Language::English, Profile::Sandbox).contains("23 November 2026"));
        assert!(text(Language::English, Profile::Sandbox).contains("sandbox"));
        let german = text(Language::German, Profile::Production);
        assert!(german.contains("23. November 2026") && german.contains("für"), "{german}");
        assert!(!german.contains("sandbox"));
    }

    /// Whatever is drawn stays on the sheet: nothing that a printer would cut off.
    #[test]
    fn nothing_runs_over_an_edge() {
        for language in [Language::English, Language::German] {
            let boxes = read("pdftotext", &["-bbox", "-", "-"], &page(language, Profile::Production));
            let mut words = 0;
            for line in boxes.lines().filter(|line| line.contains("<word")) {
                let edge = |name: &str| -> f32 {
                    let value = line.split(&format!("{name}=\"")).nth(1).unwrap();
                    value.split('"').next().unwrap().parse().unwrap()
                };
                assert!(edge("xMin") >= 40.0 && edge("xMax") <= 555.0, "{line}");
                assert!(edge("yMin") >= 40.0 && edge("yMax") <= 802.0, "{line}");
                words += 1;
            }
            assert!(words > 80, "{words}");
        }
    }
}
