//! Which key a person means.

use signet_core::{Code, Failure};
use signet_vault::KeyRecord;

/// The key that `wanted` names: id or its first digits, name, account or Google's key id. Without a
/// wish the only key there is.
pub(crate) fn choose<'a>(keys: &'a [KeyRecord], wanted: Option<&str>) -> Result<&'a KeyRecord, Failure> {
    let Some(wanted) = wanted else {
        return match keys {
            [only] => Ok(only),
            [] => Err(Failure::new(Code::NotFound)
                .what("There is no key in the vault yet.")
                .remedy("Import one: `signet key import FILE`.")),
            _ => Err(Failure::new(Code::Ambiguous)
                .what("There are several keys.")
                .remedy("Choose one with --key; `signet key list` shows them.")),
        };
    };
    let exact = |key: &&KeyRecord| {
        key.id.to_string() == wanted
            || key.name == wanted
            || key.client_email.as_str() == wanted
            || key.google_key_id.as_str() == wanted
    };
    let prefix = |key: &&KeyRecord| {
        wanted.len() >= 4
            && (key.id.to_string().starts_with(wanted) || key.google_key_id.as_str().starts_with(wanted))
    };
    let mut found: Vec<&KeyRecord> = keys.iter().filter(exact).collect();
    if found.is_empty() {
        found = keys.iter().filter(prefix).collect();
    }
    match found[..] {
        [key] => Ok(key),
        [] => Err(Failure::new(Code::NotFound)
            .what("There is no key of that name.")
            .remedy("`signet key list` shows the keys.")
            .fact("key", wanted)),
        _ => Err(Failure::new(Code::Ambiguous)
            .what("That names more than one key.")
            .remedy("Name it by its id; `signet key list` shows them.")
            .fact("key", wanted)),
    }
}
