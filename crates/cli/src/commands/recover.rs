//! `recover`.

use signet_api::wire::CeremonyRequest;
use signet_core::Failure;

use super::init::choose_passphrase;
use crate::args::RecoverArgs;
use crate::ceremony::{self, Partner};
use crate::context::Context;
use crate::exit_codes::End;
use crate::prompt;
use crate::secret_input::SecretInput;

pub(super) async fn run(context: &Context<'_>, args: RecoverArgs) -> Result<End, Failure> {
    let partner = Partner::choose(args.ceremony.script)?;
    let input = SecretInput::open(&args.ceremony.passphrase)?;
    context.agent().await?;
    let request = if args.kit {
        by_kit(context, &input).await?
    } else {
        CeremonyRequest::RecoverByCode {
            passphrase: input.secret("Passphrase")?,
            recovery_code: input.secret("Recovery code")?,
        }
    };
    ceremony::run(context, request, partner, "The vault is recovered and unlocked.").await
}

/// The kit and the new passphrase.
pub(super) async fn by_kit(context: &Context<'_>, input: &SecretInput) -> Result<CeremonyRequest, Failure> {
    // A person types the kit first and then thinks of a passphrase; a script's first line is always
    // the passphrase.
    if input.is_terminal() {
        // With echo: 36 characters cannot be typed blind, and the paper lies beside the screen anyway.
        let kit = prompt::line("Recovery kit, all nine groups")?;
        prompt::clear_screen();
        let new_passphrase = choose_passphrase(context).await?;
        return Ok(CeremonyRequest::RecoverByKit { kit, new_passphrase });
    }
    let new_passphrase = input.secret("New passphrase")?;
    Ok(CeremonyRequest::RecoverByKit { kit: input.secret("Recovery kit")?, new_passphrase })
}
