//! Writing a message file, for keeping a draft in a repository.

use toml::{Table, Value};

use super::MessageFile;

impl MessageFile {
    /// The file as TOML text, which [`MessageFile::parse`] reads back. Keys without a value are left out.
    pub fn write(&self) -> String {
        let mut table = Table::new();
        insert(&mut table, "from", self.from.as_ref());
        insert(&mut table, "key", self.key.as_ref());
        let lists = [("to", &self.to), ("cc", &self.cc), ("bcc", &self.bcc), ("reply_to", &self.reply_to)];
        for (key, list) in lists {
            if !list.is_empty() {
                table.insert(key.into(), list.clone().into());
            }
        }
        insert(&mut table, "subject", self.subject.as_ref());
        insert(&mut table, "text", self.text.as_ref());
        insert(&mut table, "html", self.html.as_ref());
        insert(&mut table, "text_file", self.text_file.as_ref());
        insert(&mut table, "html_file", self.html_file.as_ref());
        let attachments: Vec<Value> = self
            .attachments
            .iter()
            .map(|entry| {
                if entry.name.is_none() && entry.content_type.is_none() {
                    return entry.path.clone().into();
                }
                file(&entry.path, None, entry.name.as_ref(), entry.content_type.as_ref())
            })
            .collect();
        let inline: Vec<Value> = self
            .inline
            .iter()
            .map(|entry| {
                file(&entry.path, Some(&entry.cid), entry.name.as_ref(), entry.content_type.as_ref())
            })
            .collect();
        for (key, list) in [("attachments", attachments), ("inline", inline)] {
            if !list.is_empty() {
                table.insert(key.into(), list.into());
            }
        }
        if !self.variables.is_empty() {
            let variables = self.variables.iter().map(|(name, text)| (name.clone(), text.clone().into()));
            table.insert("variables".into(), Value::Table(variables.collect()));
        }
        table.to_string()
    }

    /// A literal text as it must stand in a file so that it is not taken for a variable.
    pub fn escape(text: &str) -> String {
        text.replace("{{", "\\{{")
    }
}

fn file(path: &str, cid: Option<&String>, name: Option<&String>, content_type: Option<&String>) -> Value {
    let mut table = Table::new();
    table.insert("path".into(), path.into());
    insert(&mut table, "cid", cid);
    insert(&mut table, "name", name);
    insert(&mut table, "type", content_type);
    table.into()
}

fn insert(table: &mut Table, key: &str, text: Option<&String>) {
    if let Some(text) = text {
        table.insert(key.into(), text.clone().into());
    }
}
