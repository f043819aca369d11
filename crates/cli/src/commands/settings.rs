//! `settings`.

use signet_api::wire::{Empty, Settings, SettingsPatch};
use signet_api::{SettingsChange, SettingsShow};
use signet_core::Failure;

use crate::args::{SettingsCommand, SettingsSetArgs};
use crate::context::Context;
use crate::exit_codes::End;
use crate::view::{self, View, plain, plural};

pub(super) async fn run(context: &Context<'_>, command: SettingsCommand) -> Result<End, Failure> {
    let settings = match command {
        SettingsCommand::Show => context.call::<SettingsShow>(&Empty {}).await?,
        SettingsCommand::Set(args) => context.call::<SettingsChange>(&patch(args)).await?,
    };
    context.printer.show(&settings, |v| text(&settings, v));
    Ok(End::OK)
}

fn patch(args: SettingsSetArgs) -> SettingsPatch {
    SettingsPatch {
        idle_lock_seconds: args.idle_lock,
        lock_on_suspend: args.lock_on_suspend,
        lock_on_screen_lock: args.lock_on_screen_lock,
        history_days: args.history_days,
        proxy: args.proxy,
    }
}

fn text(settings: &Settings, view: &View) -> String {
    let yes = |on| if on { "yes" } else { "no" }.to_owned();
    let idle = match settings.idle_lock_seconds {
        0 => "never".into(),
        seconds if seconds % 60 == 0 => {
            format!("after {} without use", plural(seconds / 60, "minute", "minutes"))
        }
        seconds => format!("after {} without use", plural(seconds, "second", "seconds")),
    };
    let history = match settings.history_days {
        0 => "not kept".into(),
        days => format!("kept for {}", plural(days.into(), "day", "days")),
    };
    let pairs = [
        ("lock when idle", idle),
        ("lock on suspend", yes(settings.lock_on_suspend)),
        ("lock on screen lock", yes(settings.lock_on_screen_lock)),
        ("sent messages", history),
        ("proxy", plain(&settings.proxy)),
    ];
    view::facts(&pairs, view)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_read_as_sentences() {
        let text = text(&Settings::default(), &View::fixed());
        insta::assert_snapshot!(text);
    }
}
