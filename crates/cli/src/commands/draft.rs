//! `draft`.

use signet_api::wire::{DraftItem, Empty, RowChoice};
use signet_api::{DraftList, DraftRemove};
use signet_core::{Code, Failure};

use crate::args::DraftCommand;
use crate::context::Context;
use crate::exit_codes::End;
use crate::view::{self, View};

pub(super) async fn run(context: &Context<'_>, command: DraftCommand) -> Result<End, Failure> {
    match command {
        DraftCommand::List => {
            let reply = context.call::<DraftList>(&Empty {}).await?;
            context.printer.show(&reply, |v| list(&reply.drafts, v));
        }
        DraftCommand::Show { id } => {
            let mut drafts = context.call::<DraftList>(&Empty {}).await?.drafts;
            drafts.retain(|item| item.id.to_string().starts_with(&id));
            if drafts.len() > 1 {
                return Err(Failure::new(Code::Ambiguous).fact("draft", id));
            }
            let item = drafts.pop().ok_or_else(|| Failure::new(Code::NotFound).fact("draft", id))?;
            context.printer.show(&item, |v| view::send::draft(&item.draft, v));
        }
        DraftCommand::Remove { id } => {
            let removed = context.call::<DraftRemove>(&RowChoice { id }).await?;
            let count = view::plural(removed.removed as u64, "draft", "drafts");
            context.printer.done(&removed, |v| format!("{} Removed {count}.", v.ink.green("✓")));
        }
    }
    Ok(End::OK)
}

fn list(drafts: &[DraftItem], view: &View) -> String {
    if drafts.is_empty() {
        return "No drafts.".into();
    }
    let row = |item: &DraftItem| {
        vec![
            item.id.to_string()[..8].to_owned(),
            view.moment.when(item.saved),
            item.draft.to.first().cloned().unwrap_or_default(),
            item.draft.subject.clone(),
        ]
    };
    let rows: Vec<_> = drafts.iter().map(row).collect();
    view::table(&["id", "saved", "to", "subject"], &rows, view)
}
