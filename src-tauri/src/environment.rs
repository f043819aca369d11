//! What other programs may not say to this one through the environment.

use signet_hardening::{HardenError, settle_environment};

/// Drives the window from outside. Only the end-to-end build listens.
#[cfg(not(feature = "e2e"))]
const AUTOMATION: &[&str] = &["TAURI_WEBVIEW_AUTOMATION", "TAURI_AUTOMATION", "WEBKIT_INSPECTOR_SERVER"];
#[cfg(feature = "e2e")]
const AUTOMATION: &[&str] = &[];

/// Opens the web view's inspector to the network, or loads code of others into the window.
const INTRUDERS: &[&str] = &[
    "WEBKIT_INSPECTOR_HTTP_SERVER",
    "WEBKIT_EXEC_PATH",
    "WEBKIT_INJECTED_BUNDLE_PATH",
    "WEBKIT_DEBUG",
    "GTK_MODULES",
    "GTK3_MODULES",
    "GTK_PATH",
    "GTK_EXE_PREFIX",
    "GTK_DEBUG",
    "GIO_EXTRA_MODULES",
    "GIO_MODULE_DIR",
    "GST_PLUGIN_PATH",
    "GST_PLUGIN_PATH_1_0",
    "GDK_PIXBUF_MODULE_FILE",
    "GTK_IM_MODULE_FILE",
];

/// Forgets those variables. Call it before anything starts a thread.
///
/// # Errors
/// That a thread runs already.
pub(crate) fn settle() -> Result<(), HardenError> {
    let remove: Vec<&str> = AUTOMATION.iter().chain(INTRUDERS).copied().collect();
    settle_environment(&remove, &[])
}
