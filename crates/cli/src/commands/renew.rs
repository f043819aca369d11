//! `passphrase change`, `totp replace`, `codes renew`, `kit renew`.

use signet_api::wire::{CeremonyRequest, WireSecret};
use signet_core::Failure;

use super::init::choose_passphrase;
use crate::args::{CodesCommand, KitCommand, PassphraseCommand, RenewArgs, TotpCommand};
use crate::ceremony::{self, Partner};
use crate::context::Context;
use crate::exit_codes::End;
use crate::secret_input::{self, SecretInput};

pub(super) async fn passphrase(context: &Context<'_>, command: PassphraseCommand) -> Result<End, Failure> {
    let PassphraseCommand::Change(args) = command;
    let proof = Proof::ask(context, args).await?;
    let new_passphrase = if proof.input.is_terminal() {
        choose_passphrase(context).await?
    } else {
        proof.input.secret("New passphrase")?
    };
    let Proof { partner, passphrase, code, .. } = proof;
    let request = CeremonyRequest::PassphraseChange { passphrase, code, new_passphrase };
    ceremony::run(context, request, partner, "The passphrase is changed.").await
}

pub(super) async fn totp(context: &Context<'_>, command: TotpCommand) -> Result<End, Failure> {
    let TotpCommand::Replace(args) = command;
    let Proof { partner, passphrase, code, .. } = Proof::ask(context, args).await?;
    let request = CeremonyRequest::TotpReplace { passphrase, code };
    ceremony::run(context, request, partner, "The new phone opens the vault; the old one no longer does.")
        .await
}

pub(super) async fn codes(context: &Context<'_>, command: CodesCommand) -> Result<End, Failure> {
    let CodesCommand::Renew(args) = command;
    let Proof { partner, passphrase, code, .. } = Proof::ask(context, args).await?;
    let request = CeremonyRequest::CodesRenew { passphrase, code };
    ceremony::run(context, request, partner, "The new recovery codes are in force.").await
}

pub(super) async fn kit(context: &Context<'_>, command: KitCommand) -> Result<End, Failure> {
    let KitCommand::Renew(args) = command;
    let Proof { partner, passphrase, code, .. } = Proof::ask(context, args).await?;
    let request = CeremonyRequest::KitRenew { passphrase, code };
    let success = "The new recovery kit is in force. The old one still opens old copies of the vault.";
    ceremony::run(context, request, partner, success).await
}

/// Passphrase and code, asked for again before anything is renewed.
struct Proof {
    partner: Partner,
    input: SecretInput,
    passphrase: WireSecret,
    code: WireSecret,
}

impl Proof {
    async fn ask(context: &Context<'_>, args: RenewArgs) -> Result<Self, Failure> {
        let partner = Partner::choose(args.ceremony.script)?;
        let input = SecretInput::open(&args.ceremony.passphrase)?;
        context.agent().await?;
        let passphrase = input.secret("Passphrase")?;
        let code = secret_input::code(args.code)?;
        Ok(Self { partner, input, passphrase, code })
    }
}
