//! The formats, as somebody outside sees them.

mod pinned;
