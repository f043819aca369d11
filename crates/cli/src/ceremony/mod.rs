//! Set-up, renewals and recovery: show what has to be kept, ask for proof, finish.

mod guided;
mod script;

use signet_api::wire::{CeremonyAnswers, CeremonyDone, CeremonyId, CeremonyRequest, CeremonyShown, Empty};
use signet_api::{CeremonyBegin, CeremonyDrop, CeremonyFinish, CeremonyKitShow, Status};
use signet_core::{Code, Failure};

use crate::context::Context;
use crate::exit_codes::End;
use crate::prompt;
use crate::view::{self, View};

/// Who answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Partner {
    /// A person at a terminal.
    Person,
    /// A program that speaks JSON lines.
    Script,
}

impl Partner {
    /// By the options and the terminal. Asked before any secret is read.
    pub(crate) fn choose(script: bool) -> Result<Self, Failure> {
        match (script, prompt::possible()) {
            (true, _) => Ok(Self::Script),
            (false, true) => Ok(Self::Person),
            (false, false) => Err(Failure::new(Code::Usage)
                .what("There is no terminal to show new secrets at and to ask for proof.")
                .remedy("Add --script; `signet help init` explains what a script reads and answers.")),
        }
    }
}

/// Runs a ceremony from begin to end. `success` is the sentence for a person.
pub(crate) async fn run(
    context: &Context<'_>,
    request: CeremonyRequest,
    partner: Partner,
    success: &str,
) -> Result<End, Failure> {
    let shown = context.call::<CeremonyBegin>(&request).await?;
    drop(request); // its secrets are no longer needed
    let id = shown.id.clone();
    let kit_lacks_audit = shown.kit.as_ref().is_some_and(|kit| kit.audit_fingerprint.is_none());
    let ended = converse(context, shown, partner).await;
    match ended {
        Ok(done) => {
            context.printer.show(&done, |view| text(&done, success, view));
            if partner == Partner::Person && kit_lacks_audit {
                name_audit_key(context).await;
            }
            Ok(End::OK)
        }
        Err(failure) => {
            // If it cannot be given up, it ends by itself with the agent or the next one begun.
            let _ = context.call::<CeremonyDrop>(&CeremonyId { id }).await;
            Err(failure)
        }
    }
}

async fn converse(
    context: &Context<'_>,
    shown: CeremonyShown,
    partner: Partner,
) -> Result<CeremonyDone, Failure> {
    let groups = match &shown.kit {
        Some(_) => Some(context.call::<CeremonyKitShow>(&CeremonyId { id: shown.id.clone() }).await?),
        None => None,
    };
    match partner {
        Partner::Person => guided::converse(context, shown, groups).await,
        Partner::Script => script::converse(context, shown, groups).await,
    }
}

/// A new vault's log gets its key only with the vault, after the kit was shown.
async fn name_audit_key(context: &Context<'_>) {
    // It can be read in `signet status` at any time: a failure here is not worth a word.
    let Ok(status) = context.call::<Status>(&Empty {}).await else { return };
    if let Some(fingerprint) = status.audit.fingerprint {
        context.printer.note(|view| {
            let text = format!("Write this on the kit, too: the audit log's key is {fingerprint}");
            format!("{} {}", view.ink.yellow("!"), text)
        });
    }
}

async fn finish(context: &Context<'_>, answers: &CeremonyAnswers) -> Result<CeremonyDone, Failure> {
    context.call::<CeremonyFinish>(answers).await
}

/// Whether the answers were wrong and may be given again.
fn may_try_again(failure: &Failure) -> bool {
    matches!(failure.code, Code::ProofFailed | Code::WrongSecret | Code::CodeUsed | Code::KitMistyped)
}

fn text(done: &CeremonyDone, success: &str, view: &View) -> String {
    let facts = view::facts(&view::status::vault(&done.info, view), view);
    format!("{} {success}\n{facts}", view.ink.green("✓"))
}

/// Whether two spellings of a kit's group are the same: case and spaces do not matter.
fn same_group(typed: &str, shown: &str) -> bool {
    let plain = |text: &str| text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect::<String>();
    plain(typed).eq_ignore_ascii_case(&plain(shown))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_may_be_typed_in_any_case() {
        assert!(same_group(" ab-cd ", "ABCD"));
        assert!(!same_group("ABCE", "ABCD"));
        assert!(!same_group("", "ABCD"));
    }
}
