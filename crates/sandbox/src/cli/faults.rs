//! `faults`.

use serde_json::{Value, json};
use signet_core::UnixMillis;
use signet_sandbox::{At, Command, FaultName, NewFault};

use super::args::{FaultArgs, FaultsVerb};
use super::connect::parse;
use super::time::span;
use super::{Context, Failure};

pub(super) fn run(context: &Context, verb: FaultsVerb) -> Result<(), Failure> {
    match verb {
        FaultsVerb::List => list(context),
        FaultsVerb::Names => {
            names(context);
            Ok(())
        }
        FaultsVerb::Add(args) => add(context, &args),
        FaultsVerb::Clear { id } => {
            let count: usize = parse(context.run(Command::ClearFaults { id })?)?;
            context.printer.result(&format!("{count} fault(s) removed."), &json!({ "removed": count }));
            Ok(())
        }
    }
}

fn list(context: &Context) -> Result<(), Failure> {
    let faults = context.books()?.faults;
    let rows: Vec<_> = faults
        .iter()
        .map(|fault| {
            let times = fault.times.map_or_else(|| "always".to_owned(), |times| format!("{times} times"));
            let times = if fault.skip > 0 { format!("{times} after {}", fault.skip) } else { times };
            let user = fault.script.user.clone().unwrap_or_else(|| "everybody".into());
            vec![
                fault.id.to_string(),
                fault.script.name.as_str().into(),
                fault.place.text().into(),
                user,
                times,
            ]
        })
        .collect();
    let head = ["NO", "FAULT", "AT", "FOR", "STILL"];
    context.printer.table(&head, &rows, "No fault is set.", &json!(faults));
    Ok(())
}

fn names(context: &Context) {
    let rows: Vec<_> = FaultName::all()
        .map(|(name, at, what)| vec![name.as_str().to_owned(), at.text().to_owned(), what.to_owned()])
        .collect();
    let value: Vec<Value> = FaultName::all()
        .map(|(name, at, what)| json!({ "name": name.as_str(), "at": at.text(), "what": what }))
        .collect();
    context.printer.table(&["FAULT", "AT", "WHAT HAPPENS"], &rows, "", &json!(value));
}

fn add(context: &Context, args: &FaultArgs) -> Result<(), Failure> {
    let name = FaultName::parse(&args.name).ok_or_else(|| {
        Failure::new(
            format!("There is no fault {}.", args.name),
            "List them with `signet-sandbox faults names`.",
        )
    })?;
    let at = match &args.at {
        None => None,
        Some(text) => Some(At::parse(text).ok_or_else(|| {
            let places = At::ALL.map(At::text).join(", ");
            Failure::new(format!("{text} is not a place."), format!("Choose one of {places}."))
        })?),
    };
    let now: UnixMillis = parse(context.run(Command::Now)?)?;
    let from_now = |text: &Option<String>| -> Result<Option<UnixMillis>, Failure> {
        text.as_deref().map(|text| Ok(now.plus_seconds(span(text)?))).transpose()
    };
    let fault = NewFault {
        at,
        user: args.user.clone(),
        skip: args.skip,
        times: (!args.always).then_some(args.times),
        from: from_now(&args.after)?,
        until: from_now(&args.until)?,
        retry_after: args.retry_after,
        no_retry_header: args.no_retry_header,
        html: args.html,
        gzip: args.gzip,
        no_errors: args.no_errors,
        amount: args.amount,
        ..NewFault::once(name)
    };
    let id: u64 = parse(context.run(Command::AddFault(fault))?)?;
    let text = format!("Fault {id} is set: {}.", name.as_str());
    context.printer.result(&text, &json!({ "id": id, "name": name.as_str() }));
    Ok(())
}
