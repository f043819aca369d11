//! The Gmail API v1, as far as sending needs it.

mod access;
mod bounce;
mod chunk;
mod commit;
mod drafts;
mod error;
mod json_send;
mod messages;
mod multipart;
mod receive;
mod route;
mod scopes;
mod settings;
mod start;

pub(crate) use access::caller;
pub(crate) use bounce::bounce;
pub(crate) use chunk::{ChunkFault, ChunkReply, chunk, is_last};
pub(crate) use commit::Purpose;
pub(crate) use error::{ApiError, ErrorContext};
pub(crate) use receive::{ReceiveError, small};
pub(crate) use route::{Answer, Call, answer, method_name};
