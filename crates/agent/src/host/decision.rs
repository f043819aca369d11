//! The facts of a message as the policy looks at them, and its answer.

use std::collections::BTreeMap;

use signet_core::{
    Applicant, Approved, Clock, ContentType, EmailAddress, Envelope, Failure, FileName, GrantId, KeyId,
    LastCode, MemberId, Moment, Principal, Role, SendDecision, Used, decide_send,
};
use signet_mail::Message;

use crate::clock::SystemClock;
use crate::host::router::Place;

/// What a message says, owned.
#[derive(Clone)]
pub(crate) struct MessageFacts {
    pub(crate) key: KeyId,
    pub(crate) sub: EmailAddress,
    pub(crate) from: EmailAddress,
    pub(crate) reply_to: Vec<EmailAddress>,
    pub(crate) recipients: Vec<EmailAddress>,
    pub(crate) subject: String,
    pub(crate) bytes: u64,
    pub(crate) attachments: Vec<(FileName, ContentType)>,
    pub(crate) digest: Option<[u8; 32]>,
}

impl MessageFacts {
    /// The facts of a parsed message: To, Cc and Bcc together, each address once.
    pub(crate) fn of(
        key: KeyId,
        sub: EmailAddress,
        message: &Message,
        attachments: Vec<(FileName, ContentType)>,
        bytes: u64,
    ) -> Self {
        let mut recipients: Vec<_> = message.recipients().map(|to| to.address.clone()).collect();
        recipients.sort_unstable();
        recipients.dedup();
        Self {
            key,
            sub,
            from: message.from.address.clone(),
            reply_to: message.reply_to.iter().map(|to| to.address.clone()).collect(),
            recipients,
            subject: message.subject.as_str().to_owned(),
            bytes,
            attachments,
            digest: None,
        }
    }

    fn envelope(&self) -> Envelope<'_> {
        Envelope {
            key: self.key,
            sub: &self.sub,
            from: &self.from,
            reply_to: &self.reply_to,
            recipients: &self.recipients,
            subject: &self.subject,
            bytes: self.bytes,
            attachments: &self.attachments,
            digest: self.digest,
        }
    }
}

impl Place {
    /// Decides about a message as it is now.
    pub(crate) async fn decide(
        &self,
        principal: &Principal,
        facts: &MessageFacts,
        code: LastCode,
        approved: Option<Approved>,
    ) -> Result<SendDecision, Failure> {
        let Some(member) = principal.member() else { return Err(signet_core::Code::NotMember.into()) };
        let used = self.used(member).await?;
        let team = self.host.team();
        let address = team.member(&member).and_then(|member| member.address.as_ref());
        let used = |grant: GrantId| used.get(&grant).copied().unwrap_or_default();
        let moment = Moment { now: SystemClock.now(), code, used: &used, approved };
        Ok(decide_send(principal, address, &team.rules(&member), &facts.envelope(), &moment))
    }

    /// How often the member's grants with a limit were used.
    pub(crate) async fn used(&self, member: MemberId) -> Result<BTreeMap<GrantId, Used>, Failure> {
        let limited: Vec<GrantId> = {
            let team = self.host.team();
            let limits = |c: &signet_core::Conditions| c.per_minute.is_some() || c.per_day.is_some();
            team.rules(&member).grants.iter().filter(|g| limits(&g.conditions)).map(|g| g.id).collect()
        };
        if limited.is_empty() {
            return Ok(BTreeMap::new());
        }
        let now = SystemClock.now();
        self.agent
            .audit
            .view(move |log| {
                let mut used = BTreeMap::new();
                for grant in limited {
                    let count = log.used(grant.0, now)?;
                    let count = Used {
                        minute: count.minute,
                        day: count.day,
                        minute_free_at: count.minute_free_at,
                        day_free_at: count.day_free_at,
                    };
                    used.insert(grant, count);
                }
                Ok(used)
            })
            .await
    }

    /// As whom Google is asked to send: the sender itself, or, for an alias, the person whose alias it is.
    pub(crate) fn subject_of(&self, member: MemberId, key: KeyId, from: &EmailAddress) -> EmailAddress {
        let team = self.host.team();
        let rules = team.rules(&member);
        let mut of_key = rules.grants.iter().filter(|grant| grant.key == key);
        if of_key.clone().any(|grant| grant.conditions.senders.contains(from)) {
            return from.clone();
        }
        of_key
            .find(|grant| grant.conditions.aliases.contains(from))
            .and_then(|grant| grant.conditions.senders.first())
            .unwrap_or(from)
            .clone()
    }

    /// Who asks, for explaining.
    pub(crate) fn applicant(team: &signet_team::Team, member: MemberId) -> Option<(Applicant<'_>, Role)> {
        let member = team.member(&member)?;
        let applicant = Applicant { member: member.id, role: member.role, address: member.address.as_ref() };
        Some((applicant, member.role))
    }
}
