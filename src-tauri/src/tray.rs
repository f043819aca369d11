//! The icon in the status area, where there is one.

use serde_json::{Value, json};
use signet_bridge::Bridge;
use tauri::image::Image;
use tauri::menu::{Menu, MenuEvent, MenuItem, PredefinedMenuItem};
use tauri::tray::TrayIconBuilder;
use tauri::{AppHandle, Manager, Wry};

use crate::page;

const ICON: &[u8] = include_bytes!("../../icons/tray/signet.png");

const OPEN: &str = "open";
const COMPOSE: &str = "compose";
const LOCK: &str = "lock";
const QUIT: &str = "quit";

/// The entry that is there only while there is something to lock.
struct LockItem(MenuItem<Wry>);

/// Whether a status area answers on the session bus. Without one, an icon would be shown nowhere.
pub(crate) fn is_there() -> bool {
    #[cfg(target_os = "linux")]
    return tauri::async_runtime::block_on(watcher::answers());
    #[cfg(not(target_os = "linux"))]
    true
}

/// Puts the icon there and keeps its menu true.
pub(crate) fn open(app: &AppHandle, bridge: &Bridge) -> tauri::Result<()> {
    let words = Words::of(&language(bridge));
    // An icon without a menu is dropped by some desktops, and clicks on it are no event on others: the
    // first entry of the menu opens the window.
    let open = MenuItem::with_id(app, OPEN, words.open, true, None::<&str>)?;
    let compose = MenuItem::with_id(app, COMPOSE, words.compose, true, None::<&str>)?;
    let lock = MenuItem::with_id(app, LOCK, words.lock, false, None::<&str>)?;
    let quit = MenuItem::with_id(app, QUIT, words.quit, true, None::<&str>)?;
    let line = PredefinedMenuItem::separator(app)?;
    let menu = Menu::with_items(app, &[&open, &compose, &lock, &line, &quit])?;
    TrayIconBuilder::with_id("signet")
        .icon(Image::from_bytes(ICON)?)
        .tooltip("Signet")
        .menu(&menu)
        .on_menu_event(chosen)
        .build(app)?;
    app.manage(LockItem(lock));
    Ok(())
}

/// Whether closing the window leaves Signet in the tray: there is one, and the person wants it.
pub(crate) fn keeps_running(app: &AppHandle, bridge: &Bridge) -> bool {
    app.try_state::<LockItem>().is_some() && bridge.prefs().close_to_tray
}

/// Follows the vault by what the page hears: there is something to lock only while it is open.
pub(crate) fn follow(app: &AppHandle, event: &Value) {
    let open = match event["event"].as_str() {
        Some("status") => event["status"]["vault"]["state"] == "unlocked",
        Some("away") => false,
        _ => return,
    };
    if let Some(LockItem(item)) = app.try_state::<LockItem>().as_deref() {
        // Fails only when the program is ending.
        let _ = item.set_enabled(open);
    }
}

/// What the menu says.
pub(crate) struct Words {
    open: &'static str,
    compose: &'static str,
    lock: &'static str,
    quit: &'static str,
}

impl Words {
    /// In the language of a locale: `de-AT`.
    pub(crate) fn of(locale: &str) -> Self {
        if locale == "de" || locale.starts_with("de-") {
            Self { open: "Signet öffnen", compose: "Neue Nachricht", lock: "Sperren", quit: "Beenden" }
        } else {
            Self { open: "Open Signet", compose: "New message", lock: "Lock", quit: "Quit" }
        }
    }
}

fn chosen(app: &AppHandle, event: MenuEvent) {
    let Some(bridge) = app.try_state::<Bridge>() else { return };
    match event.id().as_ref() {
        OPEN => page::raise(app),
        COMPOSE => {
            page::raise(app);
            bridge.go("compose");
        }
        LOCK => {
            let bridge = bridge.inner().clone();
            tauri::async_runtime::spawn(async move {
                // The page shows the vault's state, whichever way this ends.
                let _ = bridge.call("lock", json!({}), |_| ()).await;
            });
        }
        QUIT => page::leave(app),
        _ => {}
    }
}

fn language(bridge: &Bridge) -> String {
    let facts = bridge.facts();
    if facts.prefs.language == "system" { facts.locale } else { facts.prefs.language }
}

#[cfg(target_os = "linux")]
mod watcher {
    use std::time::Duration;

    const NAME: &str = "org.kde.StatusNotifierWatcher";
    /// A bus that does not answer is as good as none; the window is waiting.
    const PATIENCE: Duration = Duration::from_millis(300);

    pub(super) async fn answers() -> bool {
        tokio::time::timeout(PATIENCE, ask()).await.is_ok_and(|asked| asked.unwrap_or(false))
    }

    async fn ask() -> zbus::Result<bool> {
        let bus = zbus::Connection::session().await?;
        let bus = zbus::fdo::DBusProxy::new(&bus).await?;
        Ok(bus.name_has_owner(NAME.try_into()?).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_menu_speaks_the_desktops_language() {
        assert_eq!(Words::of("de-AT").lock, "Sperren");
        assert_eq!(Words::of("de").quit, "Beenden");
        assert_eq!(Words::of("en-GB").lock, "Lock");
        assert_eq!(Words::of("den").lock, "Lock");
    }
}
