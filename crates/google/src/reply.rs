//! Replies of Google, read defensively.
