//! `team approvals`, `approve-message`, `deny-message`.

use signet_api::wire::{ApprovalDecideRequest, ApprovalView, Empty};
use signet_api::{ApprovalDecide, ApprovalList};
use signet_core::{Code, Failure};

use crate::context::Context;
use crate::exit_codes::End;
use crate::view::{self, plain};
use crate::{prompt, secret_input};

pub(super) async fn list(context: &Context<'_>) -> Result<End, Failure> {
    let reply = context.team::<ApprovalList>(&Empty {}).await?;
    context.printer.show(&reply, |v| view::approval::list(&reply.waiting, v));
    Ok(End::OK)
}

pub(super) async fn approve(
    context: &Context<'_>,
    request: &str,
    sha256: Option<String>,
    code: Option<String>,
) -> Result<End, Failure> {
    let waiting = find(context, request).await?;
    let sha256 = match sha256 {
        Some(sha256) => sha256.to_ascii_lowercase(),
        None => look(context, &waiting)?,
    };
    // Exposed to be put into the request.
    let code = secret_input::code(code)?.expose().to_owned();
    let decision =
        ApprovalDecideRequest { request: waiting.request, approve: true, sha256, code: Some(code) };
    let done = context.team::<ApprovalDecide>(&decision).await?;
    let text = format!("Approved: the message of {} is being sent.", plain(&waiting.member));
    context.printer.done(&done, |v| format!("{} {text}", v.ink.green("✓")));
    Ok(End::OK)
}

pub(super) async fn deny(context: &Context<'_>, request: &str) -> Result<End, Failure> {
    let ApprovalView { request, member, sha256, .. } = find(context, request).await?;
    let decision = ApprovalDecideRequest { request, approve: false, sha256, code: None };
    let done = context.team::<ApprovalDecide>(&decision).await?;
    let text = format!("Refused: the message of {} is not sent.", plain(&member));
    context.printer.done(&done, |v| format!("{} {text}", v.ink.green("✓")));
    Ok(End::OK)
}

/// Nobody approves what they have not seen: the message is shown, and asked about.
fn look(context: &Context<'_>, waiting: &ApprovalView) -> Result<String, Failure> {
    if !prompt::possible() {
        return Err(Failure::new(Code::Usage)
            .what("There is no terminal to show the message at.")
            .remedy("Look at it with `signet team approvals`, and name its bytes with --sha256."));
    }
    prompt::say(&format!("{}\n\n", view::approval::whole(waiting, &context.printer.side())));
    if prompt::yes("Send exactly this?", false)? {
        return Ok(waiting.sha256.clone());
    }
    Err(Failure::new(Code::Cancelled).what("Cancelled.").remedy("The message still waits."))
}

async fn find(context: &Context<'_>, request: &str) -> Result<ApprovalView, Failure> {
    let mut waiting = context.team::<ApprovalList>(&Empty {}).await?.waiting;
    waiting.retain(|waiting| waiting.request.to_string().starts_with(request));
    if waiting.len() > 1 {
        return Err(Failure::new(Code::Ambiguous).fact("request", request));
    }
    waiting.pop().ok_or_else(|| {
        Failure::new(Code::NotFound)
            .what("No such message waits for approval.")
            .remedy("`signet team approvals` lists those that do.")
            .fact("request", request)
    })
}
