//! Who a message is from and to, read from its header block (the Gmail API has no other envelope).

use mail_parser::{Address, HeaderName, HeaderValue, Message, MessageParser};

/// Recipients that the Gmail API takes in one message.
const MOST_RECIPIENTS: usize = 500;

/// Why Gmail would not take the message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum EnvelopeError {
    #[error("Recipient address required")]
    NoRecipient,
    #[error("Invalid {0} header")]
    InvalidHeader(&'static str),
    #[error("Too many recipients")]
    TooManyRecipients,
}

/// The addresses and what identifies the message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Envelope {
    pub(crate) from: Option<String>,
    pub(crate) to: Vec<String>,
    pub(crate) cc: Vec<String>,
    pub(crate) bcc: Vec<String>,
    pub(crate) reply_to: Vec<String>,
    pub(crate) subject: String,
    pub(crate) message_id: Option<String>,
    pub(crate) has_date: bool,
    /// Message ids named in `References` and `In-Reply-To`.
    pub(crate) references: Vec<String>,
}

impl Envelope {
    /// Reads a header block. A draft may lack recipients; a message to send may not.
    pub(crate) fn read(block: &[u8]) -> Result<Self, EnvelopeError> {
        let Some(message) = MessageParser::default().parse_headers(block) else { return Ok(Self::default()) };
        let envelope = Self {
            from: addresses(&message, HeaderName::From, "From")?.into_iter().next(),
            to: addresses(&message, HeaderName::To, "To")?,
            cc: addresses(&message, HeaderName::Cc, "Cc")?,
            bcc: addresses(&message, HeaderName::Bcc, "Bcc")?,
            reply_to: addresses(&message, HeaderName::ReplyTo, "Reply-To")?,
            subject: message.subject().unwrap_or_default().to_owned(),
            message_id: message.message_id().map(str::to_owned),
            has_date: message.date().is_some(),
            references: [message.references(), message.in_reply_to()]
                .into_iter()
                .flat_map(|value| value.as_text_list().unwrap_or_default())
                .map(ToString::to_string)
                .collect(),
        };
        Ok(envelope)
    }

    /// The same, and the message can be sent.
    pub(crate) fn read_to_send(block: &[u8]) -> Result<Self, EnvelopeError> {
        let envelope = Self::read(block)?;
        match envelope.recipients().count() {
            0 => Err(EnvelopeError::NoRecipient),
            n if n > MOST_RECIPIENTS => Err(EnvelopeError::TooManyRecipients),
            _ => Ok(envelope),
        }
    }

    /// Everybody who gets it.
    pub(crate) fn recipients(&self) -> impl Iterator<Item = &str> {
        self.to.iter().chain(&self.cc).chain(&self.bcc).map(String::as_str)
    }
}

fn addresses(
    message: &Message<'_>,
    name: HeaderName<'static>,
    label: &'static str,
) -> Result<Vec<String>, EnvelopeError> {
    let mut found = Vec::new();
    for value in message.header_values(name) {
        let HeaderValue::Address(list) = value else { continue };
        // A group may be empty ("undisclosed-recipients:;"); an address may not.
        let empty_group =
            matches!(list, Address::Group(groups) if groups.iter().all(|g| g.addresses.is_empty()));
        for addr in list.iter() {
            let address = addr.address.as_deref().unwrap_or_default();
            if !is_address(address) {
                return Err(EnvelopeError::InvalidHeader(label));
            }
            found.push(address.to_owned());
        }
        if found.is_empty() && !empty_group {
            return Err(EnvelopeError::InvalidHeader(label));
        }
    }
    Ok(found)
}

/// Loose on purpose: what Gmail makes of unusual addresses is not ours to decide.
fn is_address(text: &str) -> bool {
    text.rsplit_once('@').is_some_and(|(local, domain)| {
        !local.is_empty() && !domain.is_empty() && !domain.contains(char::is_whitespace)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recipients_come_from_to_cc_and_bcc() {
        let block = b"From: Mia <mia@x.y>\r\nTo: a@x.y, \"B, b\" <b@x.y>\r\nCc: c@x.y\r\nBcc: d@x.y\r\n\
            Subject: =?UTF-8?B?R3LDvMOfZQ==?=\r\nMessage-ID: <1@x>\r\nDate: Sun, 22 Nov 2026 20:00:00 +0000\r\n\r\n";
        let envelope = Envelope::read_to_send(block).unwrap();
        assert_eq!(envelope.recipients().collect::<Vec<_>>(), ["a@x.y", "b@x.y", "c@x.y", "d@x.y"]);
        assert_eq!(envelope.from.as_deref(), Some("mia@x.y"));
        assert_eq!(envelope.subject, "Grüße");
        assert_eq!(envelope.message_id.as_deref(), Some("1@x"));
        assert!(envelope.has_date);
    }

    #[test]
    fn what_cannot_be_sent_is_named() {
        let read = |block: &str| Envelope::read_to_send(block.as_bytes());
        assert_eq!(read("Subject: s\r\n\r\n"), Err(EnvelopeError::NoRecipient));
        assert_eq!(read("aGVsbG8=\r\n"), Err(EnvelopeError::NoRecipient));
        assert_eq!(read("To: nobody\r\n\r\n"), Err(EnvelopeError::InvalidHeader("To")));
        let many: Vec<String> = (0..501).map(|n| format!("u{n}@x.y")).collect();
        let block = format!("To: {}\r\n\r\n", many.join(",\r\n "));
        assert_eq!(read(&block), Err(EnvelopeError::TooManyRecipients));
        let block = format!("To: {}\r\n\r\n", many[1..].join(",\r\n "));
        assert_eq!(read(&block).unwrap().to.len(), 500);
    }
}
