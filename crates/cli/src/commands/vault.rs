//! `vault destroy`.

use signet_api::wire::{DestroyRequest, Destroyed, Empty, VaultStatus};
use signet_api::{Status, VaultDestroy};
use signet_core::{Code, Failure, VaultId};

use crate::args::{DestroyArgs, VaultCommand};
use crate::context::Context;
use crate::exit_codes::End;
use crate::prompt;
use crate::view::plain;

pub(super) async fn run(context: &Context<'_>, command: VaultCommand) -> Result<End, Failure> {
    let VaultCommand::Destroy(args) = command;
    let vault_id = which(context, &args).await?;
    if !args.yes {
        confirm(vault_id)?;
    }
    let destroyed: Destroyed = context.call::<VaultDestroy>(&DestroyRequest { vault_id }).await?;
    context.printer.done(&destroyed, |v| {
        let log = destroyed.log.as_ref().map(|log| format!("\n  Its audit log is kept in {}.", plain(log)));
        format!(
            "{} The vault is gone, from the disk and from the keychain.\n  Its keys stay valid at Google until \
             they are deleted there.{}",
            v.ink.green("✓"),
            log.unwrap_or_default()
        )
    });
    Ok(End::OK)
}

async fn which(context: &Context<'_>, args: &DestroyArgs) -> Result<VaultId, Failure> {
    if let Some(id) = &args.vault_id {
        return VaultId::parse(id)
            .map_err(|_| Failure::new(Code::Usage).what("--vault-id takes the whole id, 32 hex digits."));
    }
    match context.call::<Status>(&Empty {}).await?.vault {
        VaultStatus::Absent => Err(Failure::new(Code::NoVault)),
        VaultStatus::Unusable { failure } => {
            Err(failure
                .remedy("Name the vault with --vault-id: it is printed on the recovery kit's backups."))
        }
        VaultStatus::Locked { info } | VaultStatus::Unlocked { info, .. } => Ok(info.vault_id),
    }
}

fn confirm(vault_id: VaultId) -> Result<(), Failure> {
    if !prompt::possible() {
        return Err(Failure::new(Code::Usage)
            .what("This cannot be undone, and there is no terminal to ask at.")
            .remedy("Add --yes if it is meant."));
    }
    prompt::say(&format!("This removes vault {vault_id} with every key in it.\n"));
    let typed = prompt::line("Type destroy to go on")?;
    // An answer to a question is no secret.
    if typed.expose().trim() == "destroy" {
        return Ok(());
    }
    Err(Failure::new(Code::Cancelled).what("Cancelled.").remedy("Nothing was changed."))
}
