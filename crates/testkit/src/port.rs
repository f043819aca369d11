//! Where a program under test listens, when it has to be told so beforehand.

use std::net::TcpListener;
use std::sync::atomic::{AtomicU16, Ordering};

/// Below the ports that the system hands out for outgoing connections, on Linux and by IANA's rules: one of
/// those can be taken by anybody's connection between the look and the use.
const FIRST: u16 = 18_000;
const COUNT: u16 = 12_000;

/// An address of this machine where nobody listens, and where no outgoing connection begins.
///
/// # Panics
/// If every port is taken.
pub fn free_address() -> String {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    // Tests are processes of their own: each begins elsewhere.
    let start = u16::try_from(std::process::id() * 31 % u32::from(COUNT)).unwrap_or(0);
    for _ in 0..COUNT {
        let place = start.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed)) % COUNT;
        let address = format!("127.0.0.1:{}", FIRST + place);
        if TcpListener::bind(&address).is_ok() {
            return address;
        }
    }
    panic!("every port from {FIRST} on is taken")
}
