//! `message.read`: a message file with variables becomes a draft.

use std::io::ErrorKind;
use std::sync::Arc;

use signet_api::wire::{Attachment, Draft, MessageFileReply, MessageFileRequest};
use signet_api::{MessageRead, Never};
use signet_core::{Failure, Principal};
use signet_mail::{MessageFile, Rendered};

use crate::agent::Agent;
use crate::router::{Events, Handle};

impl Handle<MessageRead> for Agent {
    async fn handle(
        self: Arc<Self>,
        _: Principal,
        request: MessageFileRequest,
        _: Events<Never>,
    ) -> Result<MessageFileReply, Failure> {
        let file = MessageFile::parse(&request.text).map_err(|e| e.failure())?;
        let named = [&file.text_file, &file.html_file].into_iter().flatten();
        let needs: Vec<String> = named.filter(|path| !request.bodies.contains_key(*path)).cloned().collect();
        if !needs.is_empty() {
            return Ok(MessageFileReply { draft: None, key: file.key, needs });
        }
        let read = |path: &str| request.bodies.get(path).cloned().ok_or_else(|| ErrorKind::NotFound.into());
        let file = file.load_bodies(read).map_err(|e| e.failure())?;
        Ok(reply(file.render(&request.variables).map_err(|e| e.failure())?))
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
