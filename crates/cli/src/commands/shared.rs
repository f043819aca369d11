//! `shared`: what others share with this device.

use std::os::fd::AsFd;

use serde::Serialize;
use signet_api::wire::{
    Empty, HostChoice, RemoveOriginalRequest, SharedAuditReply, SharedConfirmRequest, SharedImportRequest,
    SharedSendChoice,
};
use signet_api::{
    KeyRemoveOriginal, SharedAccept, SharedAudit, SharedConfirm, SharedImport, SharedList, SharedSends,
    SharedWithdraw,
};
use signet_audit::{Depth, Report};
use signet_core::{Code, Failure, Kind, RequestId};

use super::join::host_of;
use super::{absolute, audit, key};
use crate::args::SharedCommand;
use crate::context::Context;
use crate::exit_codes::End;
use crate::prompt;
use crate::view::{self, plain};

pub(super) async fn run(context: &Context<'_>, command: SharedCommand) -> Result<End, Failure> {
    match command {
        SharedCommand::List => {
            let reply = context.call::<SharedList>(&Empty {}).await?;
            context.printer.show(&reply, |v| view::shared::list(&reply.hosts, v));
            Ok(End::OK)
        }
        SharedCommand::Sends { host } => {
            let host = host_of(context, host.as_deref()).await?;
            let reply = context.call::<SharedSends>(&HostChoice { host }).await?;
            context.printer.show(&reply, |v| view::shared::sends(&reply.sends, v));
            Ok(End::OK)
        }
        SharedCommand::Withdraw { request, host } => {
            let host = host_of(context, host.as_deref()).await?;
            let request = sent(context, &host, &request).await?;
            let done = context.call::<SharedWithdraw>(&SharedSendChoice { host, request }).await?;
            let text = "Taken back: it was not sent, and nobody can approve it any more.";
            context.printer.done(&done, |v| format!("{} {text}", v.ink.green("✓")));
            Ok(End::OK)
        }
        SharedCommand::Accept { host, yes } => accept(context, &host, yes).await,
        SharedCommand::ConfirmAddress { address, host } => {
            let host = host_of(context, host.as_deref()).await?;
            let reply = context.call::<SharedConfirm>(&SharedConfirmRequest { host, address }).await?;
            context.printer.show(&reply, |_| audit::confirmed(&reply));
            Ok(End::OK)
        }
        SharedCommand::Import { file, name, host, remove_original, keep_original } => {
            let host = host_of(context, host.as_deref()).await?;
            let handle = context.agent().await?.attach(key::open(&file)?.as_fd()).await?;
            let request = SharedImportRequest { host, handle, name };
            let taken = context.call::<SharedImport>(&request).await?;
            let (name, account) = (plain(&taken.name), plain(&taken.client_email));
            context.printer.done(&taken, |v| {
                let tick = v.ink.green("✓");
                format!("{tick} The host has the key {name} ({account}). Nobody can take it out again.")
            });
            let Some(original) = taken.original else { return Ok(End::OK) };
            if !key::wants_removal(&file, remove_original, keep_original)? {
                return Ok(End::OK);
            }
            let request = RemoveOriginalRequest { original, path: absolute(&file)? };
            let removed = context.call::<KeyRemoveOriginal>(&request).await?;
            if !context.printer.is_json() {
                context
                    .printer
                    .done(&removed, |v| format!("{} {}", v.ink.green("✓"), plain(&removed.advice)));
            }
            Ok(End::OK)
        }
        SharedCommand::Audit { host, every_signature } => {
            copy(context, host.as_deref(), every_signature).await
        }
    }
}

/// The own send whose id begins so.
async fn sent(context: &Context<'_>, host: &str, text: &str) -> Result<RequestId, Failure> {
    if let Ok(request) = RequestId::parse(text) {
        return Ok(request);
    }
    let unknown = || {
        Failure::new(Code::NotFound)
            .what("No message of yours has an id that begins so.")
            .remedy("`signet shared sends` shows them.")
            .fact("request", text)
    };
    if text.len() < 4 {
        return Err(unknown());
    }
    let sends = context.call::<SharedSends>(&HostChoice { host: host.to_owned() }).await?.sends;
    let mut found = sends.into_iter().map(|send| send.request).filter(|id| id.to_string().starts_with(text));
    match (found.next(), found.next()) {
        (Some(request), None) => Ok(request),
        (None, _) => Err(unknown()),
        _ => Err(Failure::new(Code::Ambiguous)
            .what("Several messages have an id that begins so.")
            .remedy("Give more of it; `signet shared sends` shows them.")),
    }
}

async fn accept(context: &Context<'_>, host: &str, yes: bool) -> Result<End, Failure> {
    let host = host_of(context, Some(host)).await?;
    if !yes
        && !prompt::yes(
            "Does the owner say that the host was restored or moved, and may the rest be lost?",
            false,
        )?
    {
        return Err(Failure::new(Code::Cancelled).what("Cancelled.").remedy("Nothing was changed."));
    }
    let accepted = context.call::<SharedAccept>(&HostChoice { host }).await?;
    context.printer.done(&accepted, |v| view::shared::accepted(&accepted, v));
    Ok(End::OK)
}

/// What the verification of a copied log found.
#[derive(Serialize)]
struct Verified<'a> {
    passed: bool,
    #[serde(flatten)]
    report: &'a Report,
    copy: &'a SharedAuditReply,
}

async fn copy(context: &Context<'_>, host: Option<&str>, every_signature: bool) -> Result<End, Failure> {
    let host = host_of(context, host).await?;
    let copy = context.call::<SharedAudit>(&HostChoice { host }).await?;
    let depth = if every_signature { Depth::Every } else { Depth::Covering };
    let report = audit::verify_copy(&copy, depth)?;
    let passed = report.passed();
    let found = Verified { passed, report: &report, copy: &copy };
    context.printer.show(&found, |v| view::shared::audit(&report, &copy, v));
    Ok(if passed { End::OK } else { End::kind(Kind::Audit) })
}
