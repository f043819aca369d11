//! `delegation`: the Admin console's page for domain-wide delegation.

use serde_json::json;
use signet_sandbox::Command;

use super::args::DelegationVerb;
use super::time::{span, written};
use super::{Context, Failure};

pub(super) fn run(context: &Context, verb: DelegationVerb) -> Result<(), Failure> {
    match verb {
        DelegationVerb::List => {
            let entries = context.books()?.delegation;
            let rows: Vec<_> = entries
                .iter()
                .map(|entry| vec![entry.client_id.clone(), written(entry.from), entry.scopes.join(" ")])
                .collect();
            let none = "No account may act for anybody.";
            context.printer.table(&["CLIENT ID", "FROM", "SCOPES"], &rows, none, &json!(entries));
            Ok(())
        }
        DelegationVerb::Set { client, scopes, after } => {
            let after_seconds = after.as_deref().map(span).transpose()?.unwrap_or(0);
            let scopes: Vec<_> = scopes.into_iter().map(whole).collect();
            let text = format!("Authorised for {}.", scopes.join(" "));
            write(context, &client, scopes, after_seconds, &text)
        }
        DelegationVerb::Remove { client } => {
            write(context, &client, Vec::new(), 0, "Not authorised any more.")
        }
    }
}

fn write(
    context: &Context,
    client: &str,
    scopes: Vec<String>,
    after: u64,
    text: &str,
) -> Result<(), Failure> {
    let client_id = if client.contains('@') {
        let books = context.books()?;
        let account = books.account(client).ok_or_else(|| {
            Failure::new(
                format!("There is no service account {client}."),
                "List them with `signet-sandbox accounts list`.",
            )
        })?;
        account.client_id.clone()
    } else {
        client.to_owned()
    };
    let value = json!({ "client_id": client_id, "scopes": scopes, "after_seconds": after });
    context.run(Command::Delegate { client_id, scopes, after_seconds: after })?;
    context.printer.result(text, &value);
    Ok(())
}

/// A scope's whole address: `gmail.send` is enough to type.
fn whole(scope: String) -> String {
    if scope.contains(':') { scope } else { format!("https://www.googleapis.com/auth/{scope}") }
}
