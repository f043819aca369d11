//! One fault script.

use serde::{Deserialize, Serialize};
use signet_core::UnixMillis;

use super::effect;

/// Where in a conversation a fault strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum At {
    /// The token endpoint.
    Token,
    /// The public certificates.
    Certs,
    /// The first request of a send: JSON, media, multipart, or the start of a resumable upload.
    Start,
    /// A request that carries bytes of a resumable upload.
    Chunk,
    /// The request that carries its last bytes.
    LastChunk,
    /// A status query of a resumable upload.
    Status,
    /// Any other call of the Gmail API.
    Read,
}

impl At {
    /// Every place, for help texts.
    pub const ALL: [Self; 7] =
        [Self::Token, Self::Certs, Self::Start, Self::Chunk, Self::LastChunk, Self::Status, Self::Read];

    /// As it is written.
    pub fn text(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Certs => "certs",
            Self::Start => "start",
            Self::Chunk => "chunk",
            Self::LastChunk => "last-chunk",
            Self::Status => "status",
            Self::Read => "read",
        }
    }

    /// A place as it is written.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|at| at.text() == text)
    }

    /// Whether a fault set for `self` strikes at `place`.
    fn covers(self, place: Self) -> bool {
        self == place || (self == Self::Chunk && place == Self::LastChunk)
    }
}

/// The name of a fault: one of a fixed table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FaultName(&'static str);

impl FaultName {
    /// The fault with that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::all().map(|(name, _, _)| name).find(|name| name.0 == text)
    }

    /// All names, each with where it strikes unless told otherwise and what it does.
    pub fn all() -> impl Iterator<Item = (Self, At, &'static str)> {
        effect::rows().map(|row| (Self(row.name), row.at, row.what))
    }

    /// The name.
    pub fn as_str(self) -> &'static str {
        self.0
    }
}

impl Serialize for FaultName {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

impl<'de> Deserialize<'de> for FaultName {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("no fault has the name {text}")))
    }
}

/// A fault to add.
#[expect(clippy::struct_excessive_bools, reason = "independent switches, each off unless asked for")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewFault {
    /// What happens.
    pub name: FaultName,
    /// Where; `None` is the place that the table gives.
    #[serde(default)]
    pub at: Option<At>,
    /// For whom; `None` is everybody.
    #[serde(default)]
    pub user: Option<String>,
    /// How many matching requests pass before the first one is struck.
    #[serde(default)]
    pub skip: u32,
    /// How many are struck; `None` is all of them.
    #[serde(default)]
    pub times: Option<u32>,
    /// From when on, by the sandbox's clock.
    #[serde(default)]
    pub from: Option<UnixMillis>,
    /// Until when.
    #[serde(default)]
    pub until: Option<UnixMillis>,
    /// Seconds for a `Retry-After` header, and for the time in messages that name one.
    #[serde(default)]
    pub retry_after: Option<u32>,
    /// Whether the `Retry-After` header is left out even so.
    #[serde(default)]
    pub no_retry_header: bool,
    /// Whether the body is a page of HTML in place of JSON.
    #[serde(default)]
    pub html: bool,
    /// Whether the body is compressed.
    #[serde(default)]
    pub gzip: bool,
    /// Whether the JSON lacks its `errors` list.
    #[serde(default)]
    pub no_errors: bool,
    /// Bytes that `keep-fewer` keeps of a chunk; milliseconds that slow replies take; bytes that a slow upload
    /// takes each second.
    #[serde(default)]
    pub amount: Option<u64>,
}

impl NewFault {
    /// A fault that strikes once at its usual place.
    pub fn once(name: FaultName) -> Self {
        Self {
            name,
            at: None,
            user: None,
            skip: 0,
            times: Some(1),
            from: None,
            until: None,
            retry_after: None,
            no_retry_header: false,
            html: false,
            gzip: false,
            no_errors: false,
            amount: None,
        }
    }
}

/// A fault that is set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Its number.
    pub id: u64,
    /// Where it strikes.
    pub place: At,
    /// How many matching requests still pass.
    pub skip: u32,
    /// How many it still strikes; `None` is all.
    pub times: Option<u32>,
    /// What was asked for.
    #[serde(rename = "fault")]
    pub script: NewFault,
}

impl Fault {
    pub(crate) fn new(id: u64, script: NewFault) -> Self {
        let place = script.at.unwrap_or_else(|| effect::named(script.name).at);
        Self { id, place, skip: script.skip, times: script.times, script }
    }

    /// A copy when it strikes this request; counts either way.
    pub(crate) fn strike(&mut self, at: At, user: Option<&str>, now: UnixMillis) -> Option<Self> {
        let script = &self.script;
        let matches = self.place.covers(at)
            && script.from.is_none_or(|from| from <= now)
            && script.until.is_none_or(|until| now < until)
            && script
                .user
                .as_deref()
                .is_none_or(|want| user.is_some_and(|user| user.eq_ignore_ascii_case(want)));
        if !matches || self.times == Some(0) {
            return None;
        }
        if self.skip > 0 {
            self.skip -= 1;
            return None;
        }
        if let Some(times) = &mut self.times {
            *times -= 1;
        }
        Some(self.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(name: &str) -> NewFault {
        NewFault::once(FaultName::parse(name).unwrap())
    }

    #[test]
    fn names_are_distinct_and_survive_json() {
        let names: Vec<_> = FaultName::all().map(|(name, ..)| name.as_str()).collect();
        let mut sorted = names.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(sorted.len(), names.len());
        for name in names {
            let json = serde_json::to_string(&fault(name)).unwrap();
            assert_eq!(serde_json::from_str::<NewFault>(&json).unwrap().name.as_str(), name);
        }
    }

    #[test]
    fn counts_skips_users_and_times_are_kept() {
        let (a, b) = (Some("a@x.y"), Some("b@x.y"));
        let mut two = Fault::new(
            1,
            NewFault { skip: 1, times: Some(2), user: a.map(Into::into), ..fault("backend-error") },
        );
        let mut struck = |user, now| two.strike(At::Start, user, UnixMillis(now)).is_some();
        assert_eq!(
            [struck(b, 0), struck(a, 0), struck(a, 0), struck(b, 0), struck(a, 0), struck(a, 0)],
            [false, false, true, false, true, false]
        );
        let script = NewFault {
            from: Some(UnixMillis(10)),
            until: Some(UnixMillis(20)),
            times: None,
            ..fault("backend-error")
        };
        let mut timed = Fault::new(1, script);
        let struck = [9, 10, 19, 20].map(|now| timed.strike(At::Start, None, UnixMillis(now)).is_some());
        assert_eq!(struck, [false, true, true, false]);
    }

    #[test]
    fn a_chunk_fault_also_strikes_the_last_chunk_but_not_the_other_way() {
        assert!(At::Chunk.covers(At::LastChunk) && !At::LastChunk.covers(At::Chunk));
    }
}
