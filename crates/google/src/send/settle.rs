//! After a restart: what became of a send whose session the journal kept.

use std::time::Duration;

use signet_core::{Code, Failure};

use super::talk::{Doubt, Next, Talk};
use super::wire::Wire;
use super::{Interrupted, Outcome, SessionUri};
use crate::{Cancel, Freshness, Google, TokenSource};

/// How long Gmail gets to finish a last chunk that was under way when Signet stopped.
const GRACE: Duration = Duration::from_secs(2);

pub(super) async fn settle(
    google: &Google,
    interrupted: &Interrupted,
    tokens: &dyn TokenSource,
) -> Option<Outcome> {
    let cancel = Cancel::new();
    let wire = Wire { google, watch: &(), cancel: &cancel, total: interrupted.len };
    let mut talk = Talk::new(wire, tokens);
    let session = &interrupted.session;
    if !interrupted.finishing {
        // The last chunk never went: nothing to ask.
        return Some(give_up(&talk, session).await);
    }
    (talk.doubt, talk.last_out) = (Doubt::Unanswered, true);
    // Without a token the session's address alone may do: it is what Gmail checks first.
    talk.token = tokens.token(Freshness::Cached).await.ok();
    for look in 0..2 {
        if look > 0 {
            google.pace.sleep(GRACE).await;
        }
        match talk.ask(session, None).await {
            Ok(Next::Sent(outcome)) => return Some(outcome),
            Ok(Next::Vanished(failure)) => return Some(talk.stop(failure)),
            Ok(Next::Kept(kept, None)) if kept < interrupted.len => {}
            // All there and yet not complete, elsewhere, a page, nobody: not an answer.
            _ => return None,
        }
    }
    Some(give_up(&talk, session).await)
}

async fn give_up(talk: &Talk<'_>, session: &SessionUri) -> Outcome {
    talk.wire.abandon(session).await;
    Outcome::NotSent(Failure::new(Code::Interrupted))
}
