//! `init`.

use signet_api::wire::{CeremonyRequest, Empty, KdfWish, PassphraseToRate, VaultStatus, WireSecret};
use signet_api::{PassphraseRate, PassphraseSuggest, Status};
use signet_core::{Code, Failure};

use crate::args::{CeremonyArgs, InitArgs, Kdf};
use crate::ceremony::{self, Partner};
use crate::context::Context;
use crate::exit_codes::End;
use crate::prompt;
use crate::secret_input::SecretInput;

pub(super) async fn run(context: &Context<'_>, args: InitArgs) -> Result<End, Failure> {
    let partner = Partner::choose(args.ceremony.script)?;
    let (passphrase, kdf) = new_vault(context, &args.ceremony, partner, args.kdf).await?;
    let request = CeremonyRequest::Init { passphrase, kdf };
    ceremony::run(context, request, partner, "The vault is created and unlocked.").await
}

/// The passphrase of a vault that is to be made here, and its cost.
pub(super) async fn new_vault(
    context: &Context<'_>,
    args: &CeremonyArgs,
    partner: Partner,
    kdf: Kdf,
) -> Result<(WireSecret, KdfWish), Failure> {
    let input = SecretInput::open(&args.passphrase)?;
    // Said before a passphrase is thought of and typed.
    match context.call::<Status>(&Empty {}).await?.vault {
        VaultStatus::Absent => {}
        VaultStatus::Unusable { failure } => return Err(failure),
        VaultStatus::Locked { .. } | VaultStatus::Unlocked { .. } => {
            return Err(Failure::new(Code::VaultExists));
        }
    }
    let passphrase = if input.is_terminal() && partner == Partner::Person {
        choose_passphrase(context).await?
    } else {
        input.secret("The passphrase")?
    };
    let kdf = match kdf {
        Kdf::Calibrated => KdfWish::Calibrated,
        Kdf::Floor => KdfWish::Floor,
    };
    Ok((passphrase, kdf))
}

/// A passphrase of the person's choice: five words offered, or an own one with a meter.
pub(super) async fn choose_passphrase(context: &Context<'_>) -> Result<WireSecret, Failure> {
    loop {
        let offered = context.call::<PassphraseSuggest>(&Empty {}).await?.passphrase;
        // Exposed to be read and remembered, once.
        let words = context.printer.side().ink.bold(offered.expose());
        prompt::say(&format!("\nA passphrase for you:\n\n  {words}\n\n"));
        let choice = prompt::line("Enter takes it, n shows another, o lets you choose your own")?;
        // An answer to a question is no secret.
        match choice.expose().trim() {
            "" if type_back(&offered)? => {
                prompt::clear_screen();
                return Ok(offered);
            }
            "o" => return own_passphrase(context).await,
            _ => {}
        }
    }
}

fn type_back(offered: &WireSecret) -> Result<bool, Failure> {
    prompt::clear_screen();
    let typed = prompt::secret("Type it once, so that you know you have it")?;
    let same = typed.expose() == offered.expose(); // both came from this terminal a moment ago
    if !same {
        prompt::say("That is not the same. Here is another.\n");
    }
    Ok(same)
}

async fn own_passphrase(context: &Context<'_>) -> Result<WireSecret, Failure> {
    loop {
        let passphrase = prompt::secret("Passphrase")?;
        // Copied for the rating; both copies are wiped when they go.
        let to_rate = PassphraseToRate { passphrase: WireSecret::new(passphrase.expose().to_owned()) };
        let rating = context.call::<PassphraseRate>(&to_rate).await?;
        context.printer.note(|view| {
            let word = match rating.score {
                0..=2 => view.ink.red("weak"),
                3 => view.ink.yellow("fair"),
                _ => view.ink.green("strong"),
            };
            let hint = rating.hint.as_deref().unwrap_or_default();
            format!("  {word}  {hint}")
        });
        if rating.score < 3 {
            prompt::say("That is too easy to guess; choose a longer one.\n");
            continue;
        }
        if prompt::secret("Once more")?.expose() == passphrase.expose() {
            return Ok(passphrase);
        }
        prompt::say("The two are not the same.\n");
    }
}
