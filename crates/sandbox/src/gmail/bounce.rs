//! A message that comes back: the send was accepted, the delivery was not.

use super::commit::make_id;
use super::error::ApiError;
use super::receive::ReceiveError;
use super::start::Spool;
use crate::google::Google;
use crate::message::{Changes, MessageRecord};

/// Puts a notice about the message into its sender's inbox.
pub(crate) fn bounce(google: &Google, id: &str) -> Result<(), ReceiveError> {
    let record = google.mailbox.find(id).ok_or_else(ApiError::not_found)?;
    let new = make_id();
    let recipient = record.to.iter().chain(&record.cc).chain(&record.bcc).next().cloned().unwrap_or_default();
    let text = format!(
        "From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\r\nTo: {user}\r\nSubject: Delivery Status Notification (Failure)\r\nMessage-ID: <{new}@mx.google.com>\r\nIn-Reply-To: <{original}>\r\nReferences: <{original}>\r\nX-Failed-Recipients: {recipient}\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n\r\n** Address not found **\r\n\r\nYour message wasn't delivered to {recipient} because the address couldn't be found.\r\n\r\nThe response was:\r\n\r\n550 5.1.1 The email account that you tried to reach does not exist.\r\n",
        user = record.user,
        original = record.message_id,
    );
    let spool = Spool::new(google, &new);
    let mut incoming = spool.incoming()?;
    incoming.push(text.as_bytes())?;
    let notice = MessageRecord {
        number: 0,
        id: new.clone(),
        labels: vec!["INBOX".into(), "UNREAD".into()],
        time: google.now(),
        way: "bounce".into(),
        from: "mailer-daemon@googlemail.com".into(),
        from_uploaded: None,
        to: vec![record.user.clone()],
        cc: Vec::new(),
        bcc: Vec::new(),
        subject: "Delivery Status Notification (Failure)".into(),
        message_id: format!("{new}@mx.google.com"),
        bytes: incoming.length(),
        sha256: incoming.sha256(),
        findings: Vec::new(),
        thread_id: record.thread_id,
        user: record.user,
    };
    google.mailbox.deliver(incoming, &Changes::default(), notice)?;
    Ok(())
}
