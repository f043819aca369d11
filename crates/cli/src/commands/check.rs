//! `check`.

use signet_api::Check;
use signet_api::wire::CheckRequest;
use signet_core::{Failure, Kind};

use crate::args::CheckArgs;
use crate::context::Context;
use crate::exit_codes::End;
use crate::view;

pub(super) async fn run(context: &Context<'_>, args: CheckArgs) -> Result<End, Failure> {
    let request = CheckRequest { sender: args.sender, key: args.key };
    let call = context.start::<Check>(&request).await?;
    let report = call
        .finish(|step| {
            if !context.printer.is_json() {
                context.printer.show(&step, |v| view::check::step(&step, v));
            }
        })
        .await?;
    context.printer.show(&report, |v| view::check::verdict(&report, &request.sender, v));
    if report.ready {
        return Ok(End::OK);
    }
    let failure = report.steps.iter().find_map(|step| step.failure.as_ref());
    Ok(failure.map_or(End::kind(Kind::Internal), End::of))
}
