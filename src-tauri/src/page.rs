//! The one window and its page.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use signet_bridge::Bridge;
use tauri::webview::{NewWindowResponse, PageLoadEvent};
use tauri::{AppHandle, DragDropEvent, Manager, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder};

use crate::commands::Calls;
use crate::preview;

/// The window's name, in capabilities too.
pub(crate) const LABEL: &str = "main";

/// How long a page that was closed goes on.
const LAST_WORDS: Duration = Duration::from_millis(400);

/// The program is about to end. Whoever starts it once more in that moment gets the window back instead.
static LEAVING: AtomicBool = AtomicBool::new(false);

/// Opens the window.
pub(crate) fn open(app: &AppHandle) -> tauri::Result<()> {
    let builder = WebviewWindowBuilder::new(app, LABEL, WebviewUrl::App("index.html".into()))
        .title("Signet")
        .inner_size(1280.0, 800.0)
        .min_inner_size(900.0, 600.0)
        .zoom_hotkeys_enabled(false)
        .general_autofill_enabled(false)
        .devtools(cfg!(debug_assertions) && !cfg!(feature = "e2e"))
        .on_navigation(is_ours)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false)
        .on_page_load(|window, load| {
            // A new page knows nothing of the old one's calls.
            if load.event() == PageLoadEvent::Started {
                window.state::<Calls>().cancel_all();
            }
        });
    let builder = match app.path().app_cache_dir() {
        Ok(folder) => builder.data_directory(folder.join("webview")),
        Err(_) => builder,
    };
    let window = builder.build()?;
    #[cfg(target_os = "linux")]
    settings::narrow(&window)?;
    let _ = window;
    Ok(())
}

/// Shows the window, in front of others where the desktop allows that.
pub(crate) fn raise(app: &AppHandle) {
    LEAVING.store(false, Ordering::SeqCst);
    if let Some(window) = window(app) {
        // Each may be refused by a window system; the others still help.
        let _ = window.show();
        let _ = window.unminimize();
        let _ = window.set_focus();
    }
}

/// Hides the window; the tray brings it back.
pub(crate) fn hide(app: &AppHandle) {
    if let Some(window) = window(app) {
        let _ = window.hide();
    }
}

/// Ends the program, once the page had a moment to save what is being typed: it does so when it loses the
/// keyboard, which hiding it brings about.
pub(crate) fn leave(app: &AppHandle) {
    hide(app);
    LEAVING.store(true, Ordering::SeqCst);
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(LAST_WORDS).await;
        if LEAVING.load(Ordering::SeqCst) {
            app.exit(0);
        }
    });
}

/// Tells the page about files that are held over the window or dropped.
pub(crate) fn dragged(bridge: &Bridge, event: DragDropEvent) {
    match event {
        DragDropEvent::Enter { paths, .. } => bridge.hover(!paths.is_empty()),
        DragDropEvent::Drop { paths, .. } => bridge.dropped(&paths),
        DragDropEvent::Leave => bridge.hover(false),
        _ => {}
    }
}

/// The window, while it is open.
pub(crate) fn window(app: &AppHandle) -> Option<WebviewWindow> {
    app.get_webview_window(LABEL)
}

/// Whether the page or a frame in it may go there: the embedded page and previews, nothing else.
fn is_ours(url: &Url) -> bool {
    let scheme_and_host = (url.scheme(), url.host_str());
    match scheme_and_host {
        ("tauri", Some("localhost")) => true,
        (preview::SCHEME, Some("localhost")) => !cfg!(windows),
        ("http", Some("tauri.localhost" | "signet-preview.localhost")) => cfg!(windows),
        _ => false,
    }
}

#[cfg(target_os = "linux")]
mod settings {
    use tauri::WebviewWindow;
    use webkit2gtk::{
        CacheModel, HardwareAccelerationPolicy, NetworkProxyMode, NetworkProxySettings, PermissionRequestExt,
        SettingsExt, WebContextExt, WebViewExt, WebsiteDataManagerExt,
    };

    /// A proxy that is not there: a port that nobody may listen on without being root.
    const NOWHERE: &str = "socks5://127.0.0.1:1";

    /// Switches off what this page never needs, and with it what could go wrong there.
    pub(super) fn narrow(window: &WebviewWindow) -> tauri::Result<()> {
        window.with_webview(|webview| {
            let view = webview.inner();
            if let Some(settings) = WebViewExt::settings(&view) {
                // Text and rules need no graphics card. Preparing one takes as long as all the rest of the start,
                // and some drivers show an empty window.
                settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
                settings.set_enable_page_cache(false);
                settings.set_enable_html5_database(false);
                settings.set_enable_html5_local_storage(false);
                settings.set_enable_offline_web_application_cache(false);
                settings.set_enable_webgl(false);
                settings.set_enable_webaudio(false);
                settings.set_enable_media(false);
                settings.set_enable_media_stream(false);
                settings.set_enable_mediasource(false);
                settings.set_enable_back_forward_navigation_gestures(false);
                settings.set_enable_dns_prefetching(false);
                settings.set_allow_modal_dialogs(false);
                settings.set_javascript_can_open_windows_automatically(false);
            }
            if let Some(context) = view.context() {
                context.set_cache_model(CacheModel::DocumentViewer);
            }
            // The web view has no network: page and previews come by schemes of our own. A policy does not
            // stop a mail's `preconnect`; a way that leads nowhere does.
            if let Some(data) = view.website_data_manager() {
                let mut nowhere = NetworkProxySettings::new(Some(NOWHERE), &[]);
                data.set_network_proxy_settings(NetworkProxyMode::Custom, Some(&mut nowhere));
            }
            // The process that draws the page has ended: a new one asks the agent where the person was.
            view.connect_web_process_terminated(|view, _| view.reload());
            // Camera, position, notifications: never.
            view.connect_permission_request(|_, request| {
                request.deny();
                true
            });
            // "Reload", "Open link in new window", "Inspect": none of them is for this window. Fields keep
            // their own menu for copying and pasting.
            view.connect_context_menu(|_, _, _, hit| {
                use webkit2gtk::HitTestResultExt;
                !(hit.context_is_editable() || hit.context_is_selection())
            });
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn only_our_own_pages_are_gone_to() {
        for (url, ours) in [
            ("tauri://localhost/", true),
            ("tauri://localhost/index.html#/history", true),
            ("signet-preview://localhost/0123", true),
            ("tauri://elsewhere/", false),
            ("signet-preview://example.com/", false),
            ("http://localhost/", false),
            ("http://tauri.localhost/", false),
            ("https://example.com/", false),
            ("file:///etc/passwd", false),
            ("data:text/html,x", false),
            ("javascript:alert(1)", false),
            ("about:blank", false),
        ] {
            assert_eq!(is_ours(&Url::parse(url).expect(url)), ours, "{url}");
        }
    }
}
