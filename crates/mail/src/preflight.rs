//! What can be known before anything is sent.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use signet_core::{Code, Failure, UnixMillis};

use crate::blocked::blocked_name;
use crate::compose::{ComposeError, MAX_ENCODED, lay_out};
use crate::file::placeholders;
use crate::{Message, MessageId, Part, Stamp, Survey};

/// Most recipients of one message, over To, Cc and Bcc.
pub const MAX_RECIPIENTS: usize = 500;
/// Over this many bytes before encoding, many mail systems refuse a message, among them Gmail's own window.
pub const LARGE_DECODED: u64 = 25 * 1024 * 1024;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// It can be sent.
    Warning,
    /// It is sent only if the user says so.
    Confirm,
    /// It cannot be sent.
    Error,
}

/// Gmail shows about this many bytes of HTML and hides the rest behind a link.
pub const HTML_SHOWN: usize = 102 * 1024;

/// What may be sent, but is often a mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Warning {
    /// No subject.
    EmptySubject,
    /// Neither text nor HTML.
    EmptyBody,
    /// An address appears more than once.
    DuplicateRecipient,
    /// An attachment has no bytes.
    EmptyAttachment,
    /// Attachments over [`LARGE_DECODED`].
    LargeAttachments,
    /// The HTML body has no link to an inline image.
    UnusedInlineImage,
    /// HTML over [`HTML_SHOWN`].
    HtmlClip,
    /// A variable in double braces that nobody filled in.
    UnfilledVariable,
}

/// One thing found by [`preflight`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How much it matters.
    pub severity: Severity,
    /// The error code; none for warnings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<Code>,
    /// The warning; none for errors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warning: Option<Warning>,
    /// One sentence for the user.
    pub what: String,
    /// One sentence: what to do.
    pub remedy: String,
    /// Facts such as `attachment`, `address` or `encoded_bytes`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub facts: BTreeMap<String, String>,
}

impl Finding {
    /// The failure of a send that this finding stops; none for warnings.
    pub fn failure(&self) -> Option<Failure> {
        let failure = Failure::new(self.code?).what(&self.what).remedy(&self.remedy);
        Some(self.facts.iter().fold(failure, |failure, (name, value)| failure.fact(name, value)))
    }

    fn stop(severity: Severity, failure: Failure) -> Self {
        let Failure { code, what, remedy, facts } = failure;
        Self { severity, code: Some(code), warning: None, what, remedy, facts }
    }

    fn warn(warning: Warning, what: impl Into<String>, remedy: &str) -> Self {
        let (what, remedy) = (what.into(), remedy.into());
        let (severity, code, facts) = (Severity::Warning, None, BTreeMap::new());
        Self { severity, code, warning: Some(warning), what, remedy, facts }
    }

    fn about(mut self, fact: &str, value: &str) -> Self {
        self.facts.insert(fact.into(), value.into());
        self
    }
}

/// Looks at a message before it is sent; the worst findings come first. Reads no more of the parts than
/// the directories of ZIP archives.
pub fn preflight(message: &Message, parts: &[(Part, Survey)]) -> Vec<Finding> {
    let mut findings = Vec::new();
    recipients(message, &mut findings);
    size(message, parts, &mut findings);
    content(message, &mut findings);
    for (part, survey) in parts {
        attachment(message, part, survey, &mut findings);
    }
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    findings
}

/// The exact number of bytes that [`crate::compose`] would lay out, whatever the limit. Reads nothing.
///
/// # Errors
/// [`ComposeError`].
pub fn encoded_len(message: &Message, parts: &[(Part, Survey)], stamp: &Stamp) -> Result<u64, ComposeError> {
    Ok(lay_out(message, parts.to_vec(), stamp)?.len())
}

fn recipients(message: &Message, findings: &mut Vec<Finding>) {
    let mut counts = BTreeMap::<String, usize>::new();
    for mailbox in message.recipients() {
        *counts.entry(mailbox.address.as_str().to_ascii_lowercase()).or_default() += 1;
    }
    if counts.is_empty() {
        findings.push(Finding::stop(Severity::Error, Failure::new(Code::NoRecipient)));
    }
    if counts.len() > MAX_RECIPIENTS {
        let failure = Failure::new(Code::TooManyRecipients).fact("recipients", counts.len());
        findings.push(Finding::stop(Severity::Error, failure));
    }
    for (address, _) in counts.iter().filter(|(_, count)| **count > 1) {
        let what = format!("{address} is a recipient more than once.");
        let remedy = "Gmail delivers one copy; remove the others if they were not meant.";
        findings.push(Finding::warn(Warning::DuplicateRecipient, what, remedy).about("address", address));
    }
}

fn size(message: &Message, parts: &[(Part, Survey)], findings: &mut Vec<Finding>) {
    match lay_out(message, parts.to_vec(), &longest_stamp(message)) {
        Ok(layout) if layout.len() > MAX_ENCODED => {
            let failure = Failure::new(Code::MessageTooLarge).fact("encoded_bytes", layout.len());
            findings.push(Finding::stop(Severity::Error, failure.fact("limit_bytes", MAX_ENCODED)));
        }
        Ok(_) => {}
        Err(error) => findings.push(Finding::stop(Severity::Error, error.failure())),
    }
    let decoded: u64 = parts.iter().map(|(_, survey)| survey.len).sum();
    if decoded > LARGE_DECODED {
        let what = "The attachments are over 25 MB together, which many mail systems refuse.";
        let remedy = "Share the largest by link if the message comes back.";
        let finding = Finding::warn(Warning::LargeAttachments, what, remedy);
        findings.push(finding.about("attachment_bytes", &decoded.to_string()));
    }
}

fn content(message: &Message, findings: &mut Vec<Finding>) {
    if message.subject.as_str().trim().is_empty() {
        let what = "The message has no subject.";
        findings.push(Finding::warn(Warning::EmptySubject, what, "Add one if it should have one."));
    }
    if message.text.iter().chain(&message.html).all(|body| body.trim().is_empty()) {
        let what = "The message has no text.";
        findings.push(Finding::warn(Warning::EmptyBody, what, "Add one if it should have one."));
    }
    if let Some(html) = message.html.as_ref().filter(|html| html.len() > HTML_SHOWN) {
        let what = "Gmail usually cuts HTML above about 102 KB and hides the end.";
        let finding = Finding::warn(Warning::HtmlClip, what, "Make the HTML shorter, or send it as a file.");
        findings.push(finding.about("html_bytes", &html.len().to_string()));
    }
    let texts = [Some(message.subject.as_str()), message.text.as_deref(), message.html.as_deref()];
    let names: BTreeSet<_> = texts.into_iter().flatten().flat_map(placeholders).collect();
    for name in names {
        let what = format!("{{{{{name}}}}} is a variable that is not filled in.");
        let finding = Finding::warn(Warning::UnfilledVariable, what, "Put in what should stand there.");
        findings.push(finding.about("variable", name));
    }
}

fn attachment(message: &Message, part: &Part, survey: &Survey, findings: &mut Vec<Finding>) {
    let name = part.name.as_str();
    if let Some(blocked) = blocked_name(name, &*part.source) {
        let what = if blocked == name {
            format!("Gmail blocks attachments of the type of {name}.")
        } else {
            format!("Gmail blocks {name}, because it holds {blocked}.")
        };
        let failure = Failure::new(Code::BlockedType).what(what).fact("attachment", name);
        findings.push(Finding::stop(Severity::Confirm, failure));
    }
    if survey.len == 0 {
        let what = format!("{name} is empty.");
        let finding = Finding::warn(Warning::EmptyAttachment, what, "Check that it is the file you meant.");
        findings.push(finding.about("attachment", name));
    }
    if let (Some(id), Some(html)) = (&part.content_id, &message.html)
        && !html.contains(&format!("cid:{}", id.as_str()))
    {
        let what = format!("The HTML text does not show the inline image {name}.");
        let finding = Finding::warn(Warning::UnusedInlineImage, what, "Refer to it as cid: and its id.");
        findings.push(finding.about("attachment", name));
    }
}

/// A stamp with the longest possible Date: the real message is as long, or one byte shorter in the first
/// days of a month.
fn longest_stamp(message: &Message) -> Stamp {
    Stamp {
        date: UnixMillis::from_seconds(15 * 86_400),
        message_id: MessageId::derive([0; 16], &message.from.address),
        boundary_seed: [0; 16],
    }
}
