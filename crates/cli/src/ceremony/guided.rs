//! The conversation with a person: kit, codes, phone; the phone last, so that its code is fresh.

use std::fmt::Write;

use signet_api::wire::{
    CeremonyAnswers, CeremonyDone, CeremonyShown, KitGroups, KitShown, TotpShown, WireSecret,
};
use signet_core::{Code, Failure};

use super::{finish, may_try_again, same_group};
use crate::context::Context;
use crate::prompt;
use crate::view::{View, qr};

/// Shows each secret on a screen of its own and asks for the proofs.
pub(super) async fn converse(
    context: &Context<'_>,
    shown: CeremonyShown,
    groups: Option<KitGroups>,
) -> Result<CeremonyDone, Failure> {
    let view = context.printer.side();
    let mut kit_groups = Vec::new();
    if let (Some(kit), Some(groups)) = (&shown.kit, groups) {
        screen(&kit_text(kit, &groups, context.sandbox(), &view));
        prompt::line("Press Enter when it is written down or printed")?;
        prompt::clear_screen();
        kit_groups = ask_groups(&groups, &shown.asks_kit_groups)?;
        prompt::clear_screen();
    }
    if !shown.codes.is_empty() {
        screen(&codes_text(&shown.codes, &view));
        prompt::line("Press Enter when they are written down")?;
        prompt::clear_screen();
    }
    if let Some(totp) = &shown.totp {
        screen(&totp_text(totp, &view));
    }
    let done = prove(context, &shown, kit_groups).await;
    prompt::clear_screen();
    done
}

async fn prove(
    context: &Context<'_>,
    shown: &CeremonyShown,
    kit_groups: Vec<(usize, WireSecret)>,
) -> Result<CeremonyDone, Failure> {
    let mut answers = CeremonyAnswers { id: shown.id.clone(), code: None, kit_groups };
    loop {
        if shown.asks_code {
            answers.code = Some(prompt::line("Code that the app shows now")?);
        }
        match finish(context, &answers).await {
            Err(failure) if shown.asks_code && may_try_again(&failure) => {
                // The groups were compared before, so the code is what is wrong.
                let said = if failure.code == Code::ProofFailed {
                    "That is not the app's code. Check that the phone's clock is right, and type the next one."
                        .into()
                } else {
                    format!("{} {}", failure.what, failure.remedy)
                };
                context.printer.note(|view| format!("{} {said}", view.ink.red("✗")));
            }
            ended => return ended,
        }
    }
}

/// Asks for each group until it is right: the kit was shown a moment ago.
fn ask_groups(kit: &KitGroups, asked: &[usize]) -> Result<Vec<(usize, WireSecret)>, Failure> {
    let mut typed = Vec::new();
    for &number in asked {
        let Some(group) = number.checked_sub(1).and_then(|index| kit.groups.get(index)) else {
            return Err(Failure::new(Code::Internal));
        };
        let mut prompt = format!("Group {number} of the kit");
        loop {
            let answer = prompt::line(&prompt)?;
            // Both exposed to be compared; what is typed back was on this screen before.
            if same_group(answer.expose(), group.expose()) {
                typed.push((number, answer));
                break;
            }
            prompt = format!("That is not what the kit says. Group {number} again");
        }
    }
    Ok(typed)
}

fn screen(text: &str) {
    prompt::clear_screen();
    prompt::say(text);
    prompt::say("\n\n");
}

/// The kit is exposed here to be written down, once.
fn kit_text(kit: &KitShown, groups: &KitGroups, sandbox: bool, view: &View) -> String {
    let ink = view.ink;
    let mut text = format!("{}\n\n", ink.bold("Your recovery kit"));
    text.push_str("It opens the vault when everything else is gone, and it opens every backup.\n");
    text.push_str("Write it down or print it, and keep it away from this computer.\n\n");
    for (index, group) in groups.groups.iter().enumerate() {
        let end = if index % 3 == 2 { "\n" } else { "   " };
        let _ = write!(text, "  {} {}{end}", ink.dim(&format!("{}.", index + 1)), ink.bold(group.expose()));
    }
    let profile = if sandbox { "sandbox" } else { "production" };
    let _ = write!(text, "\n  Signet, {profile} vault, {}\n", view.moment.today());
    let _ = write!(text, "  Fingerprint of this kit: {}", kit.fingerprint);
    if let Some(audit) = &kit.audit_fingerprint {
        let _ = write!(text, "\n  Fingerprint of the audit log: {audit}");
    }
    text
}

/// The codes are exposed here to be written down, once.
fn codes_text(codes: &[WireSecret], view: &View) -> String {
    let mut text = format!("{}\n\n", view.ink.bold("Your recovery codes"));
    text.push_str("Each stands in for the phone once, together with the passphrase.\n");
    text.push_str("Once you have finished, no earlier code works any more.\n\n");
    for (index, code) in codes.iter().enumerate() {
        let end = if index % 2 == 1 { "\n" } else { "      " };
        let _ = write!(text, "  {}{end}", view.ink.bold(code.expose()));
    }
    text
}

/// The seed is exposed here to be scanned or typed into the app, once.
fn totp_text(totp: &TotpShown, view: &View) -> String {
    let mut text = format!("{}\n\n", view.ink.bold("Your phone"));
    text.push_str("Scan this with an authenticator app:\n\n");
    for line in qr::lines(totp.uri.expose(), view.ink.is_on()).unwrap_or_default() {
        let _ = writeln!(text, "  {line}");
    }
    let grouped: Vec<char> = totp.secret.expose().chars().collect();
    let grouped =
        grouped.chunks(4).map(|chunk| chunk.iter().collect::<String>()).collect::<Vec<_>>().join(" ");
    let _ = write!(text, "\nOr type it in: {}", view.ink.bold(&grouped));
    text.push_str("\n(time based, 6 digits, 30 seconds, SHA-1)");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets(texts: &[&str]) -> Vec<WireSecret> {
        texts.iter().map(|text| WireSecret::new((*text).into())).collect()
    }

    #[test]
    fn what_is_to_be_kept_reads_well() {
        let view = View::fixed();
        let groups = ["AAAA", "BBBB", "CCCC", "DDDD", "EEEE", "FFFF", "GGGG", "HHHH", "JJJJ"];
        let groups = KitGroups { groups: secrets(&groups) };
        let kit =
            KitShown { count: 9, fingerprint: "1a2b 3c4d".into(), audit_fingerprint: Some("5e6f".into()) };
        insta::assert_snapshot!(kit_text(&kit, &groups, false, &view));
        insta::assert_snapshot!(codes_text(&secrets(&["AAAAA-BBBBB", "CCCCC-DDDDD", "EEEEE-FFFFF"]), &view));
        let uri = WireSecret::new("otpauth://totp/Signet?secret=JBSWY3DPEHPK3PXP".into());
        let totp = TotpShown { uri, secret: WireSecret::new("JBSWY3DPEHPK3PXP".into()) };
        insta::assert_snapshot!(totp_text(&totp, &view));
    }
}
