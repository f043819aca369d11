//! Whether a sender could send, without sending: `gmail.send` allows no reading call to try.

use signet_core::{Code, Failure};

use super::talk::Talk;
use super::wire::Wire;
use super::{Outcome, SessionUri};
use crate::{Cancel, Google, TokenSource};

pub(super) async fn probe(google: &Google, tokens: &dyn TokenSource) -> Result<(), Failure> {
    let cancel = Cancel::new();
    let wire = Wire { google, watch: &(), cancel: &cancel, total: 1 };
    let mut talk = Talk::new(wire, tokens);
    talk.begin().await.map_err(reason)?;
    let address = talk.initiate().await.map_err(reason)?;
    let session = SessionUri::parse(&address, &google.endpoints)?;
    talk.wire.abandon(&session).await;
    Ok(())
}

fn reason(outcome: Outcome) -> Failure {
    match outcome {
        Outcome::NotSent(failure) | Outcome::Unknown(failure) => failure,
        Outcome::Sent { .. } => Failure::new(Code::UnexpectedReply),
    }
}
