//! The environment: what others may not say to this program through it, and what it says to its libraries.

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

/// Makes the C library and the web view's own allocator overwrite what they free: what is answered to the page
/// (a seed during set-up) leaves no copies in this process. Measured: of one answer 8 copies stay without, none with.
const WIPING: &[(&str, &str)] = &[
    ("Malloc", "1"), // the web view uses the C library's allocator
    ("G_SLICE", "always-malloc"),
    ("MALLOC_PERTURB_", "165"),
    ("GLIBC_TUNABLES", "glibc.malloc.tcache_count=0"), // blocks kept there are not overwritten
];

/// Starts this program anew without the unwelcome variables and with the wiping ones, unless it was started so.
/// Changing them in the running process would come too late: libraries have read them before `main`.
///
/// # Errors
/// Why it could not be started anew.
pub(crate) fn settle() -> io::Result<()> {
    let unwelcome = || AUTOMATION.iter().chain(INTRUDERS);
    let wiping = || WIPING.iter().filter(|_| cfg!(target_os = "linux"));
    if unwelcome().all(|name| std::env::var_os(name).is_none())
        && wiping().all(|(name, value)| std::env::var_os(name).is_some_and(|is| is == *value))
    {
        // They hold for this process. Its children draw the page, and drawing libraries do not bear them.
        for (name, _) in wiping() {
            signet_hardening::forget_variables(&[name]);
        }
        return Ok(());
    }
    let mut anew = Command::new(std::env::current_exe()?);
    anew.args(std::env::args_os().skip(1));
    for name in unwelcome() {
        anew.env_remove(name);
    }
    anew.envs(wiping().copied());
    become_(anew)
}

/// How often a start is tried again, and the variable that counts.
const TRIES: u32 = 8;
const TRY: &str = "SIGNET_START";

/// Starts this program anew after a moment: another window was just ending, and the bus still knew it.
/// Comes back when that was tried often enough.
pub(crate) fn try_again() {
    let tried: u32 = std::env::var(TRY).ok().and_then(|count| count.parse().ok()).unwrap_or(0);
    if tried >= TRIES {
        return;
    }
    std::thread::sleep(std::time::Duration::from_millis(250));
    if let Ok(program) = std::env::current_exe() {
        let mut anew = Command::new(program);
        anew.args(std::env::args_os().skip(1)).env(TRY, (tried + 1).to_string());
        let _ = become_(anew); // what was wrong before is said then
    }
}

#[cfg(unix)]
fn become_(mut program: Command) -> io::Result<()> {
    Err(std::os::unix::process::CommandExt::exec(&mut program))
}

#[cfg(not(unix))]
fn become_(mut program: Command) -> io::Result<()> {
    std::process::exit(program.status()?.code().unwrap_or(70))
}
