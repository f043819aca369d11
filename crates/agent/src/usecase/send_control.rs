//! `send.list`, `send.watch`, `send.cancel`.

use std::sync::Arc;

use signet_api::wire::{Empty, SendChoice, SendEvent, SendListReply, SendReport};
use signet_api::{Never, SendCancel, SendList, SendWatch};
use signet_core::{Failure, Principal};

use crate::agent::Agent;
use crate::router::{Events, Handle};

impl Handle<SendList> for Agent {
    async fn handle(
        self: Arc<Self>,
        _: Principal,
        _: Empty,
        _: Events<Never>,
    ) -> Result<SendListReply, Failure> {
        Ok(SendListReply { sends: self.sends.list() })
    }
}

impl Handle<SendWatch> for Agent {
    async fn handle(
        self: Arc<Self>,
        _: Principal,
        request: SendChoice,
        events: Events<SendEvent>,
    ) -> Result<SendReport, Failure> {
        self.sends.find(request.request_id)?.follow(|event| events.send(event)).await
    }
}

impl Handle<SendCancel> for Agent {
    async fn handle(
        self: Arc<Self>,
        _: Principal,
        request: SendChoice,
        _: Events<Never>,
    ) -> Result<Empty, Failure> {
        self.sends.find(request.request_id)?.cancel.cancel();
        Ok(Empty {})
    }
}
