//! A host on a server: its vault with the keychain in files, and the taking over of one that is gone.

use signet_api::wire::{
    CeremonyRequest, Empty, HostStartRequest, HostStatus, NewHost, RestoreRequest, VaultStatus,
};
use signet_api::{HostShow, HostStart, Restore, Status};
use signet_core::{Code, Failure};

use super::{LISTEN, needs_name};
use crate::args::{HostInitArgs, TakeOverArgs};
use crate::ceremony::{self, Partner};
use crate::commands::{absolute, init, recover};
use crate::context::Context;
use crate::exit_codes::End;
use crate::secret_input::SecretInput;
use crate::view;

/// Makes the vault, its kit and codes, and the host, in one go.
pub(super) async fn init(context: &Context<'_>, args: HostInitArgs) -> Result<End, Failure> {
    let host = NewHost {
        name: args.name.ok_or_else(needs_name)?,
        listen: args.listen.unwrap_or_else(|| LISTEN.into()),
        reachable_at: args.reachable_at,
        networks: args.network,
        proxies: args.proxy,
    };
    let partner = Partner::choose(args.ceremony.script)?;
    let (passphrase, kdf) = init::new_vault(context, &args.ceremony, partner, args.kdf).await?;
    let request = CeremonyRequest::InitHost { passphrase, kdf, host };
    let end = ceremony::run(context, request, partner, "The host's vault is created and unlocked.").await?;
    if partner == Partner::Person {
        show(context, &context.call::<HostShow>(&Empty {}).await?);
    }
    Ok(end)
}

/// Brings the vault of a host that is gone from its backup, opens it with the kit and serves.
pub(super) async fn take_over(context: &Context<'_>, args: TakeOverArgs) -> Result<End, Failure> {
    let partner = Partner::choose(args.ceremony.script)?;
    let input = SecretInput::open(&args.ceremony.passphrase)?;
    match context.call::<Status>(&Empty {}).await?.vault {
        VaultStatus::Absent => {}
        VaultStatus::Unusable { failure } => return Err(failure),
        VaultStatus::Locked { .. } | VaultStatus::Unlocked { .. } => {
            return Err(Failure::new(Code::VaultExists).what("There is a vault here already.").remedy(
                "If it is the backup of an earlier try, go on with `signet recover --kit`, then `signet host \
                     start`.",
            ));
        }
    }
    // Asked before anything is put in place.
    let request = recover::by_kit(context, &input).await?;
    let restore = RestoreRequest { path: absolute(&args.file)?, replace: false, headless: Some(true) };
    context.call::<Restore>(&restore).await?;
    let end = ceremony::run(context, request, partner, "The host's vault is recovered and unlocked.").await;
    let end = end.map_err(|failure| match failure.code {
        Code::WrongKit | Code::KitMistyped | Code::ProofFailed | Code::Cancelled => failure
            .remedy("The backup is in place. Go on with `signet recover --kit`, then `signet host start`."),
        _ => failure,
    })?;
    let status = context.call::<HostStart>(&HostStartRequest { until: None }).await?;
    show(context, &status);
    context.printer.note(|view| {
        let text = "Members' devices are suspended until you have confirmed each: `signet team device confirm`. \
                    What was sent after the backup is not in this log; their devices notice, and say so.";
        format!("{} {}", view.ink.yellow("!"), view.hint(text))
    });
    Ok(end)
}

fn show(context: &Context<'_>, status: &HostStatus) {
    context.printer.show(status, |v| view::host::status(status, v));
}
