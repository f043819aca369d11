//! The environment that children inherit.

/// Takes variables out of this process's environment, so that no child gets them. What libraries have
/// read from them already stays in force here.
///
/// Call it first thing in `main`, before this program starts threads of its own.
pub fn forget_variables(names: &[&str]) {
    for name in names {
        // SAFETY: nothing of this program runs beside `main` yet. A library may have started a thread before
        // it; the C library serialises changes, and such a thread has read its variables by then.
        #[allow(unsafe_code)]
        unsafe {
            std::env::remove_var(name);
        }
    }
}
