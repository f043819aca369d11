//! Embeds the built window and names the commands that a page may call.

fn main() {
    let commands = tauri_build::AppManifest::new().commands(&["call", "cancel"]);
    if let Err(error) = tauri_build::try_build(tauri_build::Attributes::new().app_manifest(commands)) {
        println!("cargo:warning={error:#}");
        std::process::exit(1);
    }
}
