//! `signet-agent`: the one process that ever holds an unlocked vault.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: signet_hardening::LockedAllocator = signet_hardening::LockedAllocator::locked();

fn main() -> ExitCode {
    // Before anything else: no core file, no ptrace, no /proc/PID/mem for other programs of this user.
    let hardened = signet_hardening::harden_process();
    // The first provider wins; a second call can only mean that the same one is installed already.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    signet_agent::run(std::env::args().skip(1), hardened)
}
