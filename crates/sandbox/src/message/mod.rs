//! A message on its way in: read once, checked as it passes, never held in memory whole.

mod envelope;
mod headers;
mod incoming;
mod lines;
mod record;

pub(crate) use envelope::{Envelope, EnvelopeError};
pub(crate) use headers::{Changes, fields, rewrite};
pub(crate) use incoming::Incoming;
pub use lines::Finding;
pub use record::MessageRecord;
