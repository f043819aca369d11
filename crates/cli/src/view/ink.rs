//! Few colours, and never as the only sign.

/// Colours text, or leaves it alone.
#[derive(Clone, Copy)]
pub(crate) struct Ink(bool);

impl Ink {
    /// On or off.
    pub(crate) const fn new(on: bool) -> Self {
        Self(on)
    }

    /// Whether it colours.
    pub(crate) const fn is_on(self) -> bool {
        self.0
    }

    pub(crate) fn bold(self, text: &str) -> String {
        self.wrap("1", text)
    }

    pub(crate) fn dim(self, text: &str) -> String {
        self.wrap("2", text)
    }

    pub(crate) fn red(self, text: &str) -> String {
        self.wrap("31", text)
    }

    pub(crate) fn green(self, text: &str) -> String {
        self.wrap("32", text)
    }

    pub(crate) fn yellow(self, text: &str) -> String {
        self.wrap("33", text)
    }

    /// Only ever the sandbox.
    pub(crate) fn violet(self, text: &str) -> String {
        self.wrap("35", text)
    }

    fn wrap(self, code: &str, text: &str) -> String {
        if self.0 { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}
