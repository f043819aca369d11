//! OAuth scopes that Signet asks for.

/// An OAuth 2 scope that Signet may ask for. There is one, on purpose: the narrowest that sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// Send mail, and nothing else (Gmail API v1, `users.messages.send`).
    GmailSend,
}

impl Scope {
    /// The scope as Google spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::GmailSend => "https://www.googleapis.com/auth/gmail.send",
        }
    }
}
