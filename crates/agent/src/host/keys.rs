//! `keys.shared`, `policy.check`, `sends.own`: what a member may know about what is shared.

use signet_api::remote::{KeysShared, PolicyCheck, SendsOwn, SharedKeysReply};
use signet_api::wire::{Empty, PolicyAnswer, PolicyQuestion, SharedKey, SharedSendsReply};
use signet_core::{Action, Code, Failure, UnixMillis};
use tokio::sync::mpsc::UnboundedSender;

use crate::host::kept::read_note;
use crate::host::router::{Caller, Place, Serve};
use crate::host::views;

/// Sends in one list.
const PAGE: u32 = 100;

impl Serve<KeysShared> for Place {
    type Who = Caller;

    async fn serve(
        self,
        caller: Caller,
        _: Empty,
        _: UnboundedSender<signet_api::Never>,
    ) -> Result<SharedKeysReply, Failure> {
        let member = caller.member()?;
        let records = self.agent.vault.run(|cell| Ok(cell.open()?.keys())).await?;
        let used = self.used(member).await?;
        let team = self.host.team();
        let rules = team.rules(&member);
        let keys = records
            .iter()
            .filter_map(|key| {
                let grants: Vec<_> = rules
                    .grants
                    .iter()
                    .filter(|grant| grant.key == key.id)
                    .map(|grant| {
                        views::grant_view(grant, &key.name, used.get(&grant.id).map_or(0, |u| u.day))
                    })
                    .collect();
                (!grants.is_empty()).then(|| SharedKey {
                    id: key.id.to_string(),
                    name: key.name.clone(),
                    client_email: key.client_email.to_string(),
                    grants,
                })
            })
            .collect();
        Ok(SharedKeysReply { keys })
    }
}

impl Serve<PolicyCheck> for Place {
    type Who = Caller;

    async fn serve(
        self,
        caller: Caller,
        mut question: PolicyQuestion,
        _: UnboundedSender<signet_api::Never>,
    ) -> Result<PolicyAnswer, Failure> {
        // About oneself only, from where one is, now: whatever the body says.
        question.member = caller.member()?;
        question.network = Some(caller.guest.address());
        question.at = None;
        views::answer(&self, &question).await
    }
}

impl Serve<SendsOwn> for Place {
    type Who = Caller;

    async fn serve(
        self,
        caller: Caller,
        _: Empty,
        _: UnboundedSender<signet_api::Never>,
    ) -> Result<SharedSendsReply, Failure> {
        self.authorise(&caller, Action::SendsList).await?;
        let member = *caller.member()?.as_bytes();
        let notes =
            self.agent.audit.view(move |log| log.notes_of(member, UnixMillis(u64::MAX), PAGE)).await?;
        let sends = notes
            .iter()
            .map(|note| read_note(&self.host, note).map(|kept| kept.view(note)))
            .collect::<Result<_, _>>()
            .map_err(|_| Failure::new(Code::AuditDamaged))?;
        Ok(SharedSendsReply { sends })
    }
}
