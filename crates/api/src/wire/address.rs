//! `address.parse`.

use serde::{Deserialize, Serialize};
use signet_core::Failure;

/// Addresses as people paste them: separated by commas, semicolons or lines, with or without names.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct AddressText {
    /// The text.
    pub text: String,
}

/// What was in the text.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct AddressesParsed {
    /// Those to check first, then the good ones in their order; each address once.
    pub entries: Vec<ParsedAddress>,
    /// How many were there more than once and have been merged.
    pub merged: usize,
}

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ParsedAddress {
    /// As a draft holds it: `Name <local@domain>` or the bare address; as written where it is none.
    pub text: String,
    /// The name, if one was given.
    pub name: Option<String>,
    /// The address, if it is one.
    pub address: Option<String>,
    /// Its domain, lower case.
    pub domain: Option<String>,
    /// Why it cannot be sent to.
    pub failure: Option<Failure>,
}
