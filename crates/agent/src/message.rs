//! From what a person wrote to a message that can be composed: every field parsed, every file surveyed.

use std::fs::File;
use std::sync::Arc;

use signet_api::wire::{Attachment, Draft, SentAttachment};
use signet_core::{Code, ContentType, EmailAddress, Failure, FileName, HeaderText, Mailbox};
use signet_mail::{ContentId, MAX_ENCODED, Message, Part, Source, Survey, guess_content_type, survey};

use crate::handles::Handles;

/// A parsed message with its surveyed parts.
pub(crate) struct Prepared {
    pub(crate) message: Message,
    pub(crate) parts: Vec<(Part, Survey)>,
    pub(crate) attachments: Vec<SentAttachment>,
}

/// Parses a draft. Nothing is read yet.
pub(crate) fn parse(draft: &Draft) -> Result<Message, Failure> {
    if draft.from.trim().is_empty() {
        return Err(Failure::new(Code::InvalidAddress)
            .what("The message has no sender.")
            .remedy("Name one with --from."));
    }
    Ok(Message {
        from: mailbox(&draft.from)?,
        to: mailboxes(&draft.to)?,
        cc: mailboxes(&draft.cc)?,
        bcc: mailboxes(&draft.bcc)?,
        reply_to: mailboxes(&draft.reply_to)?,
        subject: subject(&draft.subject)?,
        text: body(draft.text.as_deref(), "text")?,
        html: body(draft.html.as_deref(), "html")?,
    })
}

/// Takes the attachments' descriptors and reads each once, for its size and hash. Blocking.
pub(crate) fn prepare(draft: &Draft, handles: &Handles) -> Result<Prepared, Failure> {
    let message = parse(draft)?;
    let files = draft
        .attachments
        .iter()
        .map(|attachment| take_file(attachment, handles))
        .collect::<Result<Vec<_>, _>>()?;
    refuse_what_cannot_fit(&files)?;
    let mut parts = Vec::new();
    let mut attachments = Vec::new();
    for (attachment, file) in draft.attachments.iter().zip(files) {
        let (part, survey) = part(attachment, file)?;
        attachments.push(SentAttachment {
            name: part.name.to_string(),
            content_type: part.content_type.to_string(),
            bytes: survey.len,
            sha256: data_encoding::HEXLOWER.encode(&survey.sha256),
            path: attachment.path.clone(),
        });
        parts.push((part, survey));
    }
    Ok(Prepared { message, parts, attachments })
}

/// The attachment's open file.
pub(crate) fn take_file(attachment: &Attachment, handles: &Handles) -> Result<File, Failure> {
    let about = |failure: Failure| failure.fact("attachment", shown(attachment));
    let handle = attachment.handle.as_deref().ok_or_else(|| about(Failure::new(Code::HandleUnknown)))?;
    let file = handles.take(handle).map_err(about)?;
    refuse_what_is_no_file(&file).map_err(about)?;
    Ok(file)
}

/// What is far too large is refused by its size alone: nobody waits for two gigabytes to be read.
fn refuse_what_cannot_fit(files: &[File]) -> Result<(), Failure> {
    let bytes =
        files.iter().try_fold(0_u64, |sum, file| Some(sum.saturating_add(file.metadata().ok()?.len())));
    let encoded = bytes.unwrap_or_default().saturating_mul(4) / 3;
    if encoded > MAX_ENCODED {
        return Err(Failure::new(Code::MessageTooLarge)
            .fact("encoded_bytes", encoded)
            .fact("limit", MAX_ENCODED));
    }
    Ok(())
}

fn shown(attachment: &Attachment) -> &str {
    attachment.path.as_deref().or(attachment.name.as_deref()).unwrap_or("attachment")
}

fn part(attachment: &Attachment, file: File) -> Result<(Part, Survey), Failure> {
    let surveyed = survey(&file).map_err(|error| {
        let changed = error.kind() == std::io::ErrorKind::UnexpectedEof;
        let code = if changed { Code::AttachmentChanged } else { Code::AttachmentUnreadable };
        Failure::new(code).fact("attachment", shown(attachment))
    });
    Ok((part_of(attachment, Arc::new(file))?, surveyed?))
}

/// The part of an attachment whose bytes come from there.
pub(crate) fn part_of(attachment: &Attachment, source: Arc<dyn Source>) -> Result<Part, Failure> {
    let shown = shown(attachment);
    let about = |failure: Failure| failure.fact("attachment", shown);
    let name = match &attachment.name {
        Some(name) => name.clone(),
        None => shown.rsplit(['/', '\\']).next().unwrap_or(shown).to_owned(),
    };
    let name = FileName::parse(&name).map_err(|_| about(Failure::new(Code::InvalidFileName)))?;
    let content_type = match &attachment.content_type {
        Some(text) => ContentType::parse(text).map_err(|_| about(Failure::new(Code::InvalidContentType)))?,
        None => guess_content_type(&name),
    };
    let content_id = match &attachment.content_id {
        Some(text) => Some(ContentId::parse(text).map_err(|e| about(e.failure()))?),
        None => None,
    };
    Ok(Part { name, content_type, content_id, source })
}

fn refuse_what_is_no_file(file: &File) -> Result<(), Failure> {
    let kind = file.metadata().map_err(|_| Failure::new(Code::AttachmentUnreadable))?.file_type();
    if kind.is_file() { Ok(()) } else { Err(Failure::new(Code::AttachmentNotFile)) }
}

pub(crate) fn subject(text: &str) -> Result<HeaderText, Failure> {
    HeaderText::parse(text).map_err(|_| {
        Failure::new(Code::InvalidHeader)
            .what("The subject holds a line break or a control character.")
            .fact("field", "subject")
    })
}

fn mailboxes(texts: &[String]) -> Result<Vec<Mailbox>, Failure> {
    texts.iter().map(|text| mailbox(text)).collect()
}

pub(crate) fn mailbox(text: &str) -> Result<Mailbox, Failure> {
    Mailbox::parse(text).map_err(|error| address_failure(error, text))
}

/// A plain address, such as the sender of a check.
pub(crate) fn address(text: &str) -> Result<EmailAddress, Failure> {
    EmailAddress::parse(text.trim()).map_err(|error| address_failure(error, text))
}

pub(crate) fn address_failure(error: signet_core::AddressError, text: &str) -> Failure {
    let code = match error {
        // A line break in an address is an attempt at a header, or a paste gone wrong; say which.
        _ if text.contains(['\r', '\n', '\0']) => Code::InvalidHeader,
        signet_core::AddressError::Invalid => Code::InvalidAddress,
        signet_core::AddressError::NonAscii => Code::NonAsciiAddress,
    };
    Failure::new(code).fact("address", text.escape_debug())
}

pub(crate) fn body(text: Option<&str>, field: &str) -> Result<Option<String>, Failure> {
    match text {
        Some(text) if text.contains('\0') => Err(Failure::new(Code::InvalidHeader)
            .what("The message's text holds a NUL character.")
            .remedy("Remove it; attach the file instead if it is not text.")
            .fact("field", field)),
        text => Ok(text.map(str::to_owned)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> Draft {
        Draft { from: "mia@example.org".into(), to: vec!["leo@example.org".into()], ..Draft::default() }
    }

    #[test]
    fn no_line_break_reaches_a_header() {
        for bad in ["a\r\nBcc: x@y.z", "a\nb", "a\0b"] {
            let with = |change: &dyn Fn(&mut Draft)| {
                let mut draft = draft();
                change(&mut draft);
                parse(&draft).unwrap_err().code
            };
            assert_eq!(with(&|d| d.subject = bad.into()), Code::InvalidHeader);
            assert_eq!(with(&|d| d.from = format!("{bad} <a@b.org>")), Code::InvalidHeader);
            assert_eq!(with(&|d| d.to = vec![format!("a@b.org{bad}")]), Code::InvalidHeader);
            assert_eq!(with(&|d| d.reply_to = vec![format!("{bad} <a@b.org>")]), Code::InvalidHeader);
        }
    }

    #[test]
    fn addresses_fail_with_their_own_code() {
        let with = |to: &str| parse(&Draft { to: vec![to.into()], ..draft() }).unwrap_err();
        assert_eq!(with("jörg@example.org").code, Code::NonAsciiAddress);
        assert_eq!(with("nobody").facts["address"], "nobody");
    }
}
