//! `accounts`.

use serde_json::{Value, json};
use signet_sandbox::{AccountState, Command};

use super::args::{AccountMode, AccountsVerb};
use super::{Context, Failure};

pub(super) fn run(context: &Context, verb: AccountsVerb) -> Result<(), Failure> {
    match verb {
        AccountsVerb::List => {
            let (mut rows, mut values) = (Vec::new(), Vec::<Value>::new());
            for account in context.books()?.accounts {
                let state = json!(account.state);
                let keys = account.keys.len();
                rows.push(vec![
                    account.email.clone(),
                    account.client_id.clone(),
                    state.as_str().unwrap_or_default().to_owned(),
                    keys.to_string(),
                ]);
                values.push(json!({
                    "email": account.email,
                    "client_id": account.client_id,
                    "state": state,
                    "keys": keys,
                }));
            }
            let none = "There is no service account yet; `signet-sandbox new-key` makes one.";
            context.printer.table(&["ACCOUNT", "CLIENT ID", "STATE", "KEYS"], &rows, none, &json!(values));
        }
        AccountsVerb::Set { email, mode } => {
            let state = AccountState::from(mode);
            context.run(Command::SetAccount { email: email.clone(), state })?;
            let name = json!(state);
            let text = format!("{email} is {}.", name.as_str().unwrap_or_default());
            context.printer.result(&text, &json!({ "email": email, "state": name }));
        }
    }
    Ok(())
}

impl From<AccountMode> for AccountState {
    fn from(mode: AccountMode) -> Self {
        match mode {
            AccountMode::Active => Self::Active,
            AccountMode::Disabled => Self::Disabled,
            AccountMode::Deleted => Self::Deleted,
        }
    }
}
