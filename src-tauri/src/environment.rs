//! What other programs may not say to this one through the environment.

use std::io;
use std::process::Command;

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

/// Starts this program anew without those variables, if one is there. Taking them out of the running process
/// would come too late: the web view's library starts a thread before `main`.
///
/// # Errors
/// Why it could not be started anew.
pub(crate) fn settle() -> io::Result<()> {
    let unwelcome = || AUTOMATION.iter().chain(INTRUDERS);
    if unwelcome().all(|name| std::env::var_os(name).is_none()) {
        return Ok(());
    }
    let mut anew = Command::new(std::env::current_exe()?);
    anew.args(std::env::args_os().skip(1));
    for name in unwelcome() {
        anew.env_remove(name);
    }
    become_(anew)
}

#[cfg(unix)]
fn become_(mut program: Command) -> io::Result<()> {
    Err(std::os::unix::process::CommandExt::exec(&mut program))
}

#[cfg(not(unix))]
fn become_(mut program: Command) -> io::Result<()> {
    std::process::exit(program.status()?.code().unwrap_or(70))
}
