//! `shared.*`: keys of others, used through their hosts.

use std::sync::Arc;
use std::time::Instant;

use data_encoding::HEXLOWER;
use http_body_util::BodyExt;
use signet_api::remote::{KeysShared, RequestChoice, SendDrop, SendState, SendsOwn};
use signet_api::wire::{
    Empty, HostChoice, SendEvent, SendOutcome, SendReport, SharedAccepted, SharedAuditReply, SharedHost,
    SharedKey, SharedListReply, SharedSendChoice, SharedSendRequest, SharedSendsReply,
};
use signet_api::{Never, SharedAccept, SharedAudit, SharedList, SharedSend, SharedSends, SharedWithdraw};
use signet_audit::Fingerprint;
use signet_core::{Clock, Code, Failure, KeyId, Principal};
use tokio::io::AsyncWriteExt;

use crate::agent::Agent;
use crate::clock::SystemClock;
use crate::history::make_request_id;
use crate::member::{Membership, broken, short};
use crate::news::Area;
use crate::router::{Events, Handle};
use crate::sends::SendInProgress;
use crate::timeline::Timeline;

impl Handle<SharedList> for Agent {
    async fn handle(
        self: Arc<Self>,
        _: Principal,
        _: Empty,
        _: Events<Never>,
    ) -> Result<SharedListReply, Failure> {
        let memberships = self.memberships.all().await?;
        // Side by side: one host that is away does not hold up the others.
        let asking = memberships.iter().map(|membership| shared_host(membership));
        Ok(SharedListReply { hosts: futures_util::future::join_all(asking).await })
    }
}

impl Handle<SharedSend> for Agent {
    async fn handle(
        self: Arc<Self>,
        _: Principal,
        request: SharedSendRequest,
        events: Events<SendEvent>,
    ) -> Result<SendReport, Failure> {
        let unknown = || Failure::new(Code::NotFound).what("That key is not shared with this device.");
        let (host, key) = request.key.split_once('/').ok_or_else(unknown)?;
        let key = KeyId::parse(key).map_err(|_| unknown())?;
        let membership = self.memberships.find(host).await?;
        let time = SystemClock.now();
        let client = request.request.map_or_else(|| make_request_id(time), Ok)?;
        let send = Arc::new(SendInProgress::new(
            client,
            time,
            request.draft.from.clone(),
            request.draft.subject.clone(),
            0,
            Timeline::begun(Instant::now()),
        ));
        self.sends.add(Arc::clone(&send));
        events.send(SendEvent::Started { request_id: client, bytes: 0, findings: Vec::new() });
        let (agent, work) = (Arc::clone(&self), Arc::clone(&send));
        // Its own task, as for one's own key: once begun, it ends whoever listens, unless it is cancelled.
        tokio::spawn(async move {
            work.end(membership.send(&agent, key, client, request, &work).await);
            agent.sends.remove(client);
            agent.news.changed(Area::Team);
        });
        send.follow(|event| events.send(event)).await
    }
}

impl Handle<SharedSends> for Agent {
    async fn handle(
        self: Arc<Self>,
        _: Principal,
        request: HostChoice,
        _: Events<Never>,
    ) -> Result<SharedSendsReply, Failure> {
        self.memberships.find(&request.host).await?.call::<SendsOwn>(&Empty {}).await
    }
}

impl Handle<SharedWithdraw> for Agent {
    async fn handle(
        self: Arc<Self>,
        _: Principal,
        request: SharedSendChoice,
        _: Events<Never>,
    ) -> Result<Empty, Failure> {
        let membership = self.memberships.find(&request.host).await?;
        let choice = RequestChoice { request: request.request, seen: 0 };
        membership.call::<SendDrop>(&choice).await?;
        // Whether it was in time is for the host to say.
        let state = membership.call::<SendState>(&choice).await?;
        self.news.changed(Area::Team);
        match state.report.map(|report| report.outcome) {
            Some(SendOutcome::NotSent { failure }) if failure.code == Code::Cancelled => Ok(Empty {}),
            _ => Err(Failure::new(Code::NotFound)
                .what("That message does not wait for approval any more.")
                .remedy("`signet shared sends` shows what became of it.")),
        }
    }
}

impl Handle<SharedAccept> for Agent {
    async fn handle(
        self: Arc<Self>,
        _: Principal,
        request: HostChoice,
        _: Events<Never>,
    ) -> Result<SharedAccepted, Failure> {
        let accepted = self.memberships.find(&request.host).await?.accept().await?;
        tracing::warn!(alarm = accepted.alarm, seen = accepted.seen, "a host is trusted again");
        self.news.changed(Area::Team);
        Ok(accepted)
    }
}

impl Handle<SharedAudit> for Agent {
    async fn handle(
        self: Arc<Self>,
        _: Principal,
        request: HostChoice,
        _: Events<Never>,
    ) -> Result<SharedAuditReply, Failure> {
        let membership = self.memberships.find(&request.host).await?;
        // Before the copy: it has to contain all that this device has seen so far.
        membership.watch_log().await?;
        let path = self.home.state().join(format!("audit-{}.db", short(membership.host())));
        let failed = |error: std::io::Error| Failure::new(Code::ReadOnly).fact("cause", error);
        let mut file = tokio::fs::File::create(&path).await.map_err(failed)?;
        let mut body = membership.session().await?.fetch("/v1/audit-copy").await?;
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(broken)?;
            if let Some(bytes) = frame.data_ref() {
                file.write_all(bytes).await.map_err(failed)?;
            }
        }
        file.sync_all().await.map_err(failed)?;
        let seen = membership.record().seen;
        // Of the key that the host named over its own connection, not of the one in the copy.
        let key = seen.as_ref().and_then(|seen| HEXLOWER.decode(seen.key.as_bytes()).ok());
        let key = key.and_then(|key| <[u8; 32]>::try_from(key).ok());
        let key =
            key.ok_or_else(|| Failure::new(Code::HostForked).fact("alarm", "no checkpoint was seen"))?;
        Ok(SharedAuditReply {
            path: path.display().to_string(),
            fingerprint: Fingerprint::of(&key).to_string(),
            size: seen.as_ref().map(|seen| seen.size),
            root: seen.map(|seen| seen.root),
        })
    }
}

async fn shared_host(membership: &Membership) -> SharedHost {
    let asked = async {
        if !membership.record().joined {
            membership.join_view().await?;
            if !membership.record().joined {
                return Ok(Vec::new());
            }
        }
        let keys = membership.call::<KeysShared>(&Empty {}).await?.keys;
        membership.watch_log().await?;
        Ok::<_, Failure>(keys)
    };
    let (keys, failure) = match asked.await {
        Ok(keys) => (keys, None),
        Err(failure) => (Vec::new(), Some(failure)),
    };
    let record = membership.record();
    let named = |key: SharedKey| SharedKey { id: format!("{}/{}", short(membership.host()), key.id), ..key };
    SharedHost {
        host: record.host,
        name: record.host_name,
        at: record.at,
        member: record.member.unwrap_or_default(),
        role: record.role.unwrap_or(signet_core::Role::Auditor),
        code_set: record.code_set,
        reachable: failure.is_none(),
        failure,
        keys: keys.into_iter().map(named).collect(),
        alarm: record.alarm,
    }
}
