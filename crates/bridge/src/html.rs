//! Reading HTML without showing it: where its links lead, what it would fetch, and the images that the
//! message brings along. Nothing is removed: what is shown is what is sent.

use std::cell::RefCell;

use data_encoding::BASE64;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};

use crate::wire::LinkFound;

/// Entries of each list; a page with more is not read line by line.
const MOST: usize = 2000;

/// An image inside a message.
pub(crate) struct Image {
    /// Its Content-ID, without brackets.
    pub(crate) id: String,
    /// Its content type.
    pub(crate) content_type: String,
    /// The file.
    pub(crate) bytes: Vec<u8>,
}

/// What was found in HTML.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Links, in their order.
    pub(crate) links: Vec<LinkFound>,
    /// Addresses that it would fetch, each once.
    pub(crate) remote: Vec<String>,
}

/// Looks for links and remote addresses.
pub(crate) fn look(html: &str) -> Found {
    let tokenizer = Tokenizer::new(Sink::default(), TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(html));
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    let mut state = tokenizer.sink.0.into_inner();
    state.end_link();
    state.found
}

/// Whether the HTML shows that image.
pub(crate) fn names_image(html: &str, id: &str) -> bool {
    places(html, id).next().is_some()
}

/// The HTML with its own images in it, so that a frame that may fetch nothing can show them.
pub(crate) fn with_images(mut html: String, images: &[Image]) -> String {
    for image in images.iter().filter(|image| image.content_type.starts_with("image/")) {
        let plain = |c: char| c.is_ascii_alphanumeric() || "/+.-".contains(c);
        let content_type: String = image.content_type.chars().take_while(|&c| plain(c)).collect();
        let spans: Vec<_> = places(&html, &image.id).collect();
        if spans.is_empty() {
            continue;
        }
        let data = format!("data:{content_type};base64,{}", BASE64.encode(&image.bytes));
        for span in spans.into_iter().rev() {
            html.replace_range(span, &data);
        }
    }
    html
}

/// The HTML on a white or a dark ground, unless it brings its own.
pub(crate) fn on_ground(html: &str, dark: bool) -> String {
    // At the end, and without weight: what the message says itself goes first.
    let (ground, scheme) = if dark { ("#1c1c1f", "dark") } else { ("#fff", "light") };
    format!("{html}<style>:where(html){{background:{ground};color-scheme:{scheme}}}</style>")
}

/// Where `cid:ID` is used as an address: after a quote, `=`, `(`, a space or a comma, and ended likewise.
fn places<'a>(html: &'a str, id: &'a str) -> impl Iterator<Item = std::ops::Range<usize>> + 'a {
    let bytes = html.as_bytes();
    let before = |start: usize| start == 0 || b"\"'=( \t\r\n,".contains(&bytes[start - 1]);
    let after = |end: usize| bytes.get(end).is_none_or(|byte| b"\"'>) \t\r\n,;".contains(byte));
    let encoded = id.replace('@', "%40");
    let names = if encoded == id { vec![id.to_owned()] } else { vec![id.to_owned(), encoded] };
    let mut from = 0;
    std::iter::from_fn(move || {
        while let Some(found) = find(&bytes[from..], b"cid:") {
            let start = from + found;
            from = start + 4;
            let name = names.iter().find(|name| bytes[from..].starts_with(name.as_bytes()));
            if let Some(name) = name
                && !name.is_empty()
                && before(start)
                && after(from + name.len())
            {
                return Some(start..from + name.len());
            }
        }
        None
    })
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window.eq_ignore_ascii_case(what))
}

#[derive(Default)]
struct Sink(RefCell<State>);

#[derive(Default)]
struct State {
    found: Found,
    /// The link that is open: its target, and the text so far.
    link: Option<(String, String)>,
    /// Inside `<style>`: the rules so far.
    style: Option<String>,
}

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        let mut state = self.0.borrow_mut();
        match token {
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => state.start(&tag),
            Token::TagToken(tag) => state.end(&tag),
            Token::CharacterTokens(text) => {
                state.text(&text);
                TokenSinkResult::Continue
            }
            _ => TokenSinkResult::Continue,
        }
    }
}

impl State {
    fn start(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        let name: &str = &tag.name;
        let attribute = |wanted: &str| {
            let found = tag.attrs.iter().find(|attribute| &*attribute.name.local == wanted);
            found.map(|attribute| attribute.value.trim().to_owned())
        };
        match name {
            "a" | "area" => {
                self.end_link();
                if let Some(target) = attribute("href") {
                    self.link = Some((target, attribute("alt").unwrap_or_default()));
                    if name == "area" {
                        self.end_link();
                    }
                }
            }
            "img" => {
                if let (Some((_, text)), Some(alt)) = (&mut self.link, attribute("alt")) {
                    text.push_str(&alt);
                }
            }
            // Asks for another page by itself.
            "meta" if attribute("http-equiv").is_some_and(|kind| kind.eq_ignore_ascii_case("refresh")) => {
                let content = attribute("content").unwrap_or_default();
                if let Some(at) = find(content.as_bytes(), b"url=") {
                    self.fetches(content[at + 4..].trim_matches(['\'', '"', ' ']));
                }
            }
            _ => {}
        }
        for attribute in &tag.attrs {
            let value: &str = &attribute.value;
            match &*attribute.name.local {
                "src" | "poster" | "background" | "data" | "lowsrc" | "dynsrc" | "manifest" => {
                    self.fetches(value);
                }
                "href" | "xlink:href" if !matches!(name, "a" | "area") => self.fetches(value),
                "srcset" | "imagesrcset" => {
                    for candidate in value.split(',') {
                        self.fetches(candidate.split_whitespace().next().unwrap_or_default());
                    }
                }
                "srcdoc" => self.found.remote.extend(look(value).remote),
                "style" => self.rules(value),
                _ => {}
            }
        }
        match name {
            "style" => {
                self.style = Some(String::new());
                TokenSinkResult::RawData(RawKind::Rawtext)
            }
            "xmp" | "iframe" | "noembed" | "noframes" => TokenSinkResult::RawData(RawKind::Rawtext),
            "title" | "textarea" => TokenSinkResult::RawData(RawKind::Rcdata),
            "script" => TokenSinkResult::RawData(RawKind::ScriptData),
            "plaintext" => TokenSinkResult::Plaintext,
            _ => TokenSinkResult::Continue,
        }
    }

    fn end(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        match &*tag.name {
            "a" => self.end_link(),
            "style" => {
                if let Some(rules) = self.style.take() {
                    self.rules(&rules);
                }
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }

    fn text(&mut self, more: &str) {
        if let Some(rules) = &mut self.style {
            rules.push_str(more);
        } else if let Some((_, text)) = &mut self.link
            && text.len() < 1000
        {
            text.push_str(more);
        }
    }

    fn end_link(&mut self) {
        if let Some((target, text)) = self.link.take()
            && self.found.links.len() < MOST
        {
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            self.found.links.push(LinkFound { text, target });
        }
    }

    /// An address that a tag or a rule would load.
    fn fetches(&mut self, address: &str) {
        let address = address.trim();
        let lower = address.get(..8).unwrap_or(address).to_ascii_lowercase();
        let inside = ["data:", "cid:", "#", "mid:", "blob:"].iter().any(|scheme| lower.starts_with(scheme));
        let away = lower.starts_with("//") || lower.contains(':');
        let known = || self.found.remote.iter().any(|known| known == address);
        if away && !inside && self.found.remote.len() < MOST && !known() {
            self.found.remote.push(address.into());
        }
    }

    /// Style rules: `url(…)` and `@import "…"`.
    fn rules(&mut self, rules: &str) {
        let mut rest = rules;
        while let Some(at) = find(rest.as_bytes(), b"url(") {
            rest = &rest[at + 4..];
            let end = rest.find(')').unwrap_or(rest.len());
            self.fetches(rest[..end].trim().trim_matches(['\'', '"']));
        }
        let mut rest = rules;
        while let Some(at) = find(rest.as_bytes(), b"@import") {
            rest = rest[at + 7..].trim_start();
            if let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) {
                rest = &rest[1..];
                self.fetches(&rest[..rest.find(quote).unwrap_or(rest.len())]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_what_is_shown_and_where_they_lead() {
        let found = look(
            "<p><a href='https://bank.example/'>  My\n <b>bank</b></a> <A HREF=\"http://evil.example/?a=1&amp;b=2\">\
             https://bank.example</A><a href=mailto:x@y.z><img alt='write'></a><a name=top>no link</a>\
             <map><area href=/x alt=Area></map><script>'<a href=\"no\">'</script><a href=#end>open",
        );
        let links: Vec<_> = found.links.iter().map(|l| (l.text.as_str(), l.target.as_str())).collect();
        assert_eq!(
            links,
            [
                ("My bank", "https://bank.example/"),
                ("https://bank.example", "http://evil.example/?a=1&b=2"),
                ("write", "mailto:x@y.z"),
                ("Area", "/x"),
                ("open", "#end"),
            ]
        );
    }

    #[test]
    fn everything_that_would_be_fetched_is_named() {
        let found = look(
            r#"<img src="https://a/1.png" srcset="https://a/2.png 2x, //a/3.png 3x"><link rel=stylesheet href=http://a/4.css>
            <style>@import 'https://a/5.css'; @import url(https://a/6.css); p { background: URL( "https://a/7.png" ) }</style>
            <td background=https://a/8.png style="background-image:url('https://a/9.png')"><video poster=https://a/10.jpg>
            <meta http-equiv=Refresh content="0; URL='https://a/11'"><iframe src=https://a/12 srcdoc="<img src=https://a/13>"></iframe>
            <svg><image xlink:href="https://a/14.svg"/></svg><object data=ftp://a/15></object>
            <img src=data:image/png;base64,AA><img src=cid:logo><img src=local.png><a href=https://a/no>x</a>
            <img src="https://a/1.png"><!-- <img src=https://a/no> --><textarea><img src=https://a/no></textarea>"#,
        );
        let expected = [
            "https://a/1.png",
            "https://a/2.png",
            "//a/3.png",
            "http://a/4.css",
            "https://a/6.css",
            "https://a/7.png",
            "https://a/5.css",
            "https://a/8.png",
            "https://a/9.png",
            "https://a/10.jpg",
            "https://a/11",
            "https://a/12",
            "https://a/13",
            "https://a/14.svg",
            "ftp://a/15",
        ];
        assert_eq!(found.remote, expected);
    }

    #[test]
    fn no_text_makes_it_fail() {
        for odd in [
            "",
            "<",
            "<a href=",
            "<style>url(",
            "<style>@import '",
            "\0<a href=x>\u{fffd}",
            "<meta http-equiv=refresh content='url=ü'>",
        ] {
            look(odd);
        }
        let deep = "<a href=x>".repeat(5000);
        assert_eq!(look(&deep).links.len(), MOST);
    }

    #[test]
    fn own_images_are_put_in_and_nothing_else_is_touched() {
        let image = |id: &str, content_type: &str| Image {
            id: id.into(),
            content_type: content_type.into(),
            bytes: vec![1, 2, 3],
        };
        let html = r#"<img src="cid:logo"><img src=CID:logo><p style="background:url(cid:logo)">cid:logo2 xcid:logo</p>"#;
        let shown = with_images(html.into(), &[image("logo", "image/png")]);
        assert_eq!(
            shown,
            r#"<img src="data:image/png;base64,AQID"><img src=data:image/png;base64,AQID><p style="background:url(data:image/png;base64,AQID)">cid:logo2 xcid:logo</p>"#
        );
        assert_eq!(with_images(html.into(), &[image("logo", "text/html")]), html);
        assert_eq!(with_images(html.into(), &[image("", "image/png")]), html);
        assert!(names_image("<img src='cid:a%40b'>", "a@b") && !names_image(html, "log"));
    }

    #[test]
    fn the_ground_gives_way_to_the_messages_own() {
        assert!(on_ground("<p>", true).starts_with("<p><style>:where(html){background:#1c1c1f;"));
        assert!(on_ground("<p>", false).contains("#fff"));
    }
}
