//! `key`.

use std::fs::File;
use std::os::fd::AsFd;
use std::path::Path;

use serde::Serialize;
use signet_api::wire::{
    Empty, KeyChoice, KeyImportRequest, KeyImported, KeyRenameRequest, KeyView, OriginalRemoved,
    RemoveOriginalRequest,
};
use signet_api::{KeyImport, KeyList, KeyRemove, KeyRemoveOriginal, KeyRename};
use signet_core::{Code, Failure};

use super::absolute;
use crate::args::{KeyCommand, KeyImportArgs};
use crate::context::Context;
use crate::exit_codes::End;
use crate::prompt;
use crate::view::{self, View, plain};

/// What `key import` did: the wire type, and what became of the file.
#[derive(Serialize)]
struct Imported {
    #[serde(flatten)]
    imported: KeyImported,
    original_removed: Option<OriginalRemoved>,
}

pub(super) async fn run(context: &Context<'_>, command: KeyCommand) -> Result<End, Failure> {
    match command {
        KeyCommand::Import(args) => import(context, args).await,
        KeyCommand::List => {
            let reply = context.call::<KeyList>(&Empty {}).await?;
            context.printer.show(&reply, |v| view::key::list(&reply.keys, v));
            Ok(End::OK)
        }
        KeyCommand::Show { key } => {
            let key = choose(context, &key).await?;
            context.printer.show(&key, |v| {
                format!("{}\n\n{}", view::key::show(&key, v), view::key::delegation(&key, v))
            });
            Ok(End::OK)
        }
        KeyCommand::Rename { key, name } => {
            let key = context.call::<KeyRename>(&KeyRenameRequest { key, name }).await?;
            let text = format!("The key is now called {}.", plain(&key.name));
            context.printer.done(&key, |v| format!("{} {text}", v.ink.green("✓")));
            Ok(End::OK)
        }
        KeyCommand::Remove { key, yes } => remove(context, &key, yes).await,
    }
}

async fn import(context: &Context<'_>, args: KeyImportArgs) -> Result<End, Failure> {
    let client = context.agent().await?;
    let piped = args.file == Path::new("-");
    let handle = if piped {
        client.attach(std::io::stdin().as_fd()).await?
    } else {
        client.attach(open(&args.file)?.as_fd()).await?
    };
    let imported = context.call::<KeyImport>(&KeyImportRequest { handle, name: args.name.clone() }).await;
    let imported = match imported {
        Err(failure) if failure.code == Code::KeyDuplicate && !piped => {
            return known_already(context, &args, failure).await;
        }
        imported => imported?,
    };
    if !context.printer.is_json() {
        context.printer.show(&imported, |v| text(&imported.key, context.sandbox(), v));
    }
    let original = imported.original.clone().filter(|_| !piped);
    let removed = match original {
        Some(original) if wants_removal(&args.file, args.remove_original, args.keep_original)? => {
            let path = absolute(&args.file)?;
            Some(context.call::<KeyRemoveOriginal>(&RemoveOriginalRequest { original, path }).await?)
        }
        _ => None,
    };
    let done = Imported { imported, original_removed: removed };
    let file = args.file.display().to_string();
    context.printer.show(&done, |v| match &done.original_removed {
        Some(removed) => format!("{} {}", v.ink.green("✓"), plain(&removed.advice)),
        None if piped => String::new(),
        None => format!(
            "{} The file is still at {}. Anyone who can read it can use the key.",
            v.ink.yellow("!"),
            plain(&file)
        ),
    });
    Ok(End::OK)
}

/// The key is in the vault already. If the file holds the very same one, it may go.
async fn known_already(
    context: &Context<'_>,
    args: &KeyImportArgs,
    failure: Failure,
) -> Result<End, Failure> {
    let Some(original) = failure.facts.get("original").cloned() else { return Err(failure) };
    context.printer.note(|v| format!("{} This key is in the vault already.", v.ink.green("✓")));
    if !wants_removal(&args.file, args.remove_original, args.keep_original)? {
        return Err(failure);
    }
    let request = RemoveOriginalRequest { original, path: absolute(&args.file)? };
    let removed = context.call::<KeyRemoveOriginal>(&request).await?;
    context.printer.done(&removed, |v| format!("{} {}", v.ink.green("✓"), plain(&removed.advice)));
    Ok(End::OK)
}

/// Opened here, so that the agent reads exactly what the user named and could read.
pub(super) fn open(path: &Path) -> Result<File, Failure> {
    let refused = |what: String| {
        Failure::new(Code::KeyFileUnreadable)
            .what(what)
            .remedy("Check the path of the JSON key file.")
            .fact("path", path.display())
    };
    match std::fs::metadata(path) {
        Ok(facts) if facts.is_dir() => return Err(refused("That is a folder, not a key file.".into())),
        Ok(_) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(refused("There is no file at that path.".into()));
        }
        Err(error) => return Err(refused("That file cannot be read.".into()).fact("error", error)),
    }
    File::open(path).map_err(|error| refused("That file cannot be read.".into()).fact("error", error))
}

/// Whether the file is to go, by the options or by the answer.
pub(super) fn wants_removal(file: &Path, remove: bool, keep: bool) -> Result<bool, Failure> {
    if remove || keep || !prompt::possible() {
        return Ok(remove);
    }
    let path = file.display().to_string();
    prompt::yes(&format!("The file is still at {}. Delete it?", plain(&path)), true)
}

fn text(key: &KeyView, sandbox: bool, view: &View) -> String {
    let mut text = format!("{} Sealed, and read back to make sure.\n", view.ink.green("✓"));
    text.push_str(&view::key::show(key, view));
    text.push_str("\n\n");
    if sandbox {
        text.push_str(&view.ink.violet("The sandbox allows its own keys to send; Google needs this step:"));
        text.push('\n');
    }
    text.push_str(&view::key::delegation(key, view));
    text.push('\n');
    text
}

async fn remove(context: &Context<'_>, choice: &str, yes: bool) -> Result<End, Failure> {
    if !yes {
        let key = choose(context, choice).await?;
        confirm(&format!(
            "Remove {} ({}) from the vault? Without a backup and the kit it is gone for good; at Google it \
             stays valid.",
            plain(&key.name),
            plain(&key.client_email)
        ))?;
    }
    let key = context.call::<KeyRemove>(&KeyChoice { key: choice.into() }).await?;
    let text = format!("Removed {}. Delete it at Google too, unless it is used elsewhere.", plain(&key.name));
    context.printer.done(&key, |v| format!("{} {text}", v.ink.green("✓")));
    Ok(End::OK)
}

/// Asks before something that cannot be undone; without a terminal, `--yes` is the answer.
pub(super) fn confirm(question: &str) -> Result<(), Failure> {
    if !prompt::possible() {
        return Err(Failure::new(Code::Usage)
            .what("This cannot be undone, and there is no terminal to ask at.")
            .remedy("Add --yes if it is meant."));
    }
    if prompt::yes(question, false)? {
        return Ok(());
    }
    Err(Failure::new(Code::Cancelled).what("Cancelled.").remedy("Nothing was changed."))
}

/// The key that the text means: id or its first digits, name, account or Google's key id.
pub(super) async fn choose(context: &Context<'_>, text: &str) -> Result<KeyView, Failure> {
    pick(all(context).await?, text)
}

/// Every key of the vault.
pub(super) async fn all(context: &Context<'_>) -> Result<Vec<KeyView>, Failure> {
    Ok(context.call::<KeyList>(&Empty {}).await?.keys)
}

/// The one of them that the text means.
pub(super) fn pick(keys: Vec<KeyView>, text: &str) -> Result<KeyView, Failure> {
    let exact = |key: &KeyView| {
        key.name == text
            || key.client_email == text
            || key.google_key_id.as_str() == text
            || key.id.to_string() == text
    };
    let (mut exact, others): (Vec<_>, Vec<_>) = keys.into_iter().partition(exact);
    if exact.is_empty() {
        exact = others.into_iter().filter(|key| key.id.to_string().starts_with(text)).collect();
    }
    if exact.len() > 1 {
        return Err(Failure::new(Code::Ambiguous).fact("key", text));
    }
    exact.pop().ok_or_else(|| Failure::new(Code::NotFound).fact("key", text))
}
