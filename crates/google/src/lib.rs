//! Everything Signet says to Google: it reads service-account key files, gets access tokens, sends
//! mail through the Gmail API and asks for public certificates. Where it talks to is pinned per
//! profile ([`Endpoints`]); nothing in a key file or a reply can move it.

mod cancel;
mod certificate;
mod client;
mod clock;
mod endpoints;
pub mod fuzzing;
mod key_file;
mod reply;
mod send;
mod service_key;
mod token;

pub use cancel::Cancel;
pub use client::{Google, Proxy};
pub use clock::ClockOffset;
pub use endpoints::{Endpoints, EndpointsError};
pub use key_file::{KeyFile, KeyFileError};
pub use send::{Body, Interrupted, Jitter, Journal, Outcome, Pace, SessionUri, Sleeper, SystemPace, Watch};
pub use service_key::ServiceKey;
pub use token::{AccessToken, Freshness, Generation, KeyPort, LocalKey, TokenCache, TokenError, TokenSource};
