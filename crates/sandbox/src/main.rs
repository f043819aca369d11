//! `signet-sandbox`: a local stand-in for Google.

mod cli;

use std::process::ExitCode;

use signet_hardening::ZeroizingAllocator;

#[global_allocator]
static ALLOCATOR: ZeroizingAllocator = ZeroizingAllocator::system();

fn main() -> ExitCode {
    // The keys made here open nothing but the sandbox: a system that refuses is no reason to stop.
    let _ = signet_hardening::harden_process();
    // One TLS provider for the process, before anything asks for it.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    cli::run()
}
