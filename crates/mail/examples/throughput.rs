//! How fast an attachment of 25 MB is surveyed and streamed: `cargo run --release --example throughput`.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation
)]

use std::io::{Read, Write};
use std::sync::Arc;
use std::time::Instant;

use signet_core::{ContentType, EmailAddress, FileName, HeaderText, Mailbox, UnixMillis};
use signet_mail::{Message, MessageId, Part, Stamp, compose, survey};

const SIZE: usize = 25 * 1024 * 1024;

fn main() {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(&(0..SIZE).map(|n| (n * 31 % 251) as u8).collect::<Vec<_>>()).unwrap();
    let from = Mailbox { name: None, address: EmailAddress::parse("a@example.org").unwrap() };
    let stamp = Stamp {
        date: UnixMillis(0),
        message_id: MessageId::derive([0; 16], &from.address),
        boundary_seed: [0; 16],
    };

    let start = Instant::now();
    let found = survey(&file).unwrap();
    println!("survey  {:7.0} MB/s", SIZE as f64 / start.elapsed().as_secs_f64() / 1e6);

    let message = Message {
        to: vec![from.clone()],
        from,
        cc: Vec::new(),
        bcc: Vec::new(),
        reply_to: Vec::new(),
        subject: HeaderText::default(),
        text: None,
        html: None,
    };
    let part = Part {
        name: FileName::parse("data.bin").unwrap(),
        content_type: ContentType::octet_stream(),
        content_id: None,
        source: Arc::new(file),
    };
    let composed = compose(&message, vec![(part, found)], &stamp).unwrap();
    let mut buffer = vec![0; 256 * 1024];
    let start = Instant::now();
    let mut reader = composed.reader(0);
    let mut total = 0;
    loop {
        match reader.read(&mut buffer).unwrap() {
            0 => break,
            count => total += count,
        }
    }
    assert_eq!(total as u64, composed.len());
    println!("stream  {:7.0} MB/s of attachment", SIZE as f64 / start.elapsed().as_secs_f64() / 1e6);
}
