//! `quota`.

use serde_json::json;
use signet_sandbox::{Command, QuotaScheme};

use super::args::{QuotaArgs, Scheme};
use super::{Context, Failure};

pub(super) fn run(context: &Context, args: &QuotaArgs) -> Result<(), Failure> {
    let scheme = args.scheme.map(|scheme| match scheme {
        Scheme::New => QuotaScheme::New,
        Scheme::Old => QuotaScheme::Old,
    });
    if scheme.is_some() || args.messages_per_day.is_some() || args.units_per_user_minute.is_some() {
        context.run(Command::SetQuota {
            scheme,
            messages_per_day: args.messages_per_day,
            units_per_user_minute: args.units_per_user_minute,
        })?;
    }
    let quota = context.books()?.quota;
    let text = format!(
        "A user may send {} messages in 24 hours and use {} units in a minute (a send takes 100).",
        quota.messages_per_day,
        quota.per_user(),
    );
    context.printer.result(&text, &json!(quota));
    Ok(())
}
