//! The same conversation with a program: JSON lines on standard output and input.

use serde::{Deserialize, Serialize};
use signet_api::wire::{CeremonyAnswers, CeremonyDone, CeremonyShown, KitGroups, TotpShown, WireSecret};
use signet_core::{Code, Failure};

use super::{finish, may_try_again};
use crate::context::Context;
use crate::secret_input::read_line;

/// How often wrong answers may be given.
const ATTEMPTS: usize = 5;

/// One line of the script.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    #[serde(default)]
    code: Option<WireSecret>,
    #[serde(default)]
    kit_groups: Vec<(usize, WireSecret)>,
}

/// What a script gets: all that is to be kept, in one document.
#[derive(Serialize)]
struct Document<'a> {
    id: &'a str,
    totp: Option<&'a TotpShown>,
    kit: Option<KitDocument<'a>>,
    codes: &'a [WireSecret],
    asks_code: bool,
    asks_kit_groups: &'a [usize],
}

#[derive(Serialize)]
struct KitDocument<'a> {
    groups: &'a [WireSecret],
    fingerprint: &'a str,
    audit_fingerprint: Option<&'a str>,
}

/// Prints what is to be kept, then reads answers until they are right.
pub(super) async fn converse(
    context: &Context<'_>,
    shown: CeremonyShown,
    groups: Option<KitGroups>,
) -> Result<CeremonyDone, Failure> {
    context.printer.document(&document(&shown, groups.as_ref()));
    let id = shown.id.clone();
    drop((shown, groups)); // shown once
    let mut attempt = 1;
    loop {
        let Answer { code, kit_groups } = read_answer()?;
        let answers = CeremonyAnswers { id: id.clone(), code, kit_groups };
        match finish(context, &answers).await {
            Err(failure) if may_try_again(&failure) && attempt < ATTEMPTS => {
                context.printer.failure(&failure);
                attempt += 1;
            }
            ended => return ended,
        }
    }
}

fn document<'a>(shown: &'a CeremonyShown, groups: Option<&'a KitGroups>) -> Document<'a> {
    let kit = shown.kit.as_ref().zip(groups).map(|(kit, groups)| KitDocument {
        groups: &groups.groups,
        fingerprint: &kit.fingerprint,
        audit_fingerprint: kit.audit_fingerprint.as_deref(),
    });
    Document {
        id: &shown.id,
        totp: shown.totp.as_ref(),
        kit,
        codes: &shown.codes,
        asks_code: shown.asks_code,
        asks_kit_groups: &shown.asks_kit_groups,
    }
}

fn read_answer() -> Result<Answer, Failure> {
    let line = read_line(std::io::stdin())?.ok_or_else(|| {
        Failure::new(Code::Usage)
            .what("The input ended before the proof was given, so nothing was changed.")
            .remedy("Answer with one JSON line; see `signet help init`.")
    })?;
    // Exposed to be parsed. The parser's words may quote the line: they are dropped.
    serde_json::from_str(line.expose()).map_err(|_| {
        Failure::new(Code::Usage)
            .what("The answer is not the JSON line that was asked for.")
            .remedy("Answer like {\"code\":\"123456\",\"kit_groups\":[[3,\"ABCD\"],[7,\"EFGH\"]]}.")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_as_documented() {
        let text = r#"{"code":"123456","kit_groups":[[3,"ABCD"],[7,"EFGH"]]}"#;
        let answer: Answer = serde_json::from_str(text).unwrap();
        assert_eq!(answer.code.unwrap().expose(), "123456");
        assert_eq!((answer.kit_groups[1].0, answer.kit_groups[1].1.expose()), (7, "EFGH"));
        assert!(serde_json::from_str::<Answer>(r#"{"codes":"123456"}"#).is_err());
    }
}
