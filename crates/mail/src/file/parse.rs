//! Reading a message file. By hand rather than by serde, so that each error names the key.

use std::collections::BTreeMap;

use toml::{Table, Value};

use super::template::Template;
use super::{AttachmentEntry, InlineEntry, MessageFile, MessageFileError};

impl MessageFile {
    /// Reads a message file; a byte order mark at its start is ignored.
    ///
    /// # Errors
    /// [`MessageFileError`], naming the key or line at fault.
    pub fn parse(toml_text: &str) -> Result<Self, MessageFileError> {
        let text = toml_text.strip_prefix('\u{FEFF}').unwrap_or(toml_text);
        let table: Table = text.parse().map_err(|error| syntax(text, &error))?;
        let mut fields = Fields { table, path: String::new() };
        let file = Self {
            from: fields.string("from")?,
            key: fields.string("key")?,
            to: fields.strings("to")?,
            cc: fields.strings("cc")?,
            bcc: fields.strings("bcc")?,
            reply_to: fields.strings("reply_to")?,
            subject: fields.string("subject")?,
            text: fields.string("text")?,
            html: fields.string("html")?,
            text_file: fields.string("text_file")?,
            html_file: fields.string("html_file")?,
            attachments: fields.list("attachments", attachment)?,
            inline: fields.list("inline", inline)?,
            variables: fields.variables()?,
        };
        fields.end()?;
        file.check()?;
        Ok(file)
    }

    fn check(&self) -> Result<(), MessageFileError> {
        let bodies = [
            ("text", &self.text, "text_file", &self.text_file),
            ("html", &self.html, "html_file", &self.html_file),
        ];
        for (inline, body, by_path, path) in bodies {
            if body.is_some() && path.is_some() {
                return Err(MessageFileError::Both(inline, by_path));
            }
            if let Some(path) = path
                && Template::parse(path, by_path)?.names().next().is_some()
            {
                return Err(MessageFileError::VariableInPath(by_path));
            }
        }
        for (field, text) in self.fields() {
            Template::parse(text, &field)?;
        }
        Ok(())
    }
}

fn attachment(value: Value, path: &str) -> Result<AttachmentEntry, MessageFileError> {
    match value {
        Value::String(path) => Ok(AttachmentEntry { path, ..AttachmentEntry::default() }),
        Value::Table(table) => {
            let mut fields = Fields { table, path: format!("{path}.") };
            let entry = AttachmentEntry {
                path: fields.required("path")?,
                name: fields.string("name")?,
                content_type: fields.string("type")?,
            };
            fields.end()?;
            Ok(entry)
        }
        _ => Err(wrong(path, "a path, or a table with path, name and type")),
    }
}

fn inline(value: Value, path: &str) -> Result<InlineEntry, MessageFileError> {
    let Value::Table(table) = value else { return Err(wrong(path, "a table with path and cid")) };
    let mut fields = Fields { table, path: format!("{path}.") };
    let entry = InlineEntry {
        path: fields.required("path")?,
        cid: fields.required("cid")?,
        name: fields.string("name")?,
        content_type: fields.string("type")?,
    };
    fields.end()?;
    Ok(entry)
}

/// The keys of a table that are not read yet.
struct Fields {
    table: Table,
    path: String,
}

impl Fields {
    fn string(&mut self, key: &str) -> Result<Option<String>, MessageFileError> {
        match self.table.remove(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(wrong(&self.name(key), "a string")),
        }
    }

    fn required(&mut self, key: &str) -> Result<String, MessageFileError> {
        self.string(key)?.ok_or_else(|| MessageFileError::MissingKey(self.name(key)))
    }

    fn strings(&mut self, key: &str) -> Result<Vec<String>, MessageFileError> {
        match self.table.get(key) {
            Some(Value::String(_)) => Ok(self.string(key)?.into_iter().collect()),
            Some(Value::Array(_)) | None => self.list(key, |value, path| match value {
                Value::String(text) => Ok(text),
                _ => Err(wrong(path, "a string")),
            }),
            Some(_) => Err(wrong(&self.name(key), "a string or a list of strings")),
        }
    }

    fn list<T>(
        &mut self,
        key: &str,
        item: impl Fn(Value, &str) -> Result<T, MessageFileError>,
    ) -> Result<Vec<T>, MessageFileError> {
        let name = self.name(key);
        match self.table.remove(key) {
            None => Ok(Vec::new()),
            Some(Value::Array(values)) => {
                let items = values.into_iter().enumerate();
                items.map(|(index, value)| item(value, &format!("{name}[{index}]"))).collect()
            }
            Some(_) => Err(wrong(&name, "a list")),
        }
    }

    fn variables(&mut self) -> Result<BTreeMap<String, String>, MessageFileError> {
        let Some(value) = self.table.remove("variables") else { return Ok(BTreeMap::new()) };
        let Value::Table(table) = value else { return Err(wrong("variables", "a table")) };
        let values = table.into_iter().map(|(name, value)| match value {
            _ if !super::template::is_name(&name) => Err(wrong(
                &format!("variables.{name}"),
                "named by a letter, then letters, digits, dashes and underscores",
            )),
            Value::String(text) => Ok((name, text)),
            _ => Err(wrong(&format!("variables.{name}"), "a string")),
        });
        values.collect()
    }

    fn end(self) -> Result<(), MessageFileError> {
        match self.table.keys().next() {
            Some(key) => Err(MessageFileError::UnknownKey(self.name(key))),
            None => Ok(()),
        }
    }

    fn name(&self, key: &str) -> String {
        format!("{}{key}", self.path)
    }
}

fn wrong(key: &str, expected: &'static str) -> MessageFileError {
    MessageFileError::WrongType { key: key.into(), expected }
}

fn syntax(text: &str, error: &toml::de::Error) -> MessageFileError {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    MessageFileError::Syntax { line, message: error.message().replace('\n', ", ") }
}
