//! The window opens.

use signet_e2e::{Stage, Start};

#[test]
fn the_window_opens_and_shows_its_first_screen() {
    let mut stage = Stage::new();
    let window = stage.open(Start::Sandbox, "smoke");
    window.picture("first-screen");
    assert!(window.session().title().expect("a title").contains("Signet"));
    assert!(window.session().address().expect("an address").starts_with("tauri://localhost"));
}
