//! `host.*`: this vault as the host of a team.

use std::net::SocketAddr;
use std::sync::Arc;

use signet_api::wire::{Empty, HostInitRequest, HostStartRequest, HostStatus};
use signet_api::{HostInit, HostShow, HostStart, HostStop, Never};
use signet_core::{Action, Cidr, Code, Failure, Principal};
use signet_team::{Body, HostPort, Name};

use crate::agent::Agent;
use crate::host::{self, HostFacts, NewHostFacts};
use crate::news::Area;
use crate::router::{Events, Handle};

impl Handle<HostShow> for Agent {
    async fn handle(
        self: Arc<Self>,
        _: Principal,
        _: Empty,
        _: Events<Never>,
    ) -> Result<HostStatus, Failure> {
        let found = self.find_host().await?;
        Ok(found.map_or_else(
            || HostStatus { host: None, serving: None, failure: None, headless: self.headless() },
            |host| host.status(&self),
        ))
    }
}

impl Handle<HostInit> for Agent {
    async fn handle(
        self: Arc<Self>,
        caller: Principal,
        request: HostInitRequest,
        _: Events<Never>,
    ) -> Result<HostStatus, Failure> {
        self.door.authorise(caller, Action::HostInit).await?;
        let mut facts = parse_host(&request.name, &request.listen, &request.reachable_at)?;
        let known = self.find_host().await?.map(|host| host.facts().proxies);
        facts.proxies = request.proxies.clone().or(known).unwrap_or_default();
        self.fresh_code(&request.code).await?;
        self.door.pass(caller, Action::HostInit, facts.name.clone()).await?;
        let host = self.change_host(facts, request.networks).await?;
        Ok(host.status(&self))
    }
}

impl Agent {
    /// A vault that was made as a host's becomes one.
    pub(crate) async fn make_host(
        self: &Arc<Self>,
        caller: Principal,
        host: NewHostFacts,
    ) -> Result<(), Failure> {
        self.door.pass(caller, Action::HostInit, host.facts.name.clone()).await?;
        self.change_host(host.facts, host.networks).await.map(drop)
    }

    /// The vault is a host of that name at that address, from now on.
    async fn change_host(
        self: &Arc<Self>,
        facts: HostFacts,
        networks: Vec<Cidr>,
    ) -> Result<Arc<host::Host>, Failure> {
        let kept = facts.clone();
        self.vault.run(move |cell| host::save(cell.open()?, &kept)).await?;
        let host = self.host().await?;
        let moved = host.facts().listen != facts.listen;
        host.adopt(facts);
        if moved && host.stop() {
            host.start(self, None).await?;
        }
        if host.team().networks() != networks {
            host.sign(self, Body::NetworksSet { networks }).await?;
        }
        self.news.changed(Area::Team);
        Ok(host)
    }
}

impl Handle<HostStart> for Agent {
    async fn handle(
        self: Arc<Self>,
        caller: Principal,
        request: HostStartRequest,
        _: Events<Never>,
    ) -> Result<HostStatus, Failure> {
        let host = self.host().await?;
        self.door.pass(caller, Action::HostStart, String::new()).await?;
        host.start(&self, request.until).await?;
        Ok(host.status(&self))
    }
}

impl Handle<HostStop> for Agent {
    async fn handle(
        self: Arc<Self>,
        caller: Principal,
        _: Empty,
        _: Events<Never>,
    ) -> Result<HostStatus, Failure> {
        let host = self.host().await?;
        self.door.authorise(caller, Action::HostStop).await?;
        // Stopping does not wait for the log.
        if host.stop() {
            self.news.changed(Area::Team);
            self.news.state();
            self.door.pass(caller, Action::HostStop, String::new()).await?;
        }
        Ok(host.status(&self))
    }
}

/// What a host shall be called and where it shall be, checked.
pub(crate) fn parse_host(name: &str, listen: &str, found_at: &[String]) -> Result<HostFacts, Failure> {
    let name = Name::parse(name).map_err(|error| {
        Failure::new(Code::Usage).what("The host needs a name that can be shown.").fact("cause", error)
    })?;
    let listen: SocketAddr = listen.parse().map_err(|_| {
        Failure::new(Code::HostAddress)
            .what("That is not an address to listen at.")
            .remedy("Write an IP address and a port, for example 0.0.0.0:7465.")
    })?;
    let mut reachable_at = found_at.to_vec();
    if reachable_at.is_empty() && !listen.ip().is_unspecified() && listen.port() != 0 {
        reachable_at.push(listen.to_string());
    }
    for place in &reachable_at {
        HostPort::parse(place).map_err(|error| {
            Failure::new(Code::HostAddress)
                .what("Members cannot find the host under that address.")
                .remedy("Write a name or an IP address with a port, for example anna.example.org:7465.")
                .fact("address", place)
                .fact("cause", error)
        })?;
    }
    Ok(HostFacts { name: name.to_string(), listen: listen.to_string(), reachable_at, proxies: Vec::new() })
}
