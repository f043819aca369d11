//! `host`.

mod headless;
mod unattended;

use signet_api::wire::{Empty, HostInitRequest, HostStartRequest, HostStatus};
use signet_api::{HostInit, HostShow, HostStart, HostStop};
use signet_core::{Code, Failure, UnixMillis};

use crate::args::{HostCommand, HostInitArgs, HostStartArgs};
use crate::context::Context;
use crate::exit_codes::End;
use crate::secret_input;
use crate::view;

/// The port has no other meaning; IANA lists nothing for it.
const LISTEN: &str = "0.0.0.0:7465";

pub(super) async fn run(context: &Context<'_>, command: HostCommand) -> Result<End, Failure> {
    let status = match command {
        HostCommand::Init(args) if args.headless => return headless::init(context, args).await,
        HostCommand::Init(args) => init(context, args).await?,
        HostCommand::TakeOver(args) => return headless::take_over(context, args).await,
        HostCommand::Unattended(command) => return unattended::run(context, command).await,
        HostCommand::Start(args) => {
            context.call::<HostStart>(&HostStartRequest { until: end(&args) }).await?
        }
        HostCommand::Stop => context.call::<HostStop>(&Empty {}).await?,
        HostCommand::Status => context.call::<HostShow>(&Empty {}).await?,
    };
    context.printer.show(&status, |v| view::host::status(&status, v));
    Ok(End::OK)
}

async fn init(context: &Context<'_>, args: HostInitArgs) -> Result<HostStatus, Failure> {
    let known = context.call::<HostShow>(&Empty {}).await?.host;
    let name = args.name.or_else(|| known.as_ref().map(|host| host.name.clone())).ok_or_else(needs_name)?;
    let mut reachable_at = args.reachable_at;
    if let Some(known) = known.as_ref().filter(|_| reachable_at.is_empty()) {
        // An address that was only ever the listening one follows it.
        let follows = args.listen.is_some() && known.reachable_at == [known.listen.as_str()];
        reachable_at = if follows { Vec::new() } else { known.reachable_at.clone() };
    }
    let networks = match &known {
        _ if args.any_network => Vec::new(),
        Some(known) if args.network.is_empty() => known.networks.clone(),
        _ => args.network,
    };
    let proxies = (args.no_proxy || !args.proxy.is_empty()).then_some(args.proxy);
    let listen = args.listen.or_else(|| known.map(|host| host.listen)).unwrap_or_else(|| LISTEN.into());
    // Exposed to be put into the request.
    let code = secret_input::code(args.code)?.expose().to_owned();
    let request = HostInitRequest { name, listen, reachable_at, networks, proxies, code };
    context.call::<HostInit>(&request).await
}

fn needs_name() -> Failure {
    Failure::new(Code::Usage)
        .what("A new host needs a name that members see.")
        .remedy("Give it with --name, for example --name \"Anna's desk\".")
}

fn end(args: &HostStartArgs) -> Option<UnixMillis> {
    let after = |seconds| view::Moment::now().instant().plus_seconds(seconds);
    args.until.or_else(|| args.span.map(after))
}
