//! A window with nothing in it: the yardstick for how fast Signet's is ready (`scripts/package-test`).

fn main() -> tauri::Result<()> {
    tauri::Builder::default().run(tauri::generate_context!("examples/empty/tauri.conf.json"))
}
