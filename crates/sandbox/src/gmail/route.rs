//! The Gmail API's paths and methods.

use std::sync::Arc;

use hyper::body::{Body, Bytes};
use hyper::{HeaderMap, Method as Verb};
use serde_json::Value;

use super::access::authorise;
use super::commit::Purpose;
use super::error::ApiError;
use super::messages::Format;
use super::receive::ReceiveError;
use super::scopes::allows_bodies;
use super::{drafts, json_send, messages, settings, start};
use crate::google::Google;

/// A method of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    Send,
    DraftCreate,
    DraftUpdate,
    DraftSend,
    DraftFetch,
    DraftList,
    DraftDelete,
    Profile,
    SendAsList,
    SendAsFetch,
    MessageFetch,
    MessageList,
}

/// The method as Google's error details name it (`caribou.api.proto.MailboxService.…`).
pub(crate) fn method_name(method: Method) -> &'static str {
    match method {
        Method::Send => "SendMessage",
        Method::DraftCreate => "CreateDraft",
        Method::DraftUpdate => "UpdateDraft",
        Method::DraftSend => "SendDraft",
        Method::DraftFetch => "GetDraft",
        Method::DraftList => "ListDrafts",
        Method::DraftDelete => "DeleteDraft",
        Method::Profile => "GetProfile",
        Method::SendAsList => "ListSendAs",
        Method::SendAsFetch => "GetSendAs",
        Method::MessageFetch => "GetMessage",
        Method::MessageList => "ListMessages",
    }
}

/// One call: what is asked for, and how the message comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Call {
    /// The method.
    pub(crate) method: Method,
    /// The user in the path.
    pub(crate) user: String,
    /// The id in the path.
    id: String,
    /// How the message comes, on the upload paths.
    upload: Option<UploadType>,
    /// `format` in the query.
    format: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum UploadType {
    Media,
    Multipart,
    Resumable,
}

/// The reply to a call.
pub(crate) enum Answer {
    /// 200 with a resource; `null` is 204 without one.
    Resource(Value),
    /// 200 with the address of an upload: its id.
    Upload(String),
}

impl Call {
    /// The call that a request makes; `None` when the API has none such.
    pub(crate) fn parse(verb: &Verb, path: &str, query: &[(String, String)]) -> Option<Self> {
        let (upload, rest) =
            match path.strip_prefix("/resumable/upload").or_else(|| path.strip_prefix("/upload")) {
                Some(rest) => (true, rest),
                None => (false, path),
            };
        let mut parts = rest.strip_prefix("/gmail/v1/users/")?.split('/');
        let user = parts.next().map(decode)?;
        let rest: Vec<&str> = parts.collect();
        let (method, id) = match (verb.as_str(), rest.as_slice()) {
            ("POST", ["messages", "send"]) => (Method::Send, ""),
            ("POST", ["drafts"]) => (Method::DraftCreate, ""),
            ("POST", ["drafts", "send"]) if !upload => (Method::DraftSend, ""),
            ("PUT", ["drafts", id]) => (Method::DraftUpdate, *id),
            ("GET", ["drafts"]) => (Method::DraftList, ""),
            ("GET", ["drafts", id]) => (Method::DraftFetch, *id),
            ("DELETE", ["drafts", id]) => (Method::DraftDelete, *id),
            ("GET", ["profile"]) => (Method::Profile, ""),
            ("GET", ["settings", "sendAs"]) => (Method::SendAsList, ""),
            ("GET", ["settings", "sendAs", id]) => (Method::SendAsFetch, *id),
            ("GET", ["messages"]) => (Method::MessageList, ""),
            ("GET", ["messages", id]) => (Method::MessageFetch, *id),
            _ => return None,
        };
        let given = |name: &str| query.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone());
        let upload = if upload {
            Some(match given("uploadType").as_deref() {
                Some("media") => UploadType::Media,
                Some("multipart") => UploadType::Multipart,
                Some("resumable") => UploadType::Resumable,
                _ => return None,
            })
        } else {
            None
        };
        Some(Self { method, user, id: decode(id), upload, format: given("format") })
    }

    /// Whether it is the start of a send.
    pub(crate) fn is_send(&self) -> bool {
        matches!(self.method, Method::Send | Method::DraftSend)
    }
}

/// Carries a call out.
pub(crate) async fn answer<B>(
    google: &Arc<Google>,
    call: Call,
    headers: &HeaderMap,
    body: &mut B,
) -> Result<Answer, ReceiveError>
where
    B: Body<Data = Bytes> + Unpin,
{
    let (user, access) = authorise(google, headers, &call.user, call.method)?;
    let purpose = match call.method {
        Method::Send => Purpose::Send,
        Method::DraftCreate => Purpose::DraftCreate,
        Method::DraftUpdate => Purpose::DraftUpdate(call.id),
        _ => return read(google, &user, &access.scopes, call, body).await.map(Answer::Resource),
    };
    let resource = match call.upload {
        None => json_send::send(google, user, purpose, body).await?,
        Some(UploadType::Media) => start::media(google, user, purpose, headers, body).await?,
        Some(UploadType::Multipart) => start::related(google, user, purpose, headers, body).await?,
        Some(UploadType::Resumable) => {
            return start::resumable(google, user, purpose, headers, body).await.map(Answer::Upload);
        }
    };
    Ok(Answer::Resource(resource))
}

async fn read<B>(
    google: &Arc<Google>,
    user: &str,
    scopes: &[String],
    call: Call,
    body: &mut B,
) -> Result<Value, ReceiveError>
where
    B: Body<Data = Bytes> + Unpin,
{
    let format = Format::parse(call.format.as_deref())?;
    match call.method {
        Method::DraftSend => drafts::send(google, user, body).await,
        Method::DraftList => drafts::list(google, user),
        Method::DraftFetch => drafts::fetch(google, user, &call.id, format),
        Method::DraftDelete => drafts::delete(google, user, &call.id),
        Method::MessageList => Ok(messages::list(google, user)),
        Method::MessageFetch => {
            if format == Format::Raw && !allows_bodies(scopes) {
                return Err(ApiError::insufficient_scope(method_name(call.method)).into());
            }
            messages::fetch(google, user, &call.id, format)
        }
        Method::SendAsList => Ok(settings::send_as(google, user)),
        Method::SendAsFetch => Ok(settings::send_as_one(google, user, &call.id)?),
        // The methods that take a message were answered before.
        Method::Profile | Method::Send | Method::DraftCreate | Method::DraftUpdate => {
            Ok(settings::profile(google, user))
        }
    }
}

/// A part of a path without its percent signs.
fn decode(part: &str) -> String {
    url::form_urlencoded::parse(format!("p={}", part.replace('+', "%2B")).as_bytes())
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_upload_paths_and_escaped_users_are_understood() {
        let query = vec![("uploadType".to_owned(), "resumable".to_owned())];
        for prefix in ["/upload", "/resumable/upload"] {
            let path = format!("{prefix}/gmail/v1/users/mia%2Bx%40example.com/messages/send");
            let call = Call::parse(&Verb::POST, &path, &query).unwrap();
            assert_eq!((call.method, call.user.as_str()), (Method::Send, "mia+x@example.com"));
            assert_eq!(call.upload, Some(UploadType::Resumable));
        }
        let call = Call::parse(&Verb::POST, "/gmail/v1/users/a+b@x.y/messages/send", &[]).unwrap();
        assert_eq!((call.user.as_str(), call.upload), ("a+b@x.y", None));
        assert_eq!(Call::parse(&Verb::POST, "/upload/gmail/v1/users/me/messages/send", &[]), None);
        assert_eq!(Call::parse(&Verb::GET, "/gmail/v1/users/me/messages/send/x", &[]), None);
    }
}
