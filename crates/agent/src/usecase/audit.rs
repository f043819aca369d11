//! `audit.*`. Reading never needs the vault to be open.

use std::sync::Arc;

use data_encoding::HEXLOWER;
use signet_api::wire::{
    AuditAnchorReply, AuditEntryView, AuditListReply, AuditQuery, ConfirmAddressReply, ConfirmAddressRequest,
    Empty,
};
use signet_api::{AuditAnchor, AuditConfirmAddress, AuditList, Never};
use signet_audit::{Entry, Filter, Reader, address_text};
use signet_core::{Action, Code, EmailAddress, Failure, Principal};

use crate::agent::Agent;
use crate::message;
use crate::router::{Events, Handle};
use crate::vault_cell::VaultState;

/// Entries in one answer.
const MOST: usize = 1000;
/// Entries that are read at once.
const CHUNK: usize = 256;

impl Handle<AuditList> for Agent {
    async fn handle(
        self: Arc<Self>,
        _: Principal,
        query: AuditQuery,
        _: Events<Never>,
    ) -> Result<AuditListReply, Failure> {
        if self.vault.run(|cell| Ok(matches!(cell.state, VaultState::Absent))).await?
            && !self.audit.is_there()
        {
            return Err(Failure::new(Code::NoVault));
        }
        let agent = Arc::clone(&self);
        let read = move || {
            let filter = Filter {
                from: query.since,
                until: query.until,
                action: query.action.as_deref().map(action).transpose()?,
                decision: query.refused.then(|| "refused".to_owned()),
                ..Filter::default()
            };
            let (before, limit) = match query.seq {
                Some(seq) => (seq.checked_add(1), 1),
                None => (query.before, query.limit.unwrap_or(50).min(MOST)),
            };
            let wanted = Wanted::of(&query)?;
            let (entries, more) = list(&agent.audit.reader()?, &filter, &wanted, before, limit)?;
            if query.seq.is_some_and(|seq| entries.first().is_none_or(|entry| entry.seq != seq)) {
                return Err(Failure::new(Code::NotFound)
                    .what("There is no such entry.")
                    .remedy("`signet audit list` shows the entries."));
            }
            Ok(AuditListReply { entries, more })
        };
        beside(read).await
    }
}

impl Handle<AuditAnchor> for Agent {
    async fn handle(
        self: Arc<Self>,
        _: Principal,
        _: Empty,
        _: Events<Never>,
    ) -> Result<AuditAnchorReply, Failure> {
        let anchor = self
            .vault
            .run(|cell| match &cell.state {
                VaultState::Open(vault) => vault.anchor().map_err(|e| e.failure()),
                VaultState::Locked(vault) => vault.anchor().map_err(|e| e.failure()),
                VaultState::Absent => Err(Failure::new(Code::NoVault)),
                VaultState::Unusable(failure) => Err(failure.clone()),
            })
            .await;
        let (anchor, anchor_failure) = match anchor {
            Ok(anchor) => (anchor, None),
            Err(failure) => (None, Some(failure)),
        };
        let desk = Arc::clone(&self.audit);
        Ok(AuditAnchorReply {
            path: self.audit.path().display().to_string(),
            fingerprint: beside(move || Ok(desk.fingerprint())).await?,
            size: anchor.map(|anchor| anchor.size),
            root: anchor.map(|anchor| HEXLOWER.encode(&anchor.root)),
            anchor_failure,
        })
    }
}

impl Handle<AuditConfirmAddress> for Agent {
    async fn handle(
        self: Arc<Self>,
        caller: Principal,
        request: ConfirmAddressRequest,
        _: Events<Never>,
    ) -> Result<ConfirmAddressReply, Failure> {
        let address = message::address(&request.address)?;
        let allowed = self.vault.run(|cell| cell.open().map(drop).and_then(|()| cell.questions.take())).await;
        if let Err(failure) = allowed {
            self.door.refuse(Some(caller), Action::AuditConfirmAddress, failure.code).await;
            return Err(failure);
        }
        self.door.pass(caller, Action::AuditConfirmAddress, address.domain().to_owned()).await?;
        self.entries_with(address).await
    }
}

impl Agent {
    /// The entries in which a recipient's address is.
    pub(crate) async fn entries_with(&self, address: EmailAddress) -> Result<ConfirmAddressReply, Failure> {
        let hmac = self
            .vault
            .run(move |cell| Ok(cell.open()?.audit_hmac_key().tag(address_text(&address).as_bytes())))
            .await?;
        let filter = Filter { recipient: Some(hmac), ..Filter::default() };
        let desk = Arc::clone(&self.audit);
        let read = move || desk.reader()?.list(&filter, None, MOST).map_err(|e| e.failure());
        let page = beside(read).await?;
        Ok(ConfirmAddressReply { entries: page.entries.iter().map(|entry| entry.seq).collect() })
    }
}

/// At most `limit` entries that are wanted, newest first, and whether there are older ones.
fn list(
    reader: &Reader,
    filter: &Filter,
    wanted: &Wanted,
    mut before: Option<u64>,
    limit: usize,
) -> Result<(Vec<AuditEntryView>, bool), Failure> {
    let mut found = Vec::new();
    loop {
        let page = reader.list(filter, before, (limit + 1).min(CHUNK)).map_err(|e| e.failure())?;
        for entry in page.entries.iter().filter(|entry| wanted.is_kind(entry)) {
            let view = view(entry);
            if wanted.says(&view) {
                if found.len() == limit {
                    return Ok((found, true));
                }
                found.push(view);
            }
        }
        let Some(next) = page.next else { return Ok((found, false)) };
        before = Some(next);
    }
}

/// What is asked for beyond the log's own filter.
struct Wanted {
    kind: Option<Kind>,
    /// In lower case.
    text: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Sends,
    Refusals,
    Changes,
}

impl Wanted {
    fn of(query: &AuditQuery) -> Result<Self, Failure> {
        let kind = match query.kind.as_deref() {
            None => None,
            Some("sends") => Some(Kind::Sends),
            Some("refusals") => Some(Kind::Refusals),
            Some("changes") => Some(Kind::Changes),
            Some(_) => {
                return Err(Failure::new(Code::Usage)
                    .what("There is no such kind of entry.")
                    .remedy("Use sends, refusals or changes."));
            }
        };
        let text = query.text.as_ref().map(|text| text.trim().to_lowercase());
        Ok(Self { kind, text: text.filter(|text| !text.is_empty()) })
    }

    fn is_kind(&self, entry: &Entry) -> bool {
        let refused = matches!(entry.decision.as_str(), "refused" | "failed");
        match self.kind {
            None => true,
            Some(Kind::Sends) => entry.action == Action::Send.as_str(),
            Some(Kind::Refusals) => refused,
            // What did not happen changed nothing.
            Some(Kind::Changes) => !refused && CHANGES.iter().any(|action| entry.action == action.as_str()),
        }
    }

    fn says(&self, view: &AuditEntryView) -> bool {
        fn holds(value: &serde_json::Value, text: &str) -> bool {
            use serde_json::Value;
            match value {
                Value::String(value) => value.to_lowercase().contains(text),
                Value::Number(value) => value.to_string().contains(text),
                Value::Array(values) => values.iter().any(|value| holds(value, text)),
                Value::Object(fields) => fields.values().any(|value| holds(value, text)),
                Value::Null | Value::Bool(_) => false,
            }
        }
        let in_view =
            |text: &String| view.sentence.to_lowercase().contains(text) || holds(&view.fields, text);
        self.text.as_ref().is_none_or(in_view)
    }
}

/// What changes vault, keys, settings or the team.
const CHANGES: [Action; 25] = [
    Action::Init,
    Action::KeyImport,
    Action::KeyRename,
    Action::KeyRemove,
    Action::Recover,
    Action::PassphraseChange,
    Action::TotpReplace,
    Action::CodesRenew,
    Action::KitRenew,
    Action::Restore,
    Action::VaultDestroy,
    Action::SettingsChange,
    Action::HostInit,
    Action::InviteMake,
    Action::InviteWithdraw,
    Action::MemberApprove,
    Action::MemberRefuse,
    Action::MemberChange,
    Action::MemberRevoke,
    Action::MemberCodeSet,
    Action::GrantMake,
    Action::GrantChange,
    Action::GrantRemove,
    Action::ForbidMake,
    Action::ForbidRemove,
];

/// Reads the log on a thread of its own: it may be long, and holds up no other request.
async fn beside<T: Send + 'static>(
    read: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    tokio::task::spawn_blocking(read).await.map_err(|_| Failure::new(Code::Internal))?
}

fn view(entry: &Entry) -> AuditEntryView {
    AuditEntryView {
        seq: entry.seq,
        time: entry.time,
        sentence: sentence(entry),
        fields: serde_json::to_value(entry).unwrap_or_default(),
    }
}

/// What was done, and what was wanted where it was not done.
fn verb(entry: &Entry) -> (&str, &str) {
    match entry.action.as_str() {
        // The bytes were frozen for somebody's yes; nothing was sent.
        "send" if entry.decision == "allowed" => {
            ("asked to send a message, which waits for approval", "send a message")
        }
        "send" => match entry.reason.as_deref() {
            Some("cancelled") if entry.decision == "refused" => {
                ("took back a message that waited", "take back a message that waited")
            }
            Some("approval-over") => {
                ("had a message wait until its time was over, or the host was locked", "send a message")
            }
            _ => ("sent a message", "send a message"),
        },
        "check" => ("checked that sending works", "check that sending works"),
        "key-import" => ("imported a key", "import a key"),
        "key-rename" => ("renamed a key", "rename a key"),
        "key-remove" => ("removed a key", "remove a key"),
        "init" => ("created the vault", "create the vault"),
        "unlock" => ("unlocked the vault", "unlock the vault"),
        "lock" => ("locked the vault", "lock the vault"),
        "recover" => ("recovered the vault", "recover the vault"),
        "passphrase-change" => ("changed the passphrase", "change the passphrase"),
        "totp-replace" => ("replaced the code generator", "replace the code generator"),
        "codes-renew" => ("renewed the recovery codes", "renew the recovery codes"),
        "kit-renew" => ("renewed the recovery kit", "renew the recovery kit"),
        "backup" => ("wrote a backup", "write a backup"),
        "restore" => ("restored a backup", "restore a backup"),
        "vault-destroy" => ("destroyed the vault", "destroy the vault"),
        "settings-change" => ("changed the settings", "change the settings"),
        "audit-confirm-address" => {
            ("asked whether an address is in the log", "ask whether an address is in the log")
        }
        "host-init" => ("set this vault up as a host", "set this vault up as a host"),
        "host-start" => ("began to serve the team", "serve the team"),
        "host-stop" => ("stopped serving the team", "stop serving the team"),
        "host-unattended" => (
            "changed whether this host starts with nobody there",
            "change whether this host starts with nobody there",
        ),
        "invite-make" => ("made an invite", "make an invite"),
        "invite-withdraw" => ("took an invite back", "take an invite back"),
        "enrol" => ("asked to join with an invite", "join with an invite"),
        "member-approve" => ("accepted a member", "accept a member"),
        "member-refuse" => ("refused whoever came with an invite", "refuse whoever came with an invite"),
        "member-change" => ("changed a member", "change a member"),
        "member-revoke" => ("ended a membership", "end a membership"),
        "member-code-set" => ("set up the code with this host", "set up the code with this host"),
        "session-open" => ("connected", "connect"),
        "grant-make" => ("made a grant", "make a grant"),
        "grant-change" => ("changed a grant", "change a grant"),
        "grant-remove" => ("ended a grant", "end a grant"),
        "forbid-make" => ("forbade messages", "forbid messages"),
        "forbid-remove" => ("ended a forbid", "end a forbid"),
        "approval-decide" if entry.target.starts_with("yes ") => {
            ("approved a message that waited", "approve a message that waited")
        }
        "approval-decide" if entry.target.starts_with("no ") => {
            ("refused a message that waited", "refuse a message that waited")
        }
        "approval-decide" => ("answered a message that waited", "answer a message that waited"),
        "team-read" => ("looked at the team", "look at the team"),
        "sends-list" => ("listed the own messages", "list the own messages"),
        "audit-read" => ("read the log", "read the log"),
        "audit-verify" => ("fetched the log to verify it", "fetch the log to verify it"),
        "key-import-sealed" => ("imported a key for this host", "import a key for this host"),
        other => (other, other),
    }
}

/// Actor, verb, object, result: the entry as a person would say it.
fn sentence(entry: &Entry) -> String {
    let who = match entry.role.as_deref() {
        Some("owner") => "The owner",
        Some(_) => "A member",
        None if entry.actor.is_some() => "A device outside the team",
        None => "Somebody unknown",
    };
    let (did, to_do) = verb(entry);
    // What did not happen was only wanted.
    let verb = match (entry.decision.as_str(), entry.reason.as_deref()) {
        // The verb says it.
        ("refused", Some("cancelled" | "approval-over")) => did.to_owned(),
        ("refused" | "failed", _) => format!("wanted to {to_do}"),
        _ => did.to_owned(),
    };
    let object = match entry.recipient_domains.as_slice() {
        [] => String::new(),
        domains => {
            format!(" to {} at {}", plural(entry.recipient_hmacs.len(), "recipient"), domains.join(", "))
        }
    };
    let result = match (entry.decision.as_str(), &entry.reason) {
        // The verb says it.
        ("refused", Some(reason)) if matches!(reason.as_str(), "cancelled" | "approval-over") => {
            String::new()
        }
        ("intent", _) => " (begun)".to_owned(),
        ("done", _) => " (done)".to_owned(),
        ("refused" | "failed" | "unknown", Some(reason)) => format!(" ({}: {reason})", entry.decision),
        _ => String::new(),
    };
    let count = if entry.count > 1 { format!(", {} times", entry.count) } else { String::new() };
    format!("{who} {verb}{object}{result}{count}.")
}

fn plural(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

fn action(text: &str) -> Result<Action, Failure> {
    Action::parse(text).ok_or_else(|| {
        Failure::new(Code::Usage)
            .what("There is no such action in the log.")
            .remedy("Use a name such as send, unlock or key-import.")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_has_words_whatever_came_of_it() {
        for action in Action::ALL {
            for (decision, reason) in [
                ("allowed", None),
                ("done", None),
                ("refused", Some("denied-role")),
                ("refused", Some("cancelled")),
                ("failed", Some("approval-over")),
            ] {
                for target in ["", "yes 00", "no 00"] {
                    let entry = Entry {
                        seq: 1,
                        time: signet_core::UnixMillis(1),
                        actor: None,
                        role: Some("owner".into()),
                        action: action.as_str().into(),
                        target: target.into(),
                        decision: decision.into(),
                        reason: reason.map(Into::into),
                        count: 1,
                        recipient_domains: Vec::new(),
                        recipient_hmacs: Vec::new(),
                        bytes: None,
                        attachment_hmacs: Vec::new(),
                        message_id: None,
                        request: None,
                        policy_epoch: 0,
                    };
                    let said = sentence(&entry);
                    assert!(!said.contains("wanted to .") && !said.contains("wanted to  "), "{said}");
                    assert!(!said.contains("wanted to  (") && !said.contains("wanted to  to"), "{said}");
                    let is_wanted = decision != "allowed" && decision != "done" && said.contains("wanted to");
                    assert!(is_wanted || decision != "refused" || reason != Some("denied-role"), "{said}");
                    let name = action.as_str();
                    assert!(!name.contains('-') || !said.contains(name), "no words for {name}: {said}");
                }
            }
        }
    }
}
