//! Text and lines on one A4 page. Points, from the bottom left.

use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, Str, TextStr};
use zeroize::Zeroizing;

/// A4 (ISO 216) in points.
pub(super) const WIDTH: f32 = 595.28;
pub(super) const HEIGHT: f32 = 841.89;

/// Control points of a circle's quarter (a cubic Bézier), as a part of its radius.
const QUARTER: f32 = 0.552_285;

/// A standard font of PDF (ISO 32000-1, 9.6.2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Font {
    Plain,
    Bold,
    /// The groups of the kit.
    Mono,
    MonoPlain,
}

impl Font {
    const ALL: [Self; 4] = [Self::Plain, Self::Bold, Self::Mono, Self::MonoPlain];

    const fn names(self) -> (&'static [u8], &'static [u8]) {
        match self {
            Self::Plain => (b"F1", b"Helvetica"),
            Self::Bold => (b"F2", b"Helvetica-Bold"),
            Self::Mono => (b"F3", b"Courier-Bold"),
            Self::MonoPlain => (b"F4", b"Courier"),
        }
    }
}

/// A page that is being drawn.
pub(super) struct Page(Content);

impl Page {
    /// An empty one.
    pub(super) fn new() -> Self {
        Self(Content::new())
    }

    /// One line of text.
    pub(super) fn text(&mut self, x: f32, y: f32, font: Font, size: f32, text: &str) {
        let bytes = Zeroizing::new(windows_1252(text));
        self.0.begin_text();
        self.0.set_font(Name(font.names().0), size);
        self.0.next_line(x, y);
        self.0.show(Str(&bytes));
        self.0.end_text();
    }

    /// Text broken into lines of that width; returns where the next one goes.
    pub(super) fn paragraph(
        &mut self,
        x: f32,
        mut y: f32,
        width: f32,
        font: Font,
        size: f32,
        text: &str,
    ) -> f32 {
        let mut line = String::new();
        for word in text.split(' ') {
            let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
            if width_of(&longer, size) > width {
                self.text(x, y, font, size, &line);
                y -= size * 1.4;
                word.clone_into(&mut line);
            } else {
                line = longer;
            }
        }
        self.text(x, y, font, size, &line);
        y - size * 1.4
    }

    /// A line to the right.
    pub(super) fn line(&mut self, x: f32, y: f32, width: f32, thick: f32) {
        self.0.set_line_width(thick).move_to(x, y).line_to(x + width, y).stroke();
    }

    /// A frame.
    pub(super) fn frame(&mut self, x: f32, y: f32, width: f32, height: f32) {
        self.0.set_line_width(0.9).rect(x, y, width, height).stroke();
    }

    /// A dot before a line of advice.
    pub(super) fn dot(&mut self, x: f32, y: f32) {
        self.circle(x, y, 1.6);
        self.0.fill_nonzero();
    }

    /// The ring with its seal.
    pub(super) fn ring(&mut self, x: f32, y: f32, radius: f32) {
        self.0.set_line_width(3.4);
        self.circle(x, y - 2.0, radius - 2.0);
        self.0.stroke();
        self.circle(x, y + radius - 5.0, radius * 0.45);
        self.0.fill_nonzero();
    }

    fn circle(&mut self, x: f32, y: f32, r: f32) {
        let k = r * QUARTER;
        self.0.move_to(x + r, y);
        self.0.cubic_to(x + r, y + k, x + k, y + r, x, y + r);
        self.0.cubic_to(x - k, y + r, x - r, y + k, x - r, y);
        self.0.cubic_to(x - r, y - k, x - k, y - r, x, y - r);
        self.0.cubic_to(x + k, y - r, x + r, y - k, x + r, y);
        self.0.close_path();
    }

    /// The file. Its buffers are freed here, and freed memory is wiped.
    pub(super) fn finish(self, title: &str) -> Zeroizing<Vec<u8>> {
        let [catalog, pages, page_id, content, info] = [1, 2, 3, 4, 5].map(Ref::new);
        let mut pdf = Pdf::new();
        pdf.catalog(catalog).pages(pages);
        pdf.pages(pages).kids([page_id]).count(1);
        let mut page = pdf.page(page_id);
        page.media_box(Rect::new(0.0, 0.0, WIDTH, HEIGHT)).parent(pages).contents(content);
        let mut resources = page.resources();
        let mut fonts = resources.fonts();
        let ids = [6, 7, 8, 9].map(Ref::new);
        for (font, id) in Font::ALL.into_iter().zip(ids) {
            fonts.pair(Name(font.names().0), id);
        }
        fonts.finish();
        resources.finish();
        page.finish();
        for (font, id) in Font::ALL.into_iter().zip(ids) {
            pdf.type1_font(id).base_font(Name(font.names().1)).encoding_predefined(Name(b"WinAnsiEncoding"));
        }
        pdf.document_info(info).title(TextStr(title)).creator(TextStr("Signet"));
        pdf.stream(content, &self.0.finish());
        Zeroizing::new(pdf.finish())
    }
}

/// The text in the encoding of the standard fonts; a question mark for what they lack.
fn windows_1252(text: &str) -> Vec<u8> {
    let byte = |c: char| match c {
        ' '..='~' => u8::try_from(c).unwrap_or(b'?'),
        '\u{A0}'..='\u{FF}' => u8::try_from(u32::from(c)).unwrap_or(b'?'),
        '–' => 0x96,
        '„' => 0x84,
        '“' => 0x93,
        '”' => 0x94,
        '’' => 0x92,
        '…' => 0x85,
        _ => b'?',
    };
    let mut bytes = Vec::with_capacity(text.len());
    bytes.extend(text.chars().map(byte));
    bytes
}

/// Width of a line in Helvetica (its Adobe font metrics); the same is assumed of Helvetica-Bold.
fn width_of(text: &str, size: f32) -> f32 {
    let thousandths: u32 = text.chars().map(width_of_char).sum();
    u16::try_from(thousandths).map_or(f32::MAX, |width| f32::from(width) * size / 1000.0)
}

const fn width_of_char(c: char) -> u32 {
    match c {
        'i' | 'j' | 'l' => 222,
        ' ' | '!' | ',' | '.' | '/' | ':' | ';' | '[' | ']' | 'f' | 't' | 'I' => 278,
        '-' | '(' | ')' | 'r' | '`' => 333,
        'c' | 'k' | 's' | 'v' | 'x' | 'y' | 'z' | 'J' => 500,
        'w' | 'C' | 'D' | 'H' | 'N' | 'R' | 'U' | 'Ü' => 722,
        'A' | 'B' | 'E' | 'K' | 'P' | 'S' | 'V' | 'X' | 'Y' | '&' | 'Ä' => 667,
        'G' | 'O' | 'Q' | 'Ö' => 778,
        'F' | 'T' | 'Z' | 'ß' => 611,
        'm' | 'M' => 833,
        'W' | '…' => 1000,
        _ => 556,
    }
}
