//! Laying out a message: which parts nest in which, and what stands between them.

use std::collections::BTreeSet;
use std::sync::Arc;

use signet_core::{Code, ContentType, Failure};

use crate::body::Body;
use crate::boundary::derive_boundary;
use crate::header;
use crate::reader::{Layout, PartSegment, Reader, Segment};
use crate::{ContentId, Message, Part, Stamp, Survey};

/// The largest message that Gmail takes, in bytes as sent
/// (<https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.messages/send>).
pub const MAX_ENCODED: u64 = 36_700_160;

/// Why a message cannot be composed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ComposeError {
    /// Two parts have the same content id, so that `cid:` links would be ambiguous.
    #[error("two parts have the content id {0}")]
    DuplicateContentId(String),
    /// Larger than [`MAX_ENCODED`].
    #[error("the message has {0} bytes after encoding")]
    TooLarge(u64),
}

impl ComposeError {
    /// What the user is told.
    pub fn failure(&self) -> Failure {
        match self {
            Self::DuplicateContentId(id) => Failure::new(Code::InvalidHeader)
                .what(format!("Two inline images have the same id, {id}."))
                .remedy("Give each inline image an id of its own."),
            Self::TooLarge(len) => Failure::new(Code::MessageTooLarge).fact("encoded_bytes", len),
        }
    }
}

/// A message ready to be streamed, as often as needed. Cheap to clone.
#[derive(Clone)]
pub struct Composed {
    layout: Arc<Layout>,
}

impl Composed {
    /// The exact length in bytes.
    pub fn len(&self) -> u64 {
        self.layout.len()
    }

    /// Never: a message has headers.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes from that offset on; none if it is at or past the end. Needs at most 160 KiB of memory
    /// whatever the size of the parts. See [`Reader`] for what it verifies.
    pub fn reader(&self, offset: u64) -> Reader {
        Reader::new(Arc::clone(&self.layout), offset)
    }
}

/// Composes a message: `mixed( alternative( text, related( html, inline images ) ), attachments )`,
/// leaving out the containers that would hold one part only. The surveys must come from the parts'
/// own sources; no source is read here.
///
/// # Errors
/// [`ComposeError`].
pub fn compose(
    message: &Message,
    parts: Vec<(Part, Survey)>,
    stamp: &Stamp,
) -> Result<Composed, ComposeError> {
    let layout = lay_out(message, parts, stamp)?;
    if layout.len() > MAX_ENCODED {
        return Err(ComposeError::TooLarge(layout.len()));
    }
    Ok(Composed { layout: Arc::new(layout) })
}

/// The layout whatever its size.
pub(crate) fn lay_out(
    message: &Message,
    parts: Vec<(Part, Survey)>,
    stamp: &Stamp,
) -> Result<Layout, ComposeError> {
    refuse_duplicate_ids(&parts)?;
    let text = message.text.as_deref().map(Body::new);
    let html = message.html.as_deref().map(Body::new);
    let texts: Vec<&str> = text.iter().chain(&html).map(|body| body.text.as_str()).collect();
    let boundary = |level| derive_boundary(stamp.boundary_seed, level, &texts);
    let empty = Body::new("");

    let has_html = html.is_some();
    let (inline, attached): (Vec<_>, Vec<_>) =
        parts.into_iter().enumerate().partition(|(_, (part, _))| has_html && part.content_id.is_some());

    let html = html.as_ref().map(|html| {
        let mut related = vec![Node::Text("html", html)];
        related
            .extend(inline.into_iter().map(|(index, (part, survey))| Node::Part(index, part, survey, true)));
        Node::container("related", boundary(2), related)
    });
    let text = text.as_ref().map(|text| Node::Text("plain", text));
    let mut alternative: Vec<_> = text.into_iter().chain(html).collect();
    if alternative.is_empty() {
        alternative.push(Node::Text("plain", &empty));
    }
    let mut mixed = vec![Node::container("alternative", boundary(1), alternative)];
    mixed.extend(attached.into_iter().map(|(index, (part, survey))| Node::Part(index, part, survey, false)));
    let root = Node::container("mixed", boundary(0), mixed);

    let mut writer = Writer::default();
    write_message_headers(&mut writer.literal, message, stamp);
    writer.node(root);
    writer.end_line();
    Ok(writer.finish())
}

enum Node<'a> {
    Text(&'static str, &'a Body),
    /// Index in the caller's list, and whether it is shown inline.
    Part(usize, Part, Survey, bool),
    Container(&'static str, String, Vec<Self>),
}

impl Node<'_> {
    /// The container, or its child if that is the only one.
    fn container(kind: &'static str, boundary: String, mut children: Vec<Self>) -> Self {
        match (children.len(), children.pop()) {
            (1, Some(child)) => child,
            (_, last) => {
                children.extend(last);
                Self::Container(kind, boundary, children)
            }
        }
    }
}

#[derive(Default)]
struct Writer {
    segments: Vec<Segment>,
    literal: Vec<u8>,
}

impl Writer {
    fn node(&mut self, node: Node<'_>) {
        match node {
            Node::Text(subtype, body) => {
                let kind = format!("text/{subtype}");
                header::with_parameters(&mut self.literal, "Content-Type", &kind, &[("charset", "utf-8")]);
                header::plain(&mut self.literal, "Content-Transfer-Encoding", body.encoding);
                self.push(b"\r\n");
                self.push(body.text.as_bytes());
            }
            Node::Part(index, part, survey, inline) => self.part(index, part, survey, inline),
            Node::Container(kind, boundary, children) => {
                let mut parameters = vec![("boundary", boundary.as_str())];
                if kind == "related" {
                    parameters.push(("type", "text/html")); // RFC 2387, 3.1
                }
                let kind = format!("multipart/{kind}");
                header::with_parameters(&mut self.literal, "Content-Type", &kind, &parameters);
                // The CRLF belongs to the delimiter; after base64 it is one empty line more, which is ignored.
                for child in children {
                    self.push(format!("\r\n--{boundary}\r\n").as_bytes());
                    self.node(child);
                }
                self.push(format!("\r\n--{boundary}--\r\n").as_bytes());
            }
        }
    }

    fn part(&mut self, index: usize, part: Part, survey: Survey, inline: bool) {
        let out = &mut self.literal;
        let name = header::fallback(&part.name);
        header::with_parameters(out, "Content-Type", wire_type(&part.content_type), &[("name", &name)]);
        header::disposition(out, if inline { "inline" } else { "attachment" }, &part.name);
        if let Some(id) = part.content_id.as_ref().map(ContentId::as_str) {
            header::plain(out, "Content-ID", &format!("<{id}>"));
        }
        header::plain(out, "Content-Transfer-Encoding", "base64");
        self.push(b"\r\n");
        self.segments.push(Segment::Literal(std::mem::take(&mut self.literal)));
        let name = part.name.as_str().into();
        self.segments.push(Segment::Part(PartSegment { index, name, source: part.source, survey }));
    }

    fn push(&mut self, bytes: &[u8]) {
        self.literal.extend_from_slice(bytes);
    }

    /// Ends the last line if a text left it open.
    fn end_line(&mut self) {
        if !self.literal.is_empty() && !self.literal.ends_with(b"\r\n") {
            self.push(b"\r\n");
        }
    }

    fn finish(mut self) -> Layout {
        if !self.literal.is_empty() {
            self.segments.push(Segment::Literal(self.literal));
        }
        Layout::new(self.segments)
    }
}

fn write_message_headers(out: &mut Vec<u8>, message: &Message, stamp: &Stamp) {
    header::date(out, stamp.date);
    header::mailboxes(out, "From", std::slice::from_ref(&message.from));
    header::mailboxes(out, "Reply-To", &message.reply_to);
    header::mailboxes(out, "To", &message.to);
    header::mailboxes(out, "Cc", &message.cc);
    header::mailboxes(out, "Bcc", &message.bcc);
    header::text(out, "Subject", message.subject.as_str());
    header::plain(out, "Message-ID", &stamp.message_id.to_string());
    header::plain(out, "MIME-Version", "1.0");
}

/// The type that goes out: base64 is not allowed in `message/*` and `multipart/*` (RFC 2046, 5.2.1 and 5).
fn wire_type(content_type: &ContentType) -> &str {
    let text = content_type.as_str();
    let composite = text.starts_with("message/") || text.starts_with("multipart/");
    if composite { "application/octet-stream" } else { text }
}

fn refuse_duplicate_ids(parts: &[(Part, Survey)]) -> Result<(), ComposeError> {
    let mut seen = BTreeSet::new();
    for id in parts.iter().filter_map(|(part, _)| part.content_id.as_ref()) {
        if !seen.insert(id.as_str()) {
            return Err(ComposeError::DuplicateContentId(id.as_str().into()));
        }
    }
    Ok(())
}
