//! A window with nothing in it: the yardstick for how fast Signet's is ready, and the proof that a driver would get
//! into a window that lets it (`scripts/package-test`).

fn main() -> tauri::Result<()> {
    tauri::Builder::default().run(tauri::generate_context!())
}
