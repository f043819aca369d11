//! Replies of Google, read defensively: whatever the status says, the body may be JSON, HTML or nothing.

use std::time::{Duration, UNIX_EPOCH};

use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};
use serde_json::Value;
use signet_core::{Code, Failure, Profile, UnixMillis};
use zeroize::Zeroizing;

/// The most of a reply that is kept. Google's are a few hundred bytes.
const MAX_BODY: usize = 256 * 1024;

/// A reply that has been read to its end.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    /// May hold an access token, so it is wiped.
    body: Zeroizing<Vec<u8>>,
}

impl Reply {
    /// Reads a response; a body over 256 KiB is cut.
    pub(crate) async fn read(mut response: reqwest::Response) -> Result<Self, reqwest::Error> {
        let mut body = Zeroizing::new(Vec::new());
        while let Some(chunk) = response.chunk().await? {
            let room = MAX_BODY - body.len();
            body.extend_from_slice(&chunk[..chunk.len().min(room)]);
            if body.len() == MAX_BODY {
                break;
            }
        }
        Ok(Self { status: response.status().as_u16(), headers: std::mem::take(response.headers_mut()), body })
    }

    pub(crate) fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// Whether it has no body.
    pub(crate) fn is_empty(&self) -> bool {
        self.body.is_empty()
    }

    /// The text of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The `Date` header.
    pub(crate) fn date(&self) -> Option<UnixMillis> {
        let date = httpdate::parse_http_date(self.header(DATE.as_str())?).ok()?;
        let since = date.duration_since(UNIX_EPOCH).ok()?;
        u64::try_from(since.as_millis()).ok().map(UnixMillis)
    }

    /// The `Retry-After` header (RFC 9110, 10.2.3): seconds or a date, which is measured from `now`.
    pub(crate) fn retry_after(&self, now: UnixMillis) -> Option<Duration> {
        let text = self.header(RETRY_AFTER.as_str())?.trim();
        if let Ok(seconds) = text.parse() {
            return Some(Duration::from_secs(seconds));
        }
        let then = httpdate::parse_http_date(text).ok()?;
        let now = UNIX_EPOCH + Duration::from_millis(now.0);
        Some(then.duration_since(now).unwrap_or_default())
    }
}

/// Words of Google as a fact: one line, at most 300 characters.
pub(crate) fn words(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(300).collect::<String>().trim().to_owned()
}

/// A request that got no reply. The reason goes into the facts without the address, which may be secret.
pub(crate) fn unreachable(error: reqwest::Error, profile: Profile) -> Failure {
    let refused = error.is_connect();
    let code = match profile {
        Profile::Sandbox if refused => Code::SandboxAway,
        _ => Code::Network,
    };
    Failure::new(code).fact("detail", detail(error))
}

/// The innermost cause: "connection refused" says more than "error sending request".
fn detail(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut innermost: &dyn std::error::Error = &error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    words(&innermost.to_string())
}

#[cfg(test)]
impl Reply {
    /// A reply for tests.
    pub(crate) fn fake(status: u16, headers: &[(&'static str, &str)], body: &str) -> Self {
        let headers = headers
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect::<HeaderMap>();
        Self { status, headers, body: Zeroizing::new(body.as_bytes().to_vec()) }
    }
}
