//! The window of Signet: a thin shell around a page. It holds no keys and decides nothing: the page calls
//! `signet-bridge`, which calls the agent.
#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

mod app;
mod arguments;
mod commands;
mod desk;
mod environment;
mod page;
mod preview;
mod tray;

use std::process::ExitCode;

use crate::arguments::{Arguments, Started};

#[global_allocator]
static ALLOCATOR: signet_hardening::ZeroizingAllocator = signet_hardening::ZeroizingAllocator::system();

fn main() -> ExitCode {
    // Before anything else: no core file, no ptrace, no /proc/PID/mem for other programs of this user; and
    // nothing in the environment that lets one of them steer the window.
    if let Err(error) = signet_hardening::harden_desktop_process() {
        return say(&format!("Signet does not start: {error}"), 70);
    }
    if let Err(error) = environment::settle() {
        return say(
            &format!("Signet does not start: it could not leave its environment behind ({error})"),
            70,
        );
    }
    match Arguments::parse(std::env::args().skip(1), std::env::var("SIGNET_PROFILE").ok().as_deref()) {
        Ok(Started::Window(arguments)) => match app::run(arguments) {
            Ok(code) => code,
            Err(error) => {
                if error.to_string().contains("single-instance") {
                    environment::try_again();
                }
                say(&format!("The window could not be opened: {error}"), 70)
            }
        },
        Ok(Started::Text(text)) => say(&text, 0),
        Err(wrong) => say(&wrong, 64),
    }
}

#[allow(clippy::print_stdout, clippy::print_stderr, reason = "before there is a window")]
fn say(text: &str, code: u8) -> ExitCode {
    if code == 0 {
        println!("{text}");
    } else {
        eprintln!("{text}");
    }
    ExitCode::from(code)
}
