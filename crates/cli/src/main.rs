//! `signet`.

#[global_allocator]
static ALLOCATOR: signet_hardening::LockedAllocator = signet_hardening::LockedAllocator::locked();

fn main() -> std::process::ExitCode {
    // First thing, before any thread starts and before any passphrase is read.
    let hardened = signet_hardening::harden_process();
    signet_cli::run(hardened.map(drop).map_err(|error| error.to_string()))
}
