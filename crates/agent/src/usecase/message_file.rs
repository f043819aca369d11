//! `message.read`, `message.write`, `message.variables`: message files and drafts.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::sync::Arc;

use jiff::Zoned;
use signet_api::wire::{
    Attachment, Draft, MessageFileReply, MessageFileRequest, MessageFileText, MessageVariables,
    MessageWriteRequest,
};
use signet_api::{MessageRead, MessageVariablesList, MessageWrite, Never};
use signet_core::{Code, Failure, Principal};
use signet_mail::{AttachmentEntry, BUILT_IN, InlineEntry, MessageFile, Rendered, Values};
use signet_vault::Table;

use crate::agent::Agent;
use crate::router::{Events, Handle};
use crate::vault_cell::VaultCell;

impl Handle<MessageRead> for Agent {
    async fn handle(
        self: Arc<Self>,
        _: Principal,
        request: MessageFileRequest,
        _: Events<Never>,
    ) -> Result<MessageFileReply, Failure> {
        // Whoever sends only with keys of others has no history to count.
        let count = |cell: &mut VaultCell| cell.open().map_or(0, |vault| vault.rows(Table::History).len());
        let sent = self.vault.run(move |cell| Ok(count(cell))).await?;
        let built_in = built_in(&Zoned::now(), make_uuid()?, sent + 1);
        read(request, built_in)
    }
}

impl Handle<MessageVariablesList> for Agent {
    async fn handle(
        self: Arc<Self>,
        _: Principal,
        request: MessageFileRequest,
        _: Events<Never>,
    ) -> Result<MessageVariables, Failure> {
        variables(&request)
    }
}

impl Handle<MessageWrite> for Agent {
    async fn handle(
        self: Arc<Self>,
        _: Principal,
        request: MessageWriteRequest,
        _: Events<Never>,
    ) -> Result<MessageFileText, Failure> {
        let text = file_of(&request).write();
        if request.template {
            // A brace that opens no variable would make a file that nobody can read again.
            MessageFile::parse(&text).map_err(|e| e.failure())?;
        }
        Ok(MessageFileText { text })
    }
}

fn read(
    request: MessageFileRequest,
    built_in: BTreeMap<String, String>,
) -> Result<MessageFileReply, Failure> {
    let file = MessageFile::parse(&request.text).map_err(|e| e.failure())?;
    let missing = |path: &String| !request.bodies.contains_key(path);
    let named = [&file.text_file, &file.html_file].into_iter().flatten();
    let needs: Vec<String> = named.filter(|path| missing(path)).cloned().collect();
    if !needs.is_empty() {
        return Ok(MessageFileReply { draft: None, key: file.key, needs });
    }
    let file = load(file, &request.bodies)?;
    // Only now, because a body's own file may put in others.
    let needs: Vec<String> = file.files().into_iter().filter(missing).collect();
    if !needs.is_empty() {
        return Ok(MessageFileReply { draft: None, key: file.key, needs });
    }
    let values = Values { given: request.variables, built_in, files: request.bodies };
    Ok(reply(file.render_with(&values).map_err(|e| e.failure())?))
}

fn load(file: MessageFile, bodies: &BTreeMap<String, String>) -> Result<MessageFile, Failure> {
    let read = |path: &str| bodies.get(path).cloned().ok_or_else(|| ErrorKind::NotFound.into());
    file.load_bodies(read).map_err(|e| e.failure())
}

/// Those of the bodies that are given; a body's file that is not given adds none.
fn variables(request: &MessageFileRequest) -> Result<MessageVariables, Failure> {
    let mut file = MessageFile::parse(&request.text).map_err(|e| e.failure())?;
    for body in [&mut file.text_file, &mut file.html_file] {
        body.take_if(|path| !request.bodies.contains_key(path));
    }
    let file = load(file, &request.bodies)?;
    let defaults = file.variables.clone();
    let names = file.names().into_iter().filter(|name| !defaults.contains_key(name));
    let (built_in, names) = names.partition(|name| BUILT_IN.contains(&name.as_str()));
    Ok(MessageVariables { names, defaults, built_in })
}

/// The values of the built-in variables.
fn built_in(now: &Zoned, uuid: String, number: usize) -> BTreeMap<String, String> {
    let values =
        [now.strftime("%Y-%m-%d").to_string(), now.strftime("%H:%M").to_string(), uuid, number.to_string()];
    BUILT_IN.iter().map(|name| (*name).to_owned()).zip(values).collect()
}

/// A random UUID (RFC 9562, 5.4).
fn make_uuid() -> Result<String, Failure> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|_| Failure::new(Code::Internal))?;
    let random = u128::from_be_bytes(bytes);
    let version = (random & !(0xf << 76)) | (0x4 << 76);
    let hex = format!("{:032x}", (version & !(0x3 << 62)) | (0x2 << 62));
    let parts = [0..8, 8..12, 12..16, 16..20, 20..32].map(|range| hex.get(range).unwrap_or_default());
    Ok(parts.join("-"))
}

/// The message file of a draft: its text as it stands, and no variable in it unless it is a template.
fn file_of(request: &MessageWriteRequest) -> MessageFile {
    let escape = |text: &String| MessageFile::escape(text);
    let words = |text: &String| if request.template { text.clone() } else { escape(text) };
    let list = |texts: &[String]| texts.iter().map(words).collect();
    let draft = &request.draft;
    let path = |attachment: &Attachment| {
        let shown = attachment.path.as_ref().or(attachment.name.as_ref());
        shown.map(escape).unwrap_or_default()
    };
    let has_html = draft.html.is_some();
    // Without HTML there is nothing to be inline in.
    let is_inline = |attachment: &&Attachment| has_html && attachment.content_id.is_some();
    MessageFile {
        from: Some(words(&draft.from)).filter(|from| !from.trim().is_empty()),
        key: request.key.as_ref().map(escape),
        to: list(&draft.to),
        cc: list(&draft.cc),
        bcc: list(&draft.bcc),
        reply_to: list(&draft.reply_to),
        subject: Some(words(&draft.subject)).filter(|subject| !subject.is_empty()),
        text: draft.text.as_ref().map(words),
        html: draft.html.as_ref().map(words),
        attachments: (draft.attachments.iter().filter(|a| !is_inline(a)))
            .map(|attachment| AttachmentEntry {
                path: path(attachment),
                name: attachment.name.as_ref().map(escape),
                content_type: attachment.content_type.as_ref().map(escape),
            })
            .collect(),
        inline: (draft.attachments.iter().filter(is_inline))
            .map(|attachment| InlineEntry {
                path: path(attachment),
                cid: attachment.content_id.as_ref().map(escape).unwrap_or_default(),
                name: attachment.name.as_ref().map(escape),
                content_type: attachment.content_type.as_ref().map(escape),
            })
            .collect(),
        ..MessageFile::default()
    }
}

fn reply(rendered: Rendered) -> MessageFileReply {
    let texts = |list: Vec<signet_core::Mailbox>| list.iter().map(ToString::to_string).collect();
    let attachments = rendered.attachments.into_iter().map(|entry| Attachment {
        path: Some(entry.path),
        name: entry.name.map(|name| name.to_string()),
        content_type: entry.content_type.map(|kind| kind.to_string()),
        ..Attachment::default()
    });
    let inline = rendered.inline.into_iter().map(|entry| Attachment {
        path: Some(entry.file.path),
        name: entry.file.name.map(|name| name.to_string()),
        content_type: entry.file.content_type.map(|kind| kind.to_string()),
        content_id: Some(entry.content_id.as_str().to_owned()),
        ..Attachment::default()
    });
    MessageFileReply {
        key: rendered.key,
        needs: Vec::new(),
        draft: Some(Draft {
            from: rendered.from.map(|from| from.to_string()).unwrap_or_default(),
            to: texts(rendered.to),
            cc: texts(rendered.cc),
            bcc: texts(rendered.bcc),
            reply_to: texts(rendered.reply_to),
            subject: rendered.subject.to_string(),
            text: rendered.text,
            html: rendered.html,
            attachments: attachments.chain(inline).collect(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn request(text: &str, bodies: &[(&str, &str)]) -> MessageFileRequest {
        let bodies = bodies.iter().map(|(path, body)| ((*path).into(), (*body).into())).collect();
        MessageFileRequest { text: text.into(), variables: BTreeMap::new(), bodies }
    }

    #[test]
    fn built_in_variables_have_a_value_that_others_replace() {
        let now: Zoned = "2026-05-04T07:08:09[UTC]".parse().unwrap();
        let built_in = built_in(&now, make_uuid().unwrap(), 12);
        let text = "subject = \"{{date}} {{time}} {{n}}\"\ntext = \"{{uuid}}\"";
        let draft = read(request(text, &[]), built_in.clone()).unwrap().draft.unwrap();
        assert_eq!(draft.subject, "2026-05-04 07:08 12");
        let uuid = draft.text.unwrap();
        assert_eq!((uuid.len(), &uuid[14..15]), (36, "4"));
        assert!("89ab".contains(&uuid[19..20]), "{uuid}");
        assert_ne!(make_uuid().unwrap(), uuid);
        let own = format!("{text}\n[variables]\ndate = \"today\"");
        let draft = read(request(&own, &[]), built_in).unwrap().draft.unwrap();
        assert_eq!(draft.subject, "today 07:08 12");
    }

    #[test]
    fn files_are_asked_for_and_put_in_as_text() {
        let text = "text_file = \"a.txt\"\nhtml = \"<pre>{{file:part.txt}}</pre>{{{file:raw.html}}}\"";
        let mut asking = request(text, &[]);
        assert_eq!(read(asking.clone(), BTreeMap::new()).unwrap().needs, ["a.txt"]);
        asking.bodies.insert("a.txt".into(), "See {{file:b.txt}}".into());
        let needs = read(asking.clone(), BTreeMap::new()).unwrap().needs;
        assert_eq!(needs, ["b.txt", "part.txt", "raw.html"]);
        for (path, body) in [("b.txt", "{{no}} <b>"), ("part.txt", "a < b"), ("raw.html", "<i>i</i>")] {
            asking.bodies.insert(path.into(), body.into());
        }
        let draft = read(asking, BTreeMap::new()).unwrap().draft.unwrap();
        assert_eq!(draft.text.unwrap(), "See {{no}} <b>", "what is put in is not filled in again");
        assert_eq!(draft.html.unwrap(), "<pre>a &lt; b</pre><i>i</i>");
        for outside in ["../x", "/etc/passwd"] {
            let text = format!("text = \"{{{{file:{outside}}}}}\"");
            let refused = read(request(&text, &[]), BTreeMap::new()).unwrap_err();
            assert_eq!(refused.code, Code::MessageFile);
        }
        let header = read(request("subject = \"{{file:a}}\"", &[]), BTreeMap::new());
        assert_eq!(header.unwrap_err().code, Code::MessageFile);
    }

    #[test]
    fn a_template_keeps_its_variables() {
        let draft = Draft {
            to: vec!["{{name}} <{{address}}>".into()],
            subject: "Hello {{name}}".into(),
            text: Some("{{name}}, {{date}}".into()),
            attachments: vec![Attachment { path: Some("/{{x}}.pdf".into()), ..Attachment::default() }],
            ..Draft::default()
        };
        let write = MessageWriteRequest { draft, key: None, template: true };
        let found = variables(&request(&file_of(&write).write(), &[])).unwrap();
        assert_eq!(
            (found.names, found.built_in),
            (vec!["name".into(), "address".into()], vec!["date".into()])
        );
    }

    #[test]
    fn variables_are_named_in_order() {
        let text = "to = \"{{who}}@b.org\"\nsubject = \"{{b}} {{date}} {{a}}\"\ntext_file = \"t\"\n\
                    [variables]\na = \"1\"";
        let found = variables(&request(text, &[("t", "{{c}} {{who}} {{n}}")])).unwrap();
        assert_eq!(found.names, ["who", "b", "c"]);
        assert_eq!(found.built_in, ["date", "n"]);
        assert_eq!(found.defaults, BTreeMap::from([("a".to_owned(), "1".to_owned())]));
        assert_eq!(variables(&request(text, &[])).unwrap().names, ["who", "b"]);
    }

    fn addresses() -> impl Strategy<Value = Vec<String>> {
        proptest::collection::vec(
            "([A-Za-z,.{}]{1,9} <)?".prop_flat_map(|name| {
                ("[a-z]{1,6}", "[a-z]{2,6}").prop_map(move |(local, domain)| {
                    let name = name.trim_start_matches('<').trim();
                    let name = name.strip_suffix('<').unwrap_or(name).trim();
                    let address = format!("{local}@{domain}.org");
                    if name.is_empty() { address } else { format!("{name} <{address}>") }
                })
            }),
            0..4,
        )
    }

    fn attachment() -> impl Strategy<Value = Attachment> {
        let name = proptest::option::of("[A-Za-z0-9{}ü ]{1,10}\\.pdf");
        let kind = proptest::option::of(Just("application/pdf".to_owned()));
        ("[a-z/{}]{1,12}", name, kind).prop_map(|(path, name, content_type)| Attachment {
            path: Some(path),
            name,
            content_type,
            ..Attachment::default()
        })
    }

    proptest! {
        /// What is written is read back as the same, whatever the text: also braces, backslashes and lines.
        #[test]
        fn a_written_draft_reads_back(
            from in addresses(), to in addresses(), cc in addresses(),
            subject in "[ -~äß]{0,20}",
            text in proptest::option::of("([ -~]|\\{\\{|\\\\|\r\n|\n|\t|ü|\u{1F600}){0,40}"),
            html in proptest::option::of("([ -~]|\\{\\{|\r|\n|ü){0,40}"),
            mut attachments in proptest::collection::vec(attachment(), 0..3),
            inline in proptest::option::of(attachment()),
        ) {
            if html.is_some() {
                attachments.extend(inline.map(|file| Attachment { content_id: Some("logo.1".into()), ..file }));
            }
            let from = from.into_iter().next().unwrap_or_default();
            let draft = Draft { from, to, cc, subject, text, html, attachments, ..Draft::default() };
            let write = MessageWriteRequest { draft: draft.clone(), key: Some("a key".into()), template: false };
            let text = file_of(&write).write();
            let reply = read(request(&text, &[]), BTreeMap::new()).unwrap();
            prop_assert_eq!(reply.key.as_deref(), Some("a key"));
            prop_assert_eq!(reply.draft.unwrap(), draft, "{}", text);
        }
    }
}
