//! The body of the fuzz target `mime`, here so that an ordinary test replays its corpus.
