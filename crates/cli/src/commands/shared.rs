//! `shared`: what others share with this device.

use serde::Serialize;
use signet_api::wire::{Empty, HostChoice, SharedAuditReply};
use signet_api::{SharedAudit, SharedList, SharedSends};
use signet_audit::{Depth, Report};
use signet_core::{Failure, Kind};

use super::audit;
use super::join::host_of;
use crate::args::SharedCommand;
use crate::context::Context;
use crate::exit_codes::End;
use crate::view;

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
        SharedCommand::Audit { host, every_signature } => {
            copy(context, host.as_deref(), every_signature).await
        }
    }
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
