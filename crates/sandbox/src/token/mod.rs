//! The token endpoint: an assertion in, an access token out (RFC 7523).

mod access;
mod assertion;
mod error;
mod grant;
mod scopes;

pub(crate) use access::Access;
pub(crate) use assertion::Assertion;
pub(crate) use error::TokenError;
pub(crate) use grant::{Audience, grant};
