//! `keys`.

use serde_json::{Value, json};
use signet_sandbox::{Command, KeyState};

use super::args::{KeyMode, KeysVerb};
use super::time::written;
use super::{Context, Failure};

pub(super) fn run(context: &Context, verb: KeysVerb) -> Result<(), Failure> {
    let books = context.books()?;
    let keys = books.accounts.iter().flat_map(|account| account.keys.iter().map(move |key| (account, key)));
    match verb {
        KeysVerb::List => {
            let (mut rows, mut values) = (Vec::new(), Vec::<Value>::new());
            for (account, key) in keys {
                let state = json!(key.state);
                let state = state.as_str().unwrap_or_default().to_owned();
                values.push(
                    json!({ "id": key.id, "email": account.email, "state": state, "created": key.created }),
                );
                rows.push(vec![key.id.clone(), account.email.clone(), state, written(key.created)]);
            }
            let none = "There is no key yet; make one with `signet-sandbox new-key`.";
            context.printer.table(&["KEY", "ACCOUNT", "STATE", "MADE"], &rows, none, &json!(values));
        }
        KeysVerb::Set { id, mode } => {
            let matching: Vec<_> =
                keys.filter(|(_, key)| key.id.starts_with(&id)).map(|(_, key)| &key.id).collect();
            let [full] = matching.as_slice() else {
                return Err(Failure::new(
                    format!("{} key(s) have an id that starts with {id}.", matching.len()),
                    "List them with `signet-sandbox keys list` and give more of the id.",
                ));
            };
            let id = (*full).clone();
            context.run(Command::SetKey { id: id.clone(), state: mode.into() })?;
            let name = json!(KeyState::from(mode));
            let text = format!("Key {} is {}.", &id[..8], name.as_str().unwrap_or_default());
            context.printer.result(&text, &json!({ "id": id, "state": name }));
        }
    }
    Ok(())
}

impl From<KeyMode> for KeyState {
    fn from(mode: KeyMode) -> Self {
        match mode {
            KeyMode::Active => Self::Active,
            KeyMode::Disabled => Self::Disabled,
            KeyMode::Deleted => Self::Deleted,
            KeyMode::Expired => Self::Expired,
            KeyMode::NotPropagated => Self::NotPropagated,
        }
    }
}
