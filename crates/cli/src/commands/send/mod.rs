//! `send`: from the arguments to the report.

mod attach;
mod compose;
mod progress;
mod shared;

use std::fs::File;
use std::os::fd::AsFd;
use std::path::Path;

use signet_api::wire::{Line, SendChoice, SendEvent, SendMode, SendOutcome, SendReport, SendRequest};
use signet_api::{Call, Method, Send, SendCancel};
use signet_core::{Code, Failure, Kind, RequestId};

use self::progress::Progress;
use self::shared::SharedOptions;
use super::audit::unwritten;
use crate::args::SendArgs;
use crate::context::Context;
use crate::exit_codes::End;
use crate::view::{self, plain};

pub(super) async fn run(context: &Context<'_>, args: SendArgs) -> Result<End, Failure> {
    let eml = args.eml.clone();
    let (dry_run, allow_blocked) = (args.dry_run, args.allow_blocked);
    let options = SharedOptions {
        allow_blocked,
        code: args.member_code.clone(),
        request: args.request,
        only_shown: dry_run || eml.is_some(),
    };
    let message = compose::message(context, args).await?;
    if let Some(key) = shared::key(context, message.key.as_deref()).await? {
        let report = shared::send(context, key, message.draft, options).await?;
        return Ok(show(context, &report));
    }
    if options.code.is_some() || options.request.is_some() {
        return Err(Failure::new(Code::Usage)
            .what("--member-code and --request are for keys that others share with you.")
            .remedy("Leave them out, or name a shared key: `signet shared list`."));
    }
    let draft = attach::hand_over(context.agent().await?, message.draft).await?;
    let written = eml.as_deref().map(create).transpose()?;
    let mode = match &written {
        Some(file) => SendMode::Eml(context.agent().await?.attach(file.as_fd()).await?),
        None if dry_run => SendMode::DryRun,
        None => SendMode::Send,
    };
    let request = SendRequest { draft, key: message.key, mode, allow_blocked };
    let ended = match context.start::<Send>(&request).await {
        Ok(call) => follow(context, call, Whose::Own).await,
        Err(failure) => Err(failure),
    };
    if let (Some(path), true) = (&eml, !matches!(&ended, Ok(report) if is_written(report))) {
        let _ = std::fs::remove_file(path); // made by this command a moment ago, and incomplete
    }
    Ok(show(context, &ended?))
}

fn show(context: &Context<'_>, report: &SendReport) -> End {
    context.printer.show(report, |v| view::send::report(report, v));
    match &report.outcome {
        SendOutcome::Sent { .. } | SendOutcome::DryRun | SendOutcome::Written => End::OK,
        SendOutcome::NotSent { failure } => End::of(failure),
        SendOutcome::Unknown { .. } => End::kind(Kind::Unknown),
    }
}

/// Whose key a send goes out with.
#[derive(Clone, Copy)]
enum Whose {
    Own,
    Shared,
}

/// Follows the events until the end. The first Ctrl-C cancels; a second one stops watching, and so does one
/// that cannot cancel any more.
async fn follow<M>(context: &Context<'_>, mut call: Call<M>, whose: Whose) -> Result<SendReport, Failure>
where
    M: Method<Event = SendEvent, Response = SendReport>,
{
    let mut progress = Progress::new(context.printer.shows_progress());
    let mut request_id: Option<RequestId> = None;
    let mut interrupts = 0;
    loop {
        let line = tokio::select! {
            line = call.line() => line?,
            interrupted = tokio::signal::ctrl_c() => {
                interrupted.map_err(|error| Failure::new(Code::Internal).fact("error", error))?;
                interrupts += 1;
                if interrupts > 1 {
                    return Err(left_alone(request_id, whose));
                }
                progress.say("Cancelling…");
                if let Some(request_id) = request_id {
                    // Whether it came in time is what the report will say.
                    let cancelled = context.call::<SendCancel>(&SendChoice { request_id }).await;
                    if cancelled.is_err() && matches!(whose, Whose::Shared) {
                        return Err(left_alone(Some(request_id), whose));
                    }
                }
                continue;
            }
        };
        match line {
            Line::Event(event) => {
                if let SendEvent::Started { request_id: id, findings, .. } = &event {
                    request_id = Some(*id);
                    for finding in findings.iter().filter(|finding| !finding.blocks) {
                        context.printer.note(|v| format!("{} {}", v.ink.yellow("!"), plain(&finding.what)));
                    }
                    if interrupts > 0 {
                        let _ = context.call::<SendCancel>(&SendChoice { request_id: *id }).await;
                    }
                }
                progress.event(&event);
            }
            Line::Result(report) => return Ok(report),
            Line::Failure(failure) => return Err(failure),
        }
    }
}

fn left_alone(request_id: Option<RequestId>, whose: Whose) -> Failure {
    let failure = Failure::new(Code::SendUnknown)
        .what("The agent is still finishing this send; nobody waits for its answer any more.")
        .remedy(match whose {
            Whose::Own => "Look at `signet history list` for how it ended.",
            Whose::Shared => "Look at `signet shared sends HOST` for how it ended.",
        });
    match request_id {
        Some(id) => failure.fact("request_id", id),
        None => failure,
    }
}

fn is_written(report: &SendReport) -> bool {
    matches!(report.outcome, SendOutcome::Written)
}

fn create(path: &Path) -> Result<File, Failure> {
    File::options()
        .read(true)
        .write(true)
        .create_new(true)
        .open(path)
        .map_err(|error| unwritten(path, &error))
}
