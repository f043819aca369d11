//! `window.events`: one stream for all that happens around a page.

use std::time::Duration;

use signet_api::wire::{Empty, Line, VaultStatus, WatchEvent};
use signet_api::{Client, Watch, launch};
use signet_core::{Code, Failure, Profile};
use tokio::sync::broadcast::error::RecvError;

use crate::desk::Notice;
use crate::dispatch::{Answer, Events};
use crate::wire::WindowEvent;
use crate::{Bridge, WindowEvents};

/// How often an agent that is away is looked for.
const LOOK: Duration = Duration::from_millis(300);

impl Answer<WindowEvents> for Bridge {
    /// Ends only when the page does: its call is dropped.
    async fn answer(&self, _: Empty, events: Events<WindowEvents>) -> Result<Empty, Failure> {
        let mut around = self.around.subscribe();
        let agent = self.follow_agent(&events);
        let others = async {
            loop {
                match around.recv().await {
                    Ok(event) => events.emit(&event),
                    Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => std::future::pending::<()>().await,
                }
            }
        };
        #[cfg(feature = "hook")]
        let drops = crate::hook::follow_drops(self);
        #[cfg(not(feature = "hook"))]
        let drops = std::future::pending();
        tokio::select! {
            () = agent => Ok(Empty {}),
            () = others => Ok(Empty {}),
            () = drops => Ok(Empty {}),
        }
    }
}

impl Bridge {
    /// Follows the agent of the profile, whichever that is, through its comings and goings.
    async fn follow_agent(&self, events: &Events<WindowEvents>) {
        let mut profile = self.profile.subscribe();
        loop {
            let chosen = *profile.borrow_and_update();
            tokio::select! {
                () = self.follow(chosen, events) => {}
                changed = profile.changed() => if changed.is_err() { return },
            }
        }
    }

    async fn follow(&self, profile: Profile, events: &Events<WindowEvents>) {
        let Some(home) = (self.setup.homes)(profile) else { return std::future::pending().await };
        let client = Client::new(&home);
        let mut said: Option<Failure> = None;
        let mut seen = Seen::default();
        loop {
            let failure = self.watch(&client, events, &mut seen, &mut said).await;
            if seen.open {
                // Whatever took the agent away closed the vault with it.
                self.forget_opened();
                seen.open = false;
            }
            if said.as_ref() != Some(&failure) {
                events.emit(&WindowEvent::Away { failure: failure.clone() });
            }
            let unreachable = failure.code == Code::AgentAway;
            said = Some(failure);
            loop {
                tokio::time::sleep(LOOK).await;
                if !unreachable || launch::listens(&home) {
                    break;
                }
            }
        }
    }

    /// Follows one agent until it is gone; returns why.
    async fn watch(
        &self,
        client: &Client,
        events: &Events<WindowEvents>,
        seen: &mut Seen,
        said: &mut Option<Failure>,
    ) -> Failure {
        let mut call = match client.start::<Watch>(&Empty {}).await {
            Ok(call) => call,
            Err(failure) => return failure,
        };
        loop {
            match call.line().await {
                Ok(Line::Event(event)) => {
                    *said = None;
                    self.around_vault(&event, seen);
                    events.emit(&translated(event));
                }
                Ok(Line::Result(_)) => return Failure::new(Code::AgentAway),
                Ok(Line::Failure(failure)) | Err(failure) => return failure,
            }
        }
    }

    /// What follows from an event whether or not a page reacts.
    fn around_vault(&self, event: &WatchEvent, seen: &mut Seen) {
        match event {
            WatchEvent::Status { status } => {
                let open = matches!(status.vault, VaultStatus::Unlocked { .. });
                if seen.open && !open {
                    self.forget_opened();
                }
                seen.open = open;
            }
            WatchEvent::SendBegan { program, pid, .. } if *pid != std::process::id() => {
                let prefs = self.prefs();
                if prefs.notifications {
                    self.desk.notify(notice(program, &prefs.language, &self.setup.locale));
                }
            }
            _ => {}
        }
    }
}

/// What was last known of an agent.
#[derive(Default)]
struct Seen {
    open: bool,
}

fn translated(event: WatchEvent) -> WindowEvent {
    match event {
        WatchEvent::Status { status } => WindowEvent::Status { status },
        WatchEvent::SendBegan { request_id, program, .. } => WindowEvent::SendBegan { request_id, program },
        WatchEvent::SendEnded { request_id, state } => WindowEvent::SendEnded { request_id, state },
        WatchEvent::Changed { area } => WindowEvent::Changed { area },
    }
}

fn notice(program: &str, language: &str, locale: &str) -> Notice {
    let language = if language == "system" { locale } else { language };
    let program: String = program.chars().filter(|c| !c.is_control()).take(40).collect();
    if language.starts_with("de") {
        Notice {
            title: "Signet sendet".into(),
            body: format!(
                "Das Programm „{program}“ sendet eine Nachricht mit einem Schlüssel dieses Tresors."
            ),
        }
    } else {
        Notice {
            title: "Signet is sending".into(),
            body: format!("The program “{program}” is sending a message with a key of this vault."),
        }
    }
}
