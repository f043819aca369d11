//! The steps of `check`.

use std::fmt::Write as _;

use signet_api::wire::{CheckReport, CheckStatus, CheckStep};

use super::{View, plain};

/// One step, as it ends.
pub(crate) fn step(step: &CheckStep, view: &View) -> String {
    let ink = view.ink;
    let mark = match step.status {
        CheckStatus::Ok => ink.green("✓"),
        CheckStatus::Warning => ink.yellow("!"),
        CheckStatus::Failed => ink.red("✗"),
        CheckStatus::Skipped => ink.dim("·"),
    };
    let mut text = format!("{mark} {:<10}  {}", plain(&step.name), plain(&step.what));
    if let Some(failure) = &step.failure {
        if failure.what != step.what {
            let _ = write!(text, "\n  {:<10}  {}", "", plain(&failure.what));
        }
        let _ = write!(text, "\n  {:<10}  {}", "", ink.bold(&plain(&failure.remedy)));
        for (name, value) in &failure.facts {
            let _ = write!(text, "\n  {:<10}  {}", "", ink.dim(&format!("{name}: {}", plain(value))));
        }
    }
    text
}

/// The sentence at the end.
pub(crate) fn verdict(report: &CheckReport, sender: &str, view: &View) -> String {
    if report.ready {
        format!("{} Signet can send as {}. Nothing was sent.", view.ink.green("✓"), plain(sender))
    } else {
        format!("{} Signet cannot send as {} yet. Nothing was sent.", view.ink.red("✗"), plain(sender))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use signet_core::{Code, Failure};

    #[test]
    fn a_failed_step_shows_its_remedy() {
        let steps = [
            (CheckStatus::Ok, "clock", "This computer's clock agrees with Google's.", None),
            (CheckStatus::Warning, "key", "The key is 14 months old.", None),
            (
                CheckStatus::Failed,
                "delegation",
                "Google has not allowed this key to send as qa@example.org.",
                Some(Failure::new(Code::DelegationMissing).fact("client_id", "1012345")),
            ),
            (CheckStatus::Skipped, "later", "Not reached.", None),
        ];
        let view = View::fixed();
        let steps = steps.map(|(status, name, what, failure)| {
            step(&CheckStep { name: name.into(), status, what: what.into(), failure }, &view)
        });
        insta::assert_snapshot!(steps.join("\n"));
    }
}
