//! `signet-sandbox`: a local stand-in for Google.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    // One TLS provider for the process, before anything asks for it.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    cli::run()
}
