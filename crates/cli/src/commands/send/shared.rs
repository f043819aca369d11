//! Sending with a key that stays with somebody else's host.

use signet_api::wire::{Draft, Empty, SendReport, SharedHost, SharedKey, SharedSendRequest, VaultStatus};
use signet_api::{SharedList, SharedSend, Status};
use signet_core::{Code, Failure, RequestId};

use super::{Whose, attach, follow};
use crate::commands::key::{all, pick};
use crate::context::Context;
use crate::prompt;

/// What only a shared key has a use for.
#[derive(Default)]
pub(super) struct SharedOptions {
    pub(super) allow_blocked: bool,
    pub(super) code: Option<String>,
    pub(super) request: Option<RequestId>,
    /// Neither a dry run nor a file: a host only sends.
    pub(super) only_shown: bool,
}

/// The shared key that the message is to go out with, as requests name it; none for a key of one's own.
pub(super) async fn key(context: &Context<'_>, text: Option<&str>) -> Result<Option<String>, Failure> {
    if let Some((host, key)) = text.and_then(|text| text.rsplit_once('/')) {
        return named(context, host, key).await.map(Some);
    }
    let vault = context.call::<Status>(&Empty {}).await?.vault;
    match (&vault, text) {
        (VaultStatus::Unlocked { .. }, Some(text)) => match pick(all(context).await?, text) {
            Err(failure) if failure.code == Code::NotFound => {}
            _ => return Ok(None),
        },
        // A locked vault may hold the key that is meant; only a name says that another one is.
        (VaultStatus::Unlocked { .. } | VaultStatus::Locked { .. } | VaultStatus::Unusable { .. }, None) => {
            return Ok(None);
        }
        (VaultStatus::Absent | VaultStatus::Locked { .. } | VaultStatus::Unusable { .. }, _) => {}
    }
    let mut hosts = context.call::<SharedList>(&Empty {}).await?.hosts;
    let meant = |key: &SharedKey| text.is_none_or(|text| key.name == text);
    let found = hosts.iter_mut().flat_map(|host| std::mem::take(&mut host.keys)).filter(meant);
    let mut keys: Vec<SharedKey> = found.collect();
    if keys.len() > 1 {
        return Err(several());
    }
    match (keys.pop(), vault) {
        (Some(key), _) => Ok(Some(key.id)),
        // Nobody who belongs to a team is told to make a vault.
        (None, VaultStatus::Absent) if !hosts.is_empty() => Err(not_shared(hosts, text)),
        // Neither here nor there.
        (None, VaultStatus::Unlocked { .. }) if !hosts.is_empty() => Err(not_shared(hosts, text)
            .what("There is no key of that name, neither in the vault nor shared with you.")
            .remedy("`signet key list` and `signet shared list` show the keys.")),
        // The ordinary way says what is missing.
        (None, _) => Ok(None),
    }
}

/// The key of that name or id at that host, each by its beginning or its name.
async fn named(context: &Context<'_>, host: &str, key: &str) -> Result<String, Failure> {
    let meant = |shared: &SharedHost| shared.name == host || shared.host.starts_with(host);
    let hosts = context.call::<SharedList>(&Empty {}).await?.hosts;
    let hosts: Vec<SharedHost> = hosts.into_iter().filter(meant).collect();
    let own = |id: &str| id.rsplit('/').next().unwrap_or_default().to_owned();
    let keys = hosts.iter().flat_map(|host| &host.keys);
    let exact = |shared: &&SharedKey| shared.name == key || own(&shared.id) == key;
    let mut found: Vec<&SharedKey> = keys.clone().filter(exact).collect();
    if found.is_empty() && key.len() >= 4 {
        found = keys.filter(|shared| own(&shared.id).starts_with(key)).collect();
    }
    match found[..] {
        [key] => Ok(key.id.clone()),
        [] => Err(not_shared(hosts, Some(&format!("{host}/{key}")))),
        _ => Err(several()),
    }
}

fn several() -> Failure {
    Failure::new(Code::Ambiguous)
        .what("Several keys that are shared with you have that name.")
        .remedy("Name one with --key HOST/KEY; `signet shared list` shows them.")
}

/// Why there is no such key: the host that does not answer may have it.
fn not_shared(hosts: Vec<SharedHost>, text: Option<&str>) -> Failure {
    if let Some(failure) = hosts.into_iter().find_map(|host| host.failure) {
        return failure;
    }
    let failure = Failure::new(Code::NotFound)
        .what("No such key is shared with this device.")
        .remedy("`signet shared list` shows those that are.");
    match text {
        Some(text) => failure.fact("key", text),
        None => failure,
    }
}

/// Sends through the host.
pub(super) async fn send(
    context: &Context<'_>,
    key: String,
    draft: Draft,
    options: SharedOptions,
) -> Result<SendReport, Failure> {
    if options.only_shown {
        return Err(Failure::new(Code::Usage)
            .what("A host builds the message itself, so it cannot be shown or written here.")
            .remedy("Leave out --dry-run and --eml, or use a key of your own vault."));
    }
    let handed = attach::hand_over(context.agent().await?, draft.clone()).await?;
    let SharedOptions { allow_blocked, code, request, .. } = options;
    let asks = code.is_none() && prompt::possible();
    let wish = SharedSendRequest { draft: handed, key, allow_blocked, code, request };
    match attempt(context, &wish).await {
        // Refused before anything was uploaded: the same again, with a code.
        Err(failure) if failure.code == Code::CodeNeeded && asks => {
            let draft = attach::hand_over(context.agent().await?, draft).await?;
            // Exposed to be put into the request.
            let code = prompt::line("Code of your app for the host")?.expose().trim().to_owned();
            attempt(context, &SharedSendRequest { draft, code: Some(code), ..wish }).await
        }
        ended => ended,
    }
}

async fn attempt(context: &Context<'_>, request: &SharedSendRequest) -> Result<SendReport, Failure> {
    let call = context.start::<SharedSend>(request).await?;
    follow(context, call, Whose::Shared).await.map_err(waiting)
}

/// A message that waits is no failure of anybody's; it only has not been sent yet.
fn waiting(mut failure: Failure) -> Failure {
    if failure.code != Code::ApprovalNeeded {
        return failure;
    }
    // One id for all that can be done with it: the host's own.
    if let Some(listed) = failure.facts.remove("listed") {
        failure.facts.insert("request".into(), listed);
    }
    let id = failure.facts.get("request").map_or("REQUEST", |id| id.get(..8).unwrap_or(id)).to_owned();
    failure.what("The message waits for approval; nothing was sent yet.").remedy(format!(
        "`signet shared sends` says how it ends, `signet shared withdraw {id}` takes it back."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_that_waits_says_so_and_keeps_its_request() {
        let asked = Failure::new(Code::ApprovalNeeded).fact("request", "ab").fact("listed", "0123456789");
        let said = waiting(asked);
        assert!(said.remedy.contains("`signet shared withdraw 01234567`"), "{}", said.remedy);
        assert_eq!(said.facts.into_iter().collect::<Vec<_>>(), [("request".into(), "0123456789".into())]);
        assert_eq!(waiting(Failure::new(Code::Denied)), Failure::new(Code::Denied));
    }
}
