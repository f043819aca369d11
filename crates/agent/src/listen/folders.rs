//! The folders that sockets, log and vault live in: the user's own, and closed to others.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use signet_api::{Home, own_uid};
use tokio::net::UnixListener;

/// Makes the folders of a profile, mode 0700, and refuses a socket folder of another user.
pub(crate) fn make_private_folders(home: &Home) -> io::Result<()> {
    for folder in [home.data(), home.state(), home.run()] {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        let found = fs::symlink_metadata(folder)?;
        if !found.is_dir() || found.uid() != own_uid() {
            return Err(io::Error::other("the folder belongs to somebody else"));
        }
        if found.permissions().mode() & 0o077 != 0 {
            fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
        }
    }
    Ok(())
}

/// Claims the profile for this process, for as long as the returned file is open.
pub(crate) fn claim(home: &Home) -> io::Result<File> {
    let path = home.run().join(format!("{}.lock", home.profile().as_str()));
    let file = OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(path)?;
    match fs4::FileExt::try_lock(&file) {
        Ok(()) => Ok(file),
        Err(_) => Err(io::Error::other("Another agent already serves this profile.")),
    }
}

/// Binds a socket, mode 0600, in place of one that a dead agent left. The caller holds the claim.
pub(crate) fn bind(path: &Path) -> io::Result<UnixListener> {
    match fs::remove_file(path) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let listener = UnixListener::bind(path)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600))?;
    Ok(listener)
}
