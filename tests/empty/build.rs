//! Nothing to do, but with a build script there is a folder for what `generate_context!` writes. `tauri_build` would
//! insist on the isolation pattern, which Signet's window has and an empty one has not.

fn main() {}
