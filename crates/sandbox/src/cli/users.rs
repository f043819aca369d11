//! `users`: the Workspace.

use serde_json::{Value, json};
use signet_sandbox::{Command, SendAs};

use super::args::UsersVerb;
use super::{Context, Failure};

pub(super) fn run(context: &Context, verb: UsersVerb) -> Result<(), Failure> {
    let (command, text, value) = match verb {
        UsersVerb::List => return list(context),
        UsersVerb::Domains { domains, listed_only } => {
            let text = format!("The domains are {}.", domains.join(", "));
            let value = json!({ "domains": domains, "any_user": !listed_only });
            (Command::SetWorkspace { domains, any_user: !listed_only }, text, value)
        }
        UsersVerb::Set { address, mail_off } => {
            let text = format!("{address} is a user{}.", if mail_off { " without a mailbox" } else { "" });
            let value = json!({ "address": address, "mail_off": mail_off });
            (Command::SetUser { address, mail_off }, text, value)
        }
        UsersVerb::Remove { address } => {
            let (text, value) = (format!("{address} is not listed any more."), json!({ "address": address }));
            (Command::RemoveUser { address }, text, value)
        }
        UsersVerb::SendAs { user, address, pending, default, name } => {
            let alias = SendAs { address, name, accepted: !pending, default };
            let text =
                format!("{user} {} send as {}.", if pending { "has asked to" } else { "may" }, alias.address);
            let value = json!({ "user": user, "alias": alias });
            (Command::SetSendAs { user, alias }, text, value)
        }
    };
    context.run(command)?;
    context.printer.result(&text, &value);
    Ok(())
}

fn list(context: &Context) -> Result<(), Failure> {
    let workspace = context.books()?.workspace;
    let mut rows = Vec::new();
    for domain in workspace.domains.iter().filter(|_| workspace.any_user) {
        rows.push(vec![format!("*@{domain}"), "every address is a user".to_owned()]);
    }
    for (address, user) in &workspace.users {
        let mut notes = Vec::new();
        if user.mail_off {
            notes.push("no mailbox".to_owned());
        }
        for alias in &user.send_as {
            let state = if alias.accepted { "sends as" } else { "has asked to send as" };
            notes.push(format!("{state} {}{}", alias.address, if alias.default { " (default)" } else { "" }));
        }
        rows.push(vec![address.clone(), notes.join(", ")]);
    }
    let value: Value = json!(workspace);
    context.printer.table(&["USER", "NOTES"], &rows, "There is no user.", &value);
    Ok(())
}
