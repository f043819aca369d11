//! `join`: becoming part of a team.

use std::time::Duration;

use signet_api::wire::{
    Empty, HostChoice, JoinRequest, JoinState, JoinView, MemberCodeProof, MemberCodeShown,
};
use signet_api::{JoinBegin, JoinCode, JoinLeave, JoinProve, JoinShow, SharedList};
use signet_core::{Code, Failure};

use crate::args::{JoinArgs, JoinCommand};
use crate::commands::key::confirm;
use crate::context::Context;
use crate::exit_codes::End;
use crate::prompt;
use crate::secret_input::read_line;
use crate::view::{self, plain};

/// How often the host is asked while the owner compares the words.
const PAUSE: Duration = Duration::from_secs(2);

pub(super) async fn run(context: &Context<'_>, args: JoinArgs) -> Result<End, Failure> {
    match args.command {
        Some(JoinCommand::Status { host, wait }) => {
            let host = host_of(context, host.as_deref()).await?;
            let join = context.call::<JoinShow>(&HostChoice { host }).await?;
            follow(context, join, wait).await
        }
        Some(JoinCommand::Code { host, code }) => set_code(context, host.as_deref(), code).await,
        Some(JoinCommand::Leave { host, yes }) => leave(context, host.as_deref(), yes).await,
        None => {
            let invite = invite(args.invite)?;
            let device = args.device.unwrap_or_else(own_name);
            let request = JoinRequest { invite, device, at: args.at };
            let join = context.call::<JoinBegin>(&request).await?;
            follow(context, join, args.wait).await
        }
    }
}

/// The host that the text means: the beginning of its key, or its name; without text, the only one.
pub(super) async fn host_of(context: &Context<'_>, text: Option<&str>) -> Result<String, Failure> {
    let hosts = context.call::<SharedList>(&Empty {}).await?.hosts;
    if hosts.is_empty() {
        return Err(Failure::new(Code::NotFound)
            .what("This device does not belong to a host, and has not asked to.")
            .remedy("Join one with an invite: `signet join INVITE`."));
    }
    let mut found: Vec<String> = match text {
        Some(text) => {
            let named = hosts.iter().filter(|host| host.name == text).map(|host| host.host.clone());
            let mut named: Vec<String> = named.collect();
            if named.is_empty() {
                named = hosts.into_iter().map(|host| host.host).filter(|key| key.starts_with(text)).collect();
            }
            named
        }
        None => hosts.into_iter().map(|host| host.host).collect(),
    };
    if found.len() > 1 {
        return Err(Failure::new(Code::Ambiguous)
            .what("That means several hosts.")
            .remedy("Name one by more of its key: `signet shared list` shows them."));
    }
    found.pop().ok_or_else(|| {
        Failure::new(Code::NotFound)
            .what("This device does not belong to such a host.")
            .remedy("`signet shared list` shows the hosts.")
            .fact("host", text.unwrap_or_default())
    })
}

/// Shows how joining stands; waits for the owner's answer if that is wanted.
async fn follow(context: &Context<'_>, mut join: JoinView, wait: bool) -> Result<End, Failure> {
    if wait && join.state == JoinState::Waiting {
        context.printer.note(|v| view::join::status(&join, v));
        while join.state == JoinState::Waiting {
            tokio::time::sleep(PAUSE).await;
            let words = join.words.clone();
            join = context.call::<JoinShow>(&HostChoice { host: join.host }).await?;
            if join.state == JoinState::Waiting && join.words != words {
                context.printer.note(|v| view::join::status(&join, v));
            }
        }
    }
    context.printer.show(&join, |v| view::join::status(&join, v));
    Ok(match (&join.failure, join.state) {
        (Some(failure), _) => End::of(failure),
        (None, JoinState::Ended) => End::of(&Failure::new(Code::InviteOver)),
        (None, _) => End::OK,
    })
}

/// Shows the secret and asks for a code of it; with a code, only proves that.
async fn set_code(context: &Context<'_>, host: Option<&str>, code: Option<String>) -> Result<End, Failure> {
    let host = host_of(context, host).await?;
    if let Some(code) = code {
        let join = context.call::<JoinProve>(&MemberCodeProof { host, code }).await?;
        context.printer.done(&join, |v| proven(&join, v));
        return Ok(End::OK);
    }
    if !prompt::possible() && !context.printer.is_json() {
        return Err(Failure::new(Code::Usage)
            .what("There is no terminal to show the secret at.")
            .remedy("Add --json to read it with a script, then prove it with --code."));
    }
    let shown = context.call::<JoinCode>(&HostChoice { host: host.clone() }).await?;
    if context.printer.is_json() {
        context.printer.document(&shown);
        return Ok(End::OK);
    }
    let join = prove(context, host, &shown).await;
    prompt::clear_screen();
    let join = join?;
    context.printer.show(&join, |v| proven(&join, v));
    Ok(End::OK)
}

async fn prove(context: &Context<'_>, host: String, shown: &MemberCodeShown) -> Result<JoinView, Failure> {
    prompt::clear_screen();
    prompt::say(&view::join::code(shown, &context.printer.side()));
    prompt::say("\n\n");
    loop {
        // Exposed to be put into the request.
        let code = prompt::line("Code that the app shows now")?.expose().trim().to_owned();
        match context.call::<JoinProve>(&MemberCodeProof { host: host.clone(), code }).await {
            Err(failure) if failure.code == Code::MemberCodeWrong => {
                context.printer.note(|v| format!("{} {} {}", v.ink.red("✗"), failure.what, failure.remedy));
            }
            ended => return ended,
        }
    }
}

fn proven(join: &JoinView, view: &view::View) -> String {
    let done = format!("{} Your code is set up.", view.ink.green("✓"));
    format!("{done}\n{}", view::join::status(join, view))
}

async fn leave(context: &Context<'_>, host: Option<&str>, yes: bool) -> Result<End, Failure> {
    let host = host_of(context, host).await?;
    if !yes {
        confirm("Leave this team? This device forgets its key; coming back takes a new invite.")?;
    }
    let done = context.call::<JoinLeave>(&HostChoice { host }).await?;
    context.printer.done(&done, |v| {
        format!(
            "{} Left. Ask whoever looks after the team to revoke this device there, too.",
            v.ink.green("✓")
        )
    });
    Ok(End::OK)
}

fn invite(given: Option<String>) -> Result<String, Failure> {
    let missing = || Failure::new(Code::InviteInvalid);
    match given.as_deref() {
        // Exposed to be put into the request.
        Some("-") if prompt::possible() => Ok(prompt::line("Paste the invite")?.expose().trim().to_owned()),
        // Exposed to be put into the request.
        Some("-") => Ok(read_line(std::io::stdin())?.ok_or_else(missing)?.expose().trim().to_owned()),
        Some(text) => Ok(text.trim().to_owned()),
        None => Err(missing()),
    }
}

/// What the computer is called.
fn own_name() -> String {
    let name = plain(&rustix::system::uname().nodename().to_string_lossy());
    if name.is_empty() { "this computer".into() } else { name }
}
