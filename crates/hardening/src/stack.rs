//! Wiping what finished calls left on the stack.

/// How far below the caller [`scrub_stack`] reaches, in bytes. Argon2id, RSA and HPKE together use
/// well under half of it.
pub const SCRUBBED_STACK_BYTES: usize = 256 * 1024;

/// Overwrites [`SCRUBBED_STACK_BYTES`] below the caller's frame on this thread.
///
/// Call it after a secret operation, from the function that called that operation: temporaries of
/// finished calls stay on the stack until something overwrites them. Best effort: it cannot reach
/// the caller's own frame, other threads, or registers.
#[inline(never)]
pub fn scrub_stack() {
    zeroize::zeroize_stack::<SCRUBBED_STACK_BYTES>();
}

#[cfg(test)]
#[allow(unsafe_code, reason = "looks at stack memory below the frame, as an attacker with a dump would")]
mod tests {
    use super::*;

    /// Leaves a recognisable block deep in the stack and tells where it was.
    #[inline(never)]
    fn leave_something() -> usize {
        let mut block = [0u8; 4096];
        block.fill(0xC3);
        std::hint::black_box(&mut block).as_ptr() as usize
    }

    /// Counts the recognisable bytes at `address`, below the current frame.
    #[inline(never)]
    fn bytes_left(address: usize) -> usize {
        (0..4096)
            // SAFETY: an address inside this thread's mapped stack, written earlier; a volatile
            // read of a byte there cannot fault.
            .filter(|offset| unsafe { std::ptr::read_volatile((address + offset) as *const u8) } == 0xC3)
            .count()
    }

    #[test]
    fn scrubbing_removes_what_a_finished_call_left() {
        let control = bytes_left(leave_something());
        let address = leave_something();
        scrub_stack();
        let after = bytes_left(address);
        assert!(control > 3000, "nothing to scrub: the control found {control} bytes");
        assert_eq!(after, 0);
    }
}
