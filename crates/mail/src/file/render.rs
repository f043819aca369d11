//! Putting values into a message file.

use std::collections::{BTreeMap, BTreeSet};

use signet_core::{ContentType, FileName, HeaderText, Mailbox};

use super::template::{Slot, Template, escape_html};
use super::{MessageFile, MessageFileError};
use crate::ContentId;

/// A variable of a message file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Its default value; without one, a value must be given.
    pub default: Option<String>,
    /// The keys whose values use it, such as `subject` or `to[0]`, in the order of the file's keys.
    pub used_in: Vec<String>,
}

/// Variables that have a value of their own, unless the file or the caller gives another: the day, the
/// time, a number that nothing else has, and how many messages there are with this one.
pub const BUILT_IN: [&str; 4] = ["date", "time", "uuid", "n"];

/// What a message file is filled in with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Values {
    /// Values of variables, as given.
    pub given: BTreeMap<String, String>,
    /// Values of [`BUILT_IN`] variables, for names that nothing else gives a value.
    pub built_in: BTreeMap<String, String>,
    /// Contents of [`MessageFile::files`].
    pub files: BTreeMap<String, String>,
}

/// A message file with its variables replaced and its values checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// The author, if the file names one.
    pub from: Option<Mailbox>,
    /// Name or id of the key, if the file names one.
    pub key: Option<String>,
    /// Recipients in To.
    pub to: Vec<Mailbox>,
    /// Recipients in Cc.
    pub cc: Vec<Mailbox>,
    /// Recipients in Bcc.
    pub bcc: Vec<Mailbox>,
    /// Where answers go.
    pub reply_to: Vec<Mailbox>,
    /// The subject.
    pub subject: HeaderText,
    /// The plain text body.
    pub text: Option<String>,
    /// The HTML body.
    pub html: Option<String>,
    /// Files to attach.
    pub attachments: Vec<AttachmentPath>,
    /// Inline images.
    pub inline: Vec<InlinePath>,
}

/// A file to attach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttachmentPath {
    /// Its path, relative to the message file.
    pub path: String,
    /// The name that readers see, if the file gives one.
    pub name: Option<FileName>,
    /// Its content type, if the file gives one.
    pub content_type: Option<ContentType>,
}

/// An inline image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InlinePath {
    /// The file and what is said of it.
    pub file: AttachmentPath,
    /// What the HTML body calls it.
    pub content_id: ContentId,
}

impl MessageFile {
    /// Every variable that is used or has a default, by name. Call it after
    /// [`MessageFile::load_bodies`], so that those of body files are among them.
    pub fn variables(&self) -> Vec<Variable> {
        let mut used: BTreeMap<String, Vec<String>> =
            self.variables.keys().map(|name| (name.clone(), Vec::new())).collect();
        for (field, text) in self.fields() {
            let Ok(template) = Template::parse(text, &field) else { continue };
            for name in template.names().collect::<BTreeSet<_>>() {
                used.entry(name.into()).or_default().push(field.clone());
            }
        }
        let variables = used.into_iter().map(|(name, used_in)| {
            let default = self.variables.get(&name).cloned();
            Variable { name, default, used_in }
        });
        variables.collect()
    }

    /// Replaces the variables by the values given, else by their defaults, and checks every value. Values
    /// may hold line breaks in bodies only; in HTML bodies they are escaped, unless in `{{{name}}}`.
    ///
    /// # Errors
    /// [`MessageFileError`], naming every missing or unknown variable, or the key at fault.
    pub fn render(&self, values: &BTreeMap<String, String>) -> Result<Rendered, MessageFileError> {
        self.render_with(&Values { given: values.clone(), ..Values::default() })
    }

    /// The same with built-in variables and files.
    ///
    /// # Errors
    /// Those of [`MessageFile::render`]; [`MessageFileError::BodyNotLoaded`] for a file without content.
    pub fn render_with(&self, values: &Values) -> Result<Rendered, MessageFileError> {
        if let Some(path) = self.text_file.as_ref().or(self.html_file.as_ref()) {
            return Err(MessageFileError::BodyNotLoaded(path.clone()));
        }
        self.check_names(values)?;
        let render = Renderer { defaults: &self.variables, values };

        Ok(Rendered {
            from: self.from.as_ref().map(|text| render.mailbox("from", text)).transpose()?,
            key: self.key.as_ref().map(|text| render.line("key", text)).transpose()?,
            to: render.mailboxes("to", &self.to)?,
            cc: render.mailboxes("cc", &self.cc)?,
            bcc: render.mailboxes("bcc", &self.bcc)?,
            reply_to: render.mailboxes("reply_to", &self.reply_to)?,
            subject: render.parsed("subject", self.subject.as_deref().unwrap_or(""), HeaderText::parse)?,
            text: self.text.as_ref().map(|text| render.body("text", text, str::to_owned)).transpose()?,
            html: self.html.as_ref().map(|html| render.body("html", html, escape_html)).transpose()?,
            attachments: (self.attachments.iter().enumerate())
                .map(|(index, entry)| {
                    let field = format!("attachments[{index}]");
                    render.file(&field, &entry.path, entry.name.as_ref(), entry.content_type.as_ref())
                })
                .collect::<Result<_, _>>()?,
            inline: (self.inline.iter().enumerate())
                .map(|(index, entry)| {
                    let field = format!("inline[{index}]");
                    let file =
                        render.file(&field, &entry.path, entry.name.as_ref(), entry.content_type.as_ref())?;
                    let field = format!("{field}.cid");
                    let content_id = ContentId::parse(&render.line(&field, &entry.cid)?)
                        .map_err(|_| MessageFileError::ContentId { field })?;
                    Ok(InlinePath { file, content_id })
                })
                .collect::<Result<_, _>>()?,
        })
    }

    /// Every file whose content is put into a body, in order, each once. Call it after
    /// [`MessageFile::load_bodies`], so that those named in body files are among them.
    pub fn files(&self) -> Vec<String> {
        let mut files = Vec::new();
        for (field, text) in [("text", &self.text), ("html", &self.html)] {
            let Some(template) = text.as_ref().and_then(|text| Template::parse(text, field).ok()) else {
                continue;
            };
            for path in template.files() {
                if !files.iter().any(|known| known == path) {
                    files.push(path.to_owned());
                }
            }
        }
        files
    }

    /// The variables that are used, in the order in which they appear, each once.
    pub fn names(&self) -> Vec<String> {
        let mut names = Vec::<String>::new();
        for (field, text) in self.fields() {
            let Ok(template) = Template::parse(text, &field) else { continue };
            for name in template.names() {
                if !names.iter().any(|known| known == name) {
                    names.push(name.to_owned());
                }
            }
        }
        names
    }

    fn check_names(&self, values: &Values) -> Result<(), MessageFileError> {
        let variables = self.variables();
        let known: BTreeSet<_> = variables.iter().map(|variable| &variable.name).collect();
        let unknown: Vec<_> = values.given.keys().filter(|name| !known.contains(name)).cloned().collect();
        if !unknown.is_empty() {
            return Err(MessageFileError::UnknownVariables(unknown));
        }
        let missing: Vec<_> = (variables.iter())
            .filter(|variable| {
                let name = &variable.name;
                let has_value = values.given.contains_key(name) || values.built_in.contains_key(name);
                variable.default.is_none() && !has_value
            })
            .map(|variable| variable.name.clone())
            .collect();
        if missing.is_empty() { Ok(()) } else { Err(MessageFileError::MissingVariables(missing)) }
    }

    /// Every text that may hold variables, under the name of its key.
    pub(super) fn fields(&self) -> impl Iterator<Item = (String, &str)> {
        fn one<'a>(name: &str, text: Option<&'a String>) -> Option<(String, &'a str)> {
            text.map(|text| (name.into(), text.as_str()))
        }
        fn many<'a>(name: &str, list: &'a [String]) -> impl Iterator<Item = (String, &'a str)> {
            list.iter().enumerate().map(move |(index, text)| (format!("{name}[{index}]"), text.as_str()))
        }
        let attachments = self.attachments.iter().enumerate().flat_map(|(index, entry)| {
            [
                one(&format!("attachments[{index}].path"), Some(&entry.path)),
                one(&format!("attachments[{index}].name"), entry.name.as_ref()),
                one(&format!("attachments[{index}].type"), entry.content_type.as_ref()),
            ]
        });
        let inline = self.inline.iter().enumerate().flat_map(|(index, entry)| {
            [
                one(&format!("inline[{index}].path"), Some(&entry.path)),
                one(&format!("inline[{index}].cid"), Some(&entry.cid)),
                one(&format!("inline[{index}].name"), entry.name.as_ref()),
                one(&format!("inline[{index}].type"), entry.content_type.as_ref()),
            ]
        });
        one("from", self.from.as_ref())
            .into_iter()
            .chain(one("key", self.key.as_ref()))
            .chain(many("to", &self.to))
            .chain(many("cc", &self.cc))
            .chain(many("bcc", &self.bcc))
            .chain(many("reply_to", &self.reply_to))
            .chain(one("subject", self.subject.as_ref()))
            .chain(one("text", self.text.as_ref()))
            .chain(one("html", self.html.as_ref()))
            .chain(attachments.flatten())
            .chain(inline.flatten())
    }
}

struct Renderer<'a> {
    defaults: &'a BTreeMap<String, String>,
    values: &'a Values,
}

impl Renderer<'_> {
    fn value(&self, name: &str) -> Result<&str, MessageFileError> {
        let Values { given, built_in, .. } = self.values;
        let value = given.get(name).or_else(|| self.defaults.get(name)).or_else(|| built_in.get(name));
        value.map(String::as_str).ok_or_else(|| MessageFileError::MissingVariables(vec![name.into()]))
    }

    /// A body: values may hold anything.
    fn body(&self, field: &str, text: &str, escape: fn(&str) -> String) -> Result<String, MessageFileError> {
        Template::parse(text, field)?.fill(|slot, raw| {
            let value = match slot {
                Slot::Variable(name) => self.value(name)?,
                Slot::File(path) => {
                    let content = self.values.files.get(path);
                    content.ok_or_else(|| MessageFileError::BodyNotLoaded(path.into()))?
                }
            };
            Ok(if raw { value.into() } else { escape(value) })
        })
    }

    /// Anything else: values must not hold line breaks.
    fn line(&self, field: &str, text: &str) -> Result<String, MessageFileError> {
        Template::parse(text, field)?.fill(|slot, _| {
            let Slot::Variable(name) = slot else {
                return Err(MessageFileError::FileOutsideBody { field: field.into() });
            };
            let value = self.value(name)?;
            if value.contains(['\r', '\n', '\0']) {
                return Err(MessageFileError::LineBreak { variable: name.into(), field: field.into() });
            }
            Ok(value.into())
        })
    }

    fn parsed<T>(
        &self,
        field: &str,
        text: &str,
        parse: impl Fn(&str) -> Result<T, signet_core::HeaderError>,
    ) -> Result<T, MessageFileError> {
        parse(&self.line(field, text)?)
            .map_err(|error| MessageFileError::Header { field: field.into(), error })
    }

    fn mailbox(&self, field: &str, text: &str) -> Result<Mailbox, MessageFileError> {
        let value = self.line(field, text)?;
        Mailbox::parse(&value).map_err(|error| MessageFileError::Address {
            field: field.into(),
            value,
            error,
        })
    }

    fn mailboxes(&self, field: &str, list: &[String]) -> Result<Vec<Mailbox>, MessageFileError> {
        let items = list.iter().enumerate();
        items.map(|(index, text)| self.mailbox(&format!("{field}[{index}]"), text)).collect()
    }

    fn file(
        &self,
        field: &str,
        path: &str,
        name: Option<&String>,
        content_type: Option<&String>,
    ) -> Result<AttachmentPath, MessageFileError> {
        Ok(AttachmentPath {
            path: self.line(&format!("{field}.path"), path)?,
            name: name
                .map(|text| self.parsed(&format!("{field}.name"), text, FileName::parse))
                .transpose()?,
            content_type: content_type
                .map(|text| self.parsed(&format!("{field}.type"), text, ContentType::parse))
                .transpose()?,
        })
    }
}
