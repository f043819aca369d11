//! `backup`.

use signet_api::wire::{BackupRequest, BackupView, Empty};
use signet_api::{Backup, BackupList};
use signet_core::Failure;

use super::absolute;
use crate::args::BackupCommand;
use crate::context::Context;
use crate::exit_codes::End;
use crate::view::{self, View, plain};

pub(super) async fn run(context: &Context<'_>, command: BackupCommand) -> Result<End, Failure> {
    match command {
        BackupCommand::Create { file } => {
            let path = file.as_deref().map(absolute).transpose()?;
            let backup = context.call::<Backup>(&BackupRequest { path }).await?;
            context.printer.done(&backup, |v| {
                let size = view::bytes(backup.bytes);
                format!(
                    "{} Backup written: {} ({size}).\n  It opens with the recovery kit of today. Whoever has both \
                     has every key in it.",
                    v.ink.green("✓"),
                    plain(&backup.path)
                )
            });
        }
        BackupCommand::List => {
            let reply = context.call::<BackupList>(&Empty {}).await?;
            context.printer.show(&reply, |v| list(&reply.backups, v));
        }
    }
    Ok(End::OK)
}

fn list(backups: &[BackupView], view: &View) -> String {
    if backups.is_empty() {
        return view.hint("No backups yet. Write one with `signet backup create`.");
    }
    let row = |backup: &BackupView| {
        vec![view.moment.when(backup.written), view::bytes(backup.bytes), backup.path.clone()]
    };
    let rows: Vec<_> = backups.iter().map(row).collect();
    view::table(&["written", "size", "file"], &rows, view)
}
