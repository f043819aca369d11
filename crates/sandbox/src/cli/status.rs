//! `status`.

use serde_json::json;
use signet_sandbox::{Mailbox, StateDir};

use super::connect::running;
use super::{Context, Failure};

pub(super) fn run(context: &Context) -> Result<(), Failure> {
    let dir = StateDir::open(&context.state)?;
    let endpoint = running(&dir);
    let books = context.books()?;
    let messages = Mailbox::open(dir)?.list().len();
    let runs = match &endpoint {
        Some(endpoint) => format!("The sandbox is listening at {}", endpoint.http),
        None => "The sandbox is not running".to_owned(),
    };
    let keys: usize = books.accounts.iter().map(|account| account.keys.len()).sum();
    let text = format!(
        "{runs}. Its state is in {}: {} service account(s), {keys} key(s), {messages} message(s), {} fault(s) set.",
        context.state.display(),
        books.accounts.len(),
        books.faults.len(),
    );
    let value = json!({
        "running": endpoint.is_some(),
        "endpoint": endpoint,
        "state": context.state,
        "accounts": books.accounts.len(),
        "keys": keys,
        "messages": messages,
        "faults": books.faults.len(),
        "strict": books.strict,
        "clock_offset_ms": books.clock_offset_ms,
    });
    context.printer.result(&text, &value);
    Ok(())
}
