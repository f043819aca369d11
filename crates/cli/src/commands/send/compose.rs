//! The message from the options and the message file: paths still closed.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use signet_api::MessageRead;
use signet_api::wire::{Attachment, Draft, MessageFileRequest};
use signet_core::{Code, Failure};

use super::super::absolute;
use crate::args::SendArgs;
use crate::context::Context;

/// What is to be sent, and the key that the message file names.
pub(super) struct Composed {
    pub(super) draft: Draft,
    pub(super) key: Option<String>,
}

/// Reads the message file, if there is one, and lays the options over it.
pub(super) async fn message(context: &Context<'_>, args: SendArgs) -> Result<Composed, Failure> {
    let mut composed = match &args.file {
        Some(path) => from_file(context, path, args.variables.iter().cloned().collect()).await?,
        None if args.variables.is_empty() => Composed { draft: Draft::default(), key: None },
        None => {
            return Err(Failure::new(Code::Usage)
                .what("--set fills in a message file, and none was named.")
                .remedy("Name the file: `signet send welcome.toml --set name=Ada`."));
        }
    };
    overlay(&mut composed, args)?;
    Ok(composed)
}

async fn from_file(
    context: &Context<'_>,
    path: &Path,
    variables: BTreeMap<String, String>,
) -> Result<Composed, Failure> {
    let text = text_file(path, Code::MessageFile)?;
    let folder = path.parent().unwrap_or_else(|| Path::new(""));
    let mut request = MessageFileRequest { text, variables, bodies: BTreeMap::new() };
    let mut reply = context.call::<MessageRead>(&request).await?;
    // The agent reads no path that a message file names; the client does, with the user's rights. A body's
    // own file may put in others: those are asked for next.
    for _ in 0..2 {
        for path in std::mem::take(&mut reply.needs) {
            let body = text_file(&folder.join(&path), Code::MessageFile)?;
            request.bodies.insert(path, body);
            reply.draft = None;
        }
        if reply.draft.is_none() {
            reply = context.call::<MessageRead>(&request).await?;
        }
    }
    let mut draft = reply.draft.ok_or_else(|| Failure::new(Code::MessageFile))?;
    for attachment in &mut draft.attachments {
        if let Some(path) = &attachment.path {
            attachment.path = Some(absolute(&folder.join(path))?);
        }
    }
    Ok(Composed { draft, key: reply.key })
}

fn overlay(composed: &mut Composed, args: SendArgs) -> Result<(), Failure> {
    if args.text.as_deref() == Some("-") && args.html.as_deref() == Some("-") {
        return Err(Failure::new(Code::Usage)
            .what("Standard input can be the text or the HTML, not both.")
            .remedy("Give one of them as a file."));
    }
    let text = body(args.text, args.text_file.as_deref())?;
    let html = body(args.html, args.html_file.as_deref())?;
    let draft = &mut composed.draft;
    if let Some(from) = args.from {
        draft.from = from;
    }
    if let Some(subject) = args.subject {
        draft.subject = subject;
    }
    let lists = [
        (&mut draft.to, args.to),
        (&mut draft.cc, args.cc),
        (&mut draft.bcc, args.bcc),
        (&mut draft.reply_to, args.reply_to),
    ];
    for (field, given) in lists {
        if !given.is_empty() {
            *field = given;
        }
    }
    draft.text = text.or_else(|| draft.text.take());
    draft.html = html.or_else(|| draft.html.take());
    for given in &args.attach {
        draft.attachments.push(attachment(given)?);
    }
    for given in &args.inline {
        draft.attachments.push(inline(given)?);
    }
    composed.key = args.key.or_else(|| composed.key.take());
    Ok(())
}

fn body(given: Option<String>, file: Option<&Path>) -> Result<Option<String>, Failure> {
    match (given, file) {
        (Some(text), _) if text == "-" => {
            let mut text = String::new();
            let read = std::io::stdin().lock().read_to_string(&mut text);
            read.map_err(|error| unreadable(Path::new("-"), Code::Usage, &error))?;
            Ok(Some(text))
        }
        (Some(text), _) => Ok(Some(text)),
        (None, Some(path)) => text_file(path, Code::Usage).map(Some),
        (None, None) => Ok(None),
    }
}

/// `FILE[;name=…][;type=…]`. A file whose own name reads like that is taken whole.
fn attachment(given: &str) -> Result<Attachment, Failure> {
    let mut attachment = Attachment::default();
    let mut path = given;
    while !Path::new(path).exists() {
        let Some((rest, option)) = path.rsplit_once(';') else { break };
        let (field, value) = match option.split_once('=') {
            Some(("name", value)) => (&mut attachment.name, value),
            Some(("type", value)) => (&mut attachment.content_type, value),
            _ => break,
        };
        *field = Some(value.to_owned());
        path = rest;
    }
    attachment.path = Some(absolute(&PathBuf::from(path))?);
    Ok(attachment)
}

/// `FILE=CID`.
fn inline(given: &str) -> Result<Attachment, Failure> {
    let (path, cid) = given
        .rsplit_once('=')
        .filter(|(path, cid)| !path.is_empty() && !cid.is_empty())
        .ok_or_else(|| {
            Failure::new(Code::Usage)
                .what("--inline takes a file and the name that the HTML uses.")
                .remedy("Give it as FILE=CID, for example logo.png=logo for <img src=\"cid:logo\">.")
        })?;
    let path = absolute(Path::new(path))?;
    Ok(Attachment { path: Some(path), content_id: Some(cid.into()), ..Attachment::default() })
}

fn text_file(path: &Path, code: Code) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|error| unreadable(path, code, &error))
}

fn unreadable(path: &Path, code: Code, error: &std::io::Error) -> Failure {
    let what = match error.kind() {
        std::io::ErrorKind::NotFound => "There is no file at that path.",
        std::io::ErrorKind::InvalidData => "That file is not text in UTF-8.",
        _ => "That file cannot be read.",
    };
    Failure::new(code).what(what).remedy("Check the path.").fact("path", path.display()).fact("error", error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attachment_may_get_another_name_and_type() {
        let parsed = attachment("/nowhere/a.bin;name=Scan 1.png;type=image/png").unwrap();
        assert_eq!(parsed.path.as_deref(), Some("/nowhere/a.bin"));
        assert_eq!(parsed.name.as_deref(), Some("Scan 1.png"));
        assert_eq!(parsed.content_type.as_deref(), Some("image/png"));
        let parsed = attachment("/nowhere/a;type=text/plain;name=b=c").unwrap();
        assert_eq!((parsed.path.as_deref(), parsed.name.as_deref()), (Some("/nowhere/a"), Some("b=c")));
    }

    #[test]
    fn a_file_whose_name_looks_like_options_is_that_file() {
        let folder = tempfile::tempdir().unwrap();
        let odd = folder.path().join("a;name=b");
        std::fs::write(&odd, "x").unwrap();
        let parsed = attachment(odd.to_str().unwrap()).unwrap();
        assert_eq!((parsed.path.as_deref(), parsed.name), (odd.to_str(), None));
        assert_eq!(attachment("/nowhere/a;b").unwrap().path.as_deref(), Some("/nowhere/a;b"));
    }

    #[test]
    fn an_inline_image_needs_its_name() {
        let parsed = inline("/nowhere/a=b.png=logo").unwrap();
        assert_eq!(
            (parsed.path.as_deref(), parsed.content_id.as_deref()),
            (Some("/nowhere/a=b.png"), Some("logo"))
        );
        for wrong in ["logo.png", "logo.png=", "=logo"] {
            assert_eq!(inline(wrong).unwrap_err().code, Code::Usage, "{wrong}");
        }
    }

    #[test]
    fn options_replace_the_files_fields_and_attachments_add_up() {
        let mut composed = Composed {
            draft: Draft {
                from: "a@x.org".into(),
                to: vec!["b@x.org".into()],
                text: Some("file".into()),
                attachments: vec![Attachment::default()],
                ..Draft::default()
            },
            key: Some("file".into()),
        };
        let args = SendArgs {
            to: vec!["c@x.org".into()],
            text: Some("option".into()),
            attach: vec!["/nowhere/a".into()],
            ..SendArgs::default()
        };
        overlay(&mut composed, args).unwrap();
        assert_eq!(composed.draft.from, "a@x.org");
        assert_eq!(composed.draft.to, ["c@x.org"]);
        assert_eq!(composed.draft.text.as_deref(), Some("option"));
        assert_eq!(composed.draft.attachments.len(), 2);
        assert_eq!(composed.key.as_deref(), Some("file"));
    }
}
