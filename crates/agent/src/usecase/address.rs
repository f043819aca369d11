//! `address.parse`: what people paste, read as sending reads it. Needs no vault.

use std::sync::Arc;

use signet_api::wire::{AddressText, AddressesParsed, ParsedAddress};
use signet_api::{AddressParse, Never};
use signet_core::{Code, Failure, Principal};
use signet_mail::{ListedAddress, parse_addresses};

use crate::agent::Agent;
use crate::message::address_failure;
use crate::router::{Events, Handle};

/// Longest text in bytes: far more addresses than one message takes.
const MOST: usize = 1024 * 1024;

impl Handle<AddressParse> for Agent {
    async fn handle(
        self: Arc<Self>,
        _: Principal,
        request: AddressText,
        _: Events<Never>,
    ) -> Result<AddressesParsed, Failure> {
        if request.text.len() > MOST {
            return Err(Failure::new(Code::Usage)
                .what("That is more text than a list of addresses can be.")
                .remedy("Paste the addresses only."));
        }
        let list = parse_addresses(&request.text);
        Ok(AddressesParsed { entries: list.entries.into_iter().map(view).collect(), merged: list.merged })
    }
}

fn view(entry: ListedAddress) -> ParsedAddress {
    match entry.mailbox {
        Ok(mailbox) => ParsedAddress {
            text: entry.text,
            name: mailbox.name.as_ref().map(ToString::to_string),
            address: Some(mailbox.address.to_string()),
            domain: Some(mailbox.address.domain().to_owned()),
            failure: None,
        },
        Err(error) => ParsedAddress {
            failure: Some(address_failure(error, &entry.text)),
            text: entry.text,
            name: None,
            address: None,
            domain: None,
        },
    }
}
