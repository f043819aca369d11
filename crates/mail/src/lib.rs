//! A typed message in, an RFC 5322 byte stream out.
//!
//! [`survey`] sizes and hashes each attachment, [`preflight`] says what Gmail would refuse, and
//! [`compose`] lays the message out: literal bytes and attachments to be encoded as they are read. The
//! length is exact before any body is read again, a [`Reader`] starts at any offset by arithmetic, and an
//! attachment that changed since its survey stops the stream before its last bytes are handed out.
//!
//! [`MessageFile`] is the same message as a text file with variables, for keeping in a repository.

mod address_list;
mod blocked;
mod body;
mod boundary;
mod compose;
mod encode;
mod file;
#[doc(hidden)]
pub mod fuzzing;
mod header;
mod message;
mod preflight;
mod reader;
mod source;
mod zip;

pub use address_list::{AddressList, ListedAddress, parse_addresses};
pub use compose::{ComposeError, Composed, MAX_ENCODED, compose};
pub use file::{
    AttachmentEntry, AttachmentPath, BUILT_IN, InlineEntry, InlinePath, MessageFile, MessageFileError,
    Rendered, Values, Variable, placeholders,
};
pub use message::{ContentId, IdentifierError, Message, MessageId, Part, Stamp};
pub use preflight::{
    Finding, HTML_SHOWN, LARGE_DECODED, MAX_RECIPIENTS, Severity, Warning, encoded_len, preflight,
};
pub use reader::Reader;
pub use signet_core::guess_content_type;
pub use source::{Source, SourceChanged, Survey, survey};
