//! `status`.

use signet_api::Status;
use signet_api::wire::Empty;
use signet_core::Failure;

use crate::context::Context;
use crate::exit_codes::End;
use crate::view;

pub(super) async fn run(context: &Context<'_>) -> Result<End, Failure> {
    let status = context.call::<Status>(&Empty {}).await?;
    context.printer.show(&status, |v| view::status::report(&status, v));
    Ok(End::OK)
}
