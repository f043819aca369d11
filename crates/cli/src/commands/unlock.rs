//! `unlock` and `lock`.

use std::fmt::Write as _;
use std::time::Duration;

use signet_api::wire::{Empty, UnlockRequest, Unlocked, VaultStatus, WireSecret};
use signet_api::{ApprovalList, HostShow, Lock, Status, Unlock, launch};
use signet_core::{Code, Failure};

use crate::args::UnlockArgs;
use crate::context::Context;
use crate::exit_codes::End;
use crate::secret_input::{self, SecretInput};
use crate::view::{View, plain, plural};

/// How often a person may try before the command ends. The vault itself sets no limit.
const ATTEMPTS: usize = 3;
/// How long a lock may be held up by the question what it ends.
const PATIENCE: Duration = Duration::from_millis(300);

pub(super) async fn run(context: &Context<'_>, args: UnlockArgs) -> Result<End, Failure> {
    let input = SecretInput::open(&args.passphrase)?;
    let retries = input.is_terminal() && args.code.is_none();
    context.agent().await?;
    if input.is_terminal() {
        // Said before a person has typed anything.
        match context.call::<Status>(&Empty {}).await?.vault {
            VaultStatus::Absent => return Err(Failure::new(Code::NoVault)),
            VaultStatus::Unusable { failure } => return Err(failure),
            VaultStatus::Unlocked { .. } => {
                return Err(Failure::new(Code::Busy)
                    .what("The vault is unlocked already.")
                    .remedy("Nothing to do; `signet lock` closes it."));
            }
            VaultStatus::Locked { .. } => {}
        }
    }
    let mut passphrase = input.secret("Passphrase")?;
    let mut code = secret_input::code(args.code)?;
    let mut attempt = 1;
    loop {
        // Copied for the request, because a refused code leaves the passphrase good.
        let copy = WireSecret::new(passphrase.expose().to_owned());
        let request = UnlockRequest { passphrase: copy, code, wide: args.wide };
        let failure = match context.call::<Unlock>(&request).await {
            Ok(unlocked) => {
                context.printer.done(&unlocked, |view| text(&unlocked, view));
                return Ok(End::OK);
            }
            Err(failure) if retries && attempt < ATTEMPTS => failure,
            Err(failure) => return Err(failure),
        };
        match failure.code {
            Code::CodeUsed => {
                let wait = failure.facts.get("wait_seconds").cloned();
                context.printer.note(|view| {
                    let wait = wait.map(|seconds| format!(": {seconds} s")).unwrap_or_default();
                    format!("{} Codes work once. Wait for the next one{wait}.", view.ink.yellow("!"))
                });
            }
            Code::WrongSecret => {
                context.printer.note(|view| format!("{} {}", view.ink.red("✗"), failure.what));
                passphrase = input.secret("Passphrase")?;
            }
            _ => return Err(failure),
        }
        code = secret_input::code(None)?;
        attempt += 1;
    }
}

pub(super) async fn lock(context: &Context<'_>) -> Result<End, Failure> {
    let mut ended = None;
    // No agent, nothing unlocked: none is started for this.
    if launch::listens(&context.home) {
        // Locking waits for none of this to be known.
        ended = tokio::time::timeout(PATIENCE, serving(context)).await.unwrap_or_default();
        context.client.call::<Lock>(&Empty {}).await?;
    }
    context.printer.done(&Empty {}, |view| locked(ended, view));
    Ok(End::OK)
}

/// What a lock has ended: the serving, and so many messages that waited.
fn locked(ended: Option<usize>, view: &View) -> String {
    let mut text = format!("{} Locked.", view.ink.green("✓"));
    let Some(waiting) = ended else { return text };
    let again = view.hint("`signet host start` begins again once the vault is unlocked.");
    let _ = write!(text, "\n  The team is not served any more; {again}");
    if waiting > 0 {
        let messages = plural(waiting as u64, "message that waited", "messages that waited");
        let _ = write!(text, "\n  {messages} for approval ended; nothing of them was sent.");
    }
    text
}

/// How many messages wait, if the vault serves a team.
async fn serving(context: &Context<'_>) -> Option<usize> {
    context.client.call::<HostShow>(&Empty {}).await.ok()?.serving?;
    Some(context.client.call::<ApprovalList>(&Empty {}).await.map_or(0, |list| list.waiting.len()))
}

fn text(unlocked: &Unlocked, view: &View) -> String {
    let ink = view.ink;
    let mut text = format!("{} Unlocked", ink.green("✓"));
    match unlocked.locks_at {
        Some(time) => {
            let _ = write!(text, "; locks itself {} unless used.", view.moment.when(time));
        }
        None => text.push('.'),
    }
    for sentence in &unlocked.settled {
        let _ = write!(text, "\n{} {}", ink.yellow("!"), plain(sentence));
    }
    if unlocked.info.codes_left <= 2 {
        let left = unlocked.info.codes_left;
        let _ = write!(text, "\n{} Recovery codes left: {left}. Run `signet codes renew`.", ink.yellow("!"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_says_what_it_ends() {
        assert_eq!(locked(None, &View::fixed()), "✓ Locked.");
        insta::assert_snapshot!(locked(Some(2), &View::fixed()), @r"
        ✓ Locked.
          The team is not served any more; `signet host start` begins again once the vault is unlocked.
          2 messages that waited for approval ended; nothing of them was sent.
        ");
    }
}
