//! `new-key`: the file for the user, the public half for the sandbox.

use std::fs;
use std::io::{self, Write};

use serde_json::json;
use signet_core::{EmailAddress, Scope};
use signet_sandbox::{Account, Command, NewKeyOptions, make_key, private_file};

use super::args::NewKeyArgs;
use super::connect::parse;
use super::{Context, Failure};

pub(super) fn run(context: &Context, args: &NewKeyArgs) -> Result<(), Failure> {
    let books = context.books()?;
    let email = match &args.email {
        Some(email) => EmailAddress::parse(email)
            .map_err(|error| Failure::new(format!("{email}: {error}."), "Check the spelling."))?
            .to_string(),
        None => format!("robot@{}.iam.gserviceaccount.com", books.project_id),
    };
    let options = NewKeyOptions {
        client_id: signet_sandbox::client_id(&email),
        project_id: books.project_id,
        bits: args.bits,
        created: parse(context.run(Command::Now)?)?,
        token_uri: args.token_uri.clone(),
        email,
    };
    let made = make_key(&options).map_err(|error| {
        Failure::new(format!("No key was made: {error}."), "Choose --bits 2048, as Google does.")
    })?;
    // The file first: a key that is registered but nowhere would only confuse.
    let mut file =
        private_file().write(true).create_new(true).open(&args.out).map_err(|e| not_written(args, &e))?;
    file.write_all(made.file.as_bytes()).and_then(|()| file.sync_all()).map_err(|e| not_written(args, &e))?;
    let id = made.public.id.clone();
    let delegate = (!args.no_delegation).then(|| Scope::GmailSend.as_str().to_owned());
    let registered = context.run(Command::RegisterKey { email: options.email, key: made.public, delegate });
    let account: Account = match registered.and_then(parse) {
        Ok(account) => account,
        Err(failure) => {
            let _ = fs::remove_file(&args.out);
            return Err(failure);
        }
    };
    let delegated = if args.no_delegation {
        "It may not act for anybody yet; `signet-sandbox delegation set` lets it."
    } else {
        "It may send mail as any user of the sandbox's domains."
    };
    let text = format!(
        "{} holds a new key of {} (key {}, client id {}). {delegated}",
        args.out.display(),
        account.email,
        &id[..8],
        account.client_id,
    );
    let value = json!({
        "file": args.out,
        "email": account.email,
        "client_id": account.client_id,
        "project_id": account.project_id,
        "key_id": id,
        "delegated": !args.no_delegation,
    });
    context.printer.result(&text, &value);
    Ok(())
}

fn not_written(args: &NewKeyArgs, error: &io::Error) -> Failure {
    let out = args.out.display();
    if error.kind() == io::ErrorKind::AlreadyExists {
        let remedy = "Choose another name; an existing file is never overwritten.";
        return Failure::new(format!("There is a file {out} already."), remedy);
    }
    let remedy = "Check that the folder exists and that you may write it.";
    Failure::new(format!("{out} was not written: {error}."), remedy)
}
