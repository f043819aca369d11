//! Message files: a message as TOML text with variables, for keeping in a repository.

mod error;
mod parse;
mod render;
mod template;
mod write;

use std::collections::BTreeMap;
use std::io;

pub use error::MessageFileError;
pub use render::{AttachmentPath, BUILT_IN, InlinePath, Rendered, Values, Variable};
pub use template::placeholders;

/// A message file as its author wrote it. Every string may hold `{{name}}`, which [`MessageFile::render`]
/// replaces; `{{file:path}}` in a body puts in the content of a file below the message file's folder;
/// `{{{name}}}` in an HTML body puts the value in as HTML; `\{{` stands for `{{`.
///
/// ```
/// use signet_mail::MessageFile;
///
/// let file = MessageFile::parse(r#"
///     to = ["{{who}} <{{address}}>"]
///     subject = "Report for {{month}}"
///     text_file = "report.txt"
///     attachments = ["report-{{month}}.pdf", { path = "a.bin", name = "data.bin", type = "application/x-data" }]
///
///     [variables]
///     month = "May"
/// "#)?;
/// let file = file.load_bodies(|_path| Ok("Dear {{who}},\n".into()))?;
/// let values = [("who", "Tom"), ("address", "tom@example.com")];
/// let values = values.map(|(name, value)| (name.into(), value.into())).into();
/// assert_eq!(file.render(&values)?.text.as_deref(), Some("Dear Tom,\n"));
/// # Ok::<(), signet_mail::MessageFileError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MessageFile {
    /// The author, `a@b` or `Name <a@b>`.
    pub from: Option<String>,
    /// Name or id of the key to send with.
    pub key: Option<String>,
    /// Recipients in To. In the file, a single string will do for a list of one.
    pub to: Vec<String>,
    /// Recipients in Cc.
    pub cc: Vec<String>,
    /// Recipients in Bcc.
    pub bcc: Vec<String>,
    /// Where answers go.
    pub reply_to: Vec<String>,
    /// The subject.
    pub subject: Option<String>,
    /// The plain text body.
    pub text: Option<String>,
    /// The HTML body.
    pub html: Option<String>,
    /// A file with the plain text body, instead of `text`; relative to the message file. No variables in
    /// this path, but in the file.
    pub text_file: Option<String>,
    /// A file with the HTML body, instead of `html`.
    pub html_file: Option<String>,
    /// Files to attach; in the file a path, or a table of `path`, `name` and `type`.
    pub attachments: Vec<AttachmentEntry>,
    /// Inline images of the HTML body: tables of `path`, `cid`, `name` and `type`.
    pub inline: Vec<InlineEntry>,
    /// Default values of variables.
    pub variables: BTreeMap<String, String>,
}

/// A file to attach.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AttachmentEntry {
    /// Its path, relative to the message file.
    pub path: String,
    /// The name that readers see; else that of the path.
    pub name: Option<String>,
    /// Its content type (`type` in the file); else guessed from the name.
    pub content_type: Option<String>,
}

/// An inline image.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InlineEntry {
    /// Its path, relative to the message file.
    pub path: String,
    /// What the HTML body calls it: `<img src="cid:...">`.
    pub cid: String,
    /// The name that readers see; else that of the path.
    pub name: Option<String>,
    /// Its content type (`type` in the file); else guessed from the name.
    pub content_type: Option<String>,
}

impl MessageFile {
    /// Puts the contents of `text_file` and `html_file` in the place of their paths. `read` is given each
    /// path as written.
    ///
    /// # Errors
    /// [`MessageFileError::BodyFile`] if one cannot be read or is not UTF-8, and
    /// [`MessageFileError::Placeholder`].
    pub fn load_bodies(
        mut self,
        mut read: impl FnMut(&str) -> io::Result<String>,
    ) -> Result<Self, MessageFileError> {
        let mut load = |field, path: &Option<String>, body: &mut Option<String>| {
            if let Some(path) = path {
                let text = read(path)
                    .map_err(|error| MessageFileError::BodyFile { path: path.clone(), kind: error.kind() })?;
                let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text);
                template::Template::parse(text, field)?;
                *body = Some(text.into());
            }
            Ok(())
        };
        load("text", &self.text_file, &mut self.text)?;
        load("html", &self.html_file, &mut self.html)?;
        (self.text_file, self.html_file) = (None, None);
        Ok(self)
    }
}
