//! `team grant` and `team ask`.

use signet_api::wire::{GrantPutRequest, GrantWish, PolicyQuestion};
use signet_api::{GrantPut, PolicyAsk};
use signet_core::{Approval, Code, Conditions, Failure, GrantId, KeyId};

use super::{find, keys, show};
use crate::args::{AskArgs, GrantArgs, GrantOptions};
use crate::commands;
use crate::context::Context;
use crate::exit_codes::End;
use crate::view;

/// How long a message waits for approval unless it is said otherwise.
const APPROVAL_WITHIN: u32 = 2 * 3600;

pub(super) async fn put(context: &Context<'_>, args: GrantArgs) -> Result<End, Failure> {
    let team = show(context).await?;
    let member = find::member(&team, &args.member)?;
    let grant = GrantWish {
        key: key(context, &args.key).await?,
        note: args.grant.note.clone().unwrap_or_default(),
        conditions: conditions(args.grant),
    };
    let request = GrantPutRequest { id: args.replace.map(GrantId), member: member.id, grant };
    let grant = context.team::<GrantPut>(&request).await?;
    context.printer.done(&grant, |v| view::team::granted(&member.name, &grant, v));
    Ok(End::OK)
}

pub(super) async fn ask(context: &Context<'_>, args: AskArgs) -> Result<End, Failure> {
    let team = show(context).await?;
    let member = find::member(&team, &args.member)?;
    let question = PolicyQuestion {
        member: member.id,
        key: key(context, &args.key).await?,
        from: args.from,
        recipients: args.to,
        reply_to: args.reply_to,
        subject: args.subject,
        bytes: args.bytes,
        attachments: args.attach,
        network: args.network,
        at: args.at,
    };
    let answer = context.team::<PolicyAsk>(&question).await?;
    context.printer.show(&answer, |v| view::policy::answer(&member.name, &answer, &team, v));
    Ok(End::OK)
}

/// The host's key that the text means.
pub(super) async fn key(context: &Context<'_>, text: &str) -> Result<KeyId, Failure> {
    if !context.is_far() {
        return Ok(commands::key::choose(context, text).await?.id);
    }
    let keys = keys(context).await?;
    let named = keys.iter().filter(|key| key.name == text || key.client_email == text);
    let mut found: Vec<KeyId> = named.map(|key| key.id).collect();
    if found.is_empty() && text.len() >= 4 {
        found = keys.iter().map(|key| key.id).filter(|id| id.to_string().starts_with(text)).collect();
    }
    match found[..] {
        [id] => Ok(id),
        [] => {
            let all: Vec<&str> = keys.iter().map(|key| key.name.as_str()).collect();
            Err(Failure::new(Code::NotFound)
                .what("The host has no key of that name.")
                .remedy(format!("Its keys: {}.", all.join(", ")))
                .fact("key", text))
        }
        _ => Err(Failure::new(Code::Ambiguous).fact("key", text)),
    }
}

/// The conditions that the options say. A list that nobody gave restricts nothing, except the senders.
pub(super) fn conditions(options: GrantOptions) -> Conditions {
    let attachment_types = if options.no_attachments { Some(Vec::new()) } else { given(options.types) };
    let approvals = options.approval.map(|by| Approval {
        by: by.into(),
        within_secs: options.approval_within.unwrap_or(APPROVAL_WITHIN),
    });
    Conditions {
        senders: options.senders,
        aliases: options.aliases,
        test_domains: options.test_domains,
        recipients: given(options.recipients),
        recipients_max: options.max_recipients,
        bytes_max: options.max_bytes,
        attachment_types,
        networks: given(options.networks),
        hours: options.hours_of,
        not_before: options.not_before,
        not_after: options.grant_until,
        per_minute: options.per_minute,
        per_day: options.per_day,
        code_within: options.code_within,
        approvals,
    }
}

/// None where nothing was given.
pub(super) fn given<T>(list: Vec<T>) -> Option<Vec<T>> {
    (!list.is_empty()).then_some(list)
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use signet_core::Approver;

    use super::*;
    use crate::args::{Cli, Command, TeamArgs, TeamCommand};

    fn parsed(line: &[&str]) -> GrantOptions {
        let base = ["signet", "team", "grant", "Mia", "--key", "k"];
        let cli = Cli::try_parse_from(base.iter().chain(line)).unwrap();
        let Command::Team(TeamArgs { command: TeamCommand::Grant(args), .. }) = cli.command else {
            panic!("another command")
        };
        args.grant
    }

    #[test]
    fn what_nobody_gave_restricts_nothing() {
        let made = conditions(parsed(&["--as", "qa@example.org"]));
        let senders = vec![signet_core::EmailAddress::parse("qa@example.org").unwrap()];
        assert_eq!(made, Conditions { senders, ..Conditions::default() });
    }

    #[test]
    fn every_option_becomes_its_condition() {
        let made = conditions(parsed(&[
            "--as=a@example.org",
            "--as=b@example.org",
            "--alias=c@example.org",
            "--test-domain=t.example",
            "--to=example.org",
            "--to=leo@example.net",
            "--max-recipients=3",
            "--max-bytes=5MB",
            "--types=application/pdf",
            "--from-network=192.0.2.0/24",
            "--from-network=2001:db8::/32",
            "--hours-of=mon-fri 08:00-18:00 Europe/Berlin",
            "--not-before=2026-12-01T00:00:00Z",
            "--grant-until=2026-12-31T00:00:00Z",
            "--per-minute=2",
            "--per-day=20",
            "--code-within=15m",
            "--approval=owner",
            "--approval-within=1h",
        ]));
        let expected = serde_json::json!({
            "senders": ["a@example.org", "b@example.org"],
            "aliases": ["c@example.org"],
            "test_domains": ["t.example"],
            "recipients": ["example.org", "leo@example.net"],
            "recipients_max": 3,
            "bytes_max": 5_000_000,
            "attachment_types": ["application/pdf"],
            "networks": ["192.0.2.0/24", "2001:db8::/32"],
            "hours": {
                "days": ["monday", "tuesday", "wednesday", "thursday", "friday"],
                "from": 480, "to": 1080, "zone": "Europe/Berlin",
            },
            "not_before": 1_796_083_200_000_u64,
            "not_after": 1_798_675_200_000_u64,
            "per_minute": 2,
            "per_day": 20,
            "code_within": 900,
            "approvals": { "by": "owner", "within_secs": 3600 },
        });
        assert_eq!(serde_json::to_value(&made).unwrap(), expected);
    }

    #[test]
    fn no_attachments_and_a_fresh_code_are_conditions_too() {
        let made = conditions(parsed(&[
            "--as=a@example.org",
            "--no-attachments",
            "--code-within=0",
            "--approval=admin",
        ]));
        assert_eq!(made.attachment_types, Some(vec![]));
        assert_eq!(made.code_within, Some(0));
        let approval = Approval { by: Approver::Admin, within_secs: APPROVAL_WITHIN };
        assert_eq!(made.approvals, Some(approval));
    }
}
