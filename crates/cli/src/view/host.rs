//! This vault as a host.

use std::fmt::Write as _;

use signet_api::wire::{HostStatus, HostView, ServingView};

use super::{View, facts, failure, plain, plural};

/// Whether and how it serves.
pub(crate) fn status(status: &HostStatus, view: &View) -> String {
    let Some(host) = &status.host else {
        return view.hint(
            "This vault does not serve a team. `signet host init --name \"My desk\"` lets others send with \
             its keys, under your conditions.",
        );
    };
    let mut rows = pairs(host, status.serving.as_ref(), view);
    rows.extend(status.headless.iter().flat_map(|headless| super::headless::pairs(headless, view)));
    let mut text = facts(&rows, view);
    if let Some(why) = status.headless.as_ref().and_then(|headless| super::headless::trouble(headless, view))
    {
        let _ = write!(text, "\n{why}");
    }
    if host.reachable_at.is_empty() {
        let lack = view
            .hint("Invites cannot say where the host is yet: `signet host init --reachable-at NAME:PORT`.");
        let _ = write!(text, "\n{} {lack}", view.ink.yellow("!"));
    }
    if let Some(why) = &status.failure {
        let _ = write!(text, "\n{}", failure(why, view).trim_end());
    }
    let _ = write!(text, "\n{}", view.ink.dim("Networks, members and grants are enforced by: this host."));
    text
}

fn pairs(host: &HostView, serving: Option<&ServingView>, view: &View) -> Vec<(&'static str, String)> {
    let list = |texts: &[String]| plain(&texts.join(", "));
    let networks: Vec<String> = host.networks.iter().map(ToString::to_string).collect();
    let mut pairs = vec![
        ("host", plain(&host.name)),
        ("state", state(serving, view)),
        ("listens at", plain(serving.map_or(&host.listen, |serving| &serving.address))),
    ];
    if !host.reachable_at.is_empty() {
        pairs.push(("found at", list(&host.reachable_at)));
    }
    pairs.push(("networks", if networks.is_empty() { "any".into() } else { list(&networks) }));
    if let Some(proxies) = &host.proxies {
        let proxies: Vec<String> = proxies.iter().map(ToString::to_string).collect();
        pairs.push(("behind", list(&proxies)));
    }
    pairs.push(("members", host.members.to_string()));
    if let Some(serving) = serving {
        let connected = if serving.connected.is_empty() { "nobody".into() } else { list(&serving.connected) };
        pairs.push(("connected", connected));
        if serving.sending > 0 {
            pairs.push(("sending", plural(serving.sending as u64, "message", "messages")));
        }
    }
    pairs.push(("host's key", plain(&host.key)));
    pairs
}

fn state(serving: Option<&ServingView>, view: &View) -> String {
    let Some(serving) = serving else {
        return view.hint("not serving: run `signet host start`");
    };
    let until = serving.until.map_or_else(
        || "until the vault is locked".into(),
        |time| format!("ends {}", view.moment.when(time)),
    );
    format!("{} since {}; {until}", view.ink.green("serving"), view.moment.when(serving.since))
}

#[cfg(test)]
mod tests {
    use super::*;
    use signet_api::wire::HeadlessView;
    use signet_core::{Cidr, Code, Failure, UnixMillis};

    fn host() -> HostView {
        HostView {
            name: "Anna's desk".into(),
            key: "1a2b3c4d".repeat(8),
            listen: "0.0.0.0:7465".into(),
            reachable_at: vec!["anna.example.org:7465".into()],
            networks: vec![Cidr::parse("192.0.2.0/24").unwrap()],
            proxies: None,
            members: 3,
            epoch: 7,
        }
    }

    #[test]
    fn every_state_of_a_host_reads_well() {
        let serving = ServingView {
            since: UnixMillis(1_795_348_620_000),
            until: Some(UnixMillis(1_795_349_400_000)),
            address: "0.0.0.0:7465".into(),
            connected: vec!["Mia".into(), "Leo\x1b[2J".into()],
            sending: 1,
        };
        let none = HostStatus { host: None, serving: None, failure: None, headless: None };
        let on = HostStatus {
            host: Some(host()),
            serving: Some(serving),
            failure: None,
            headless: Some(HeadlessView {
                folder: "/var/lib/signet/keychain".into(),
                unattended: true,
                opened_unattended: true,
                failure: None,
            }),
        };
        let unfound = HostView { reachable_at: vec![], networks: vec![], ..host() };
        let off = HostStatus {
            host: Some(unfound),
            serving: None,
            failure: Some(Failure::new(Code::HostAddress)),
            headless: None,
        };
        let text = [none, on, off].map(|one| status(&one, &View::fixed())).join("\n----\n");
        insta::assert_snapshot!(text);
    }
}
