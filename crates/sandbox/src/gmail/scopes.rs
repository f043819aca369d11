//! Which scopes allow which method (Gmail discovery document), and what each costs in units.

use super::route::Method;

const MAIL: &str = "https://mail.google.com/";
const MODIFY: &str = "https://www.googleapis.com/auth/gmail.modify";
const COMPOSE: &str = "https://www.googleapis.com/auth/gmail.compose";
const SEND: &str = "https://www.googleapis.com/auth/gmail.send";
const READ: &str = "https://www.googleapis.com/auth/gmail.readonly";
const METADATA: &str = "https://www.googleapis.com/auth/gmail.metadata";
const SETTINGS: &str = "https://www.googleapis.com/auth/gmail.settings.basic";
const ADDON: &str = "https://www.googleapis.com/auth/gmail.addons.current.action.compose";

/// Whether one of the scopes allows the method.
pub(super) fn allows(scopes: &[String], method: Method) -> bool {
    let allowed: &[&str] = match method {
        Method::Send => &[MAIL, MODIFY, COMPOSE, SEND, ADDON],
        Method::DraftCreate | Method::DraftUpdate | Method::DraftSend | Method::DraftDelete => {
            &[MAIL, MODIFY, COMPOSE, ADDON]
        }
        Method::DraftFetch | Method::DraftList => &[MAIL, MODIFY, COMPOSE, READ],
        Method::Profile => &[MAIL, MODIFY, COMPOSE, READ, METADATA],
        Method::SendAsList | Method::SendAsFetch => &[MAIL, MODIFY, READ, SETTINGS],
        Method::MessageFetch | Method::MessageList => &[MAIL, MODIFY, READ, METADATA],
    };
    scopes.iter().any(|scope| allowed.contains(&scope.as_str()))
}

/// Whether the scopes allow more of a message than its headers.
pub(super) fn allows_bodies(scopes: &[String]) -> bool {
    scopes.iter().any(|scope| [MAIL, MODIFY, READ].contains(&scope.as_str()))
}

/// What a call costs, by the new scheme or the old one.
pub(super) fn units(method: Method, new_scheme: bool) -> u32 {
    match method {
        Method::Send | Method::DraftSend => 100,
        Method::DraftFetch | Method::MessageFetch => {
            if new_scheme {
                20
            } else {
                5
            }
        }
        Method::DraftUpdate => 15,
        Method::DraftCreate | Method::DraftDelete => 10,
        Method::DraftList | Method::MessageList => 5,
        Method::Profile | Method::SendAsList | Method::SendAsFetch => 1,
    }
}
