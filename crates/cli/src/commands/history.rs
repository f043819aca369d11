//! `history`.

use std::fmt::Write as _;

use signet_api::wire::{HistoryQuery, HistoryRemoveRequest, RowChoice};
use signet_api::{HistoryList, HistoryRemove, HistoryShow};
use signet_core::{Code, Failure, RequestId};

use super::key::confirm;
use crate::args::HistoryCommand;
use crate::context::Context;
use crate::exit_codes::End;
use crate::view;

pub(super) async fn run(context: &Context<'_>, command: HistoryCommand) -> Result<End, Failure> {
    match command {
        HistoryCommand::List { limit, search, before } => {
            let before = before.as_deref().map(request_id).transpose()?;
            let query = HistoryQuery { limit: Some(limit), before, text: search, ..HistoryQuery::default() };
            let reply = context.call::<HistoryList>(&query).await?;
            context.printer.show(&reply, |v| {
                let mut text = view::send::history(&reply.items, v);
                if let (true, Some(last)) = (reply.more, reply.items.last()) {
                    let _ = write!(text, "\n{}", v.ink.dim(&format!("Older ones: --before {}", last.id)));
                }
                text
            });
        }
        HistoryCommand::Show { id } => {
            let item = context.call::<HistoryShow>(&RowChoice { id }).await?;
            context.printer.show(&item, |v| view::send::item(&item, v));
        }
        HistoryCommand::Remove { id, yes, .. } => {
            let request = match id {
                Some(id) => HistoryRemoveRequest::One(id),
                None => HistoryRemoveRequest::All,
            };
            if !yes && matches!(request, HistoryRemoveRequest::All) {
                confirm("Forget every sent message? The audit log keeps its entries.")?;
            }
            let removed = context.call::<HistoryRemove>(&request).await?;
            let count = view::plural(removed.removed as u64, "message", "messages");
            context.printer.done(&removed, |v| format!("{} Forgot {count}.", v.ink.green("✓")));
        }
    }
    Ok(End::OK)
}

fn request_id(text: &str) -> Result<RequestId, Failure> {
    RequestId::parse(text)
        .map_err(|_| Failure::new(Code::Usage).what("--before takes a whole id, 32 hex digits."))
}
