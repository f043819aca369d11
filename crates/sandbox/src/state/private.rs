//! Files and folders that only their owner can read. The one place that knows how the system says so;
//! elsewhere than on Unix the user's own folders are private already.

use std::fs::{DirBuilder, OpenOptions};
use std::io;
use std::path::Path;

/// How to open a file so that, if it is new, only its owner can read it.
pub fn private_file() -> OpenOptions {
    #[cfg_attr(not(unix), allow(unused_mut))]
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Makes a folder, and those above it, for its owner only; one that is there stays as it is.
pub(crate) fn make_folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}
