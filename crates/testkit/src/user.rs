//! Running programs as somebody else.

use std::fs::File;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

/// An account that tests run programs as, when the tests themselves run as root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The account's name.
    pub name: &'static str,
    /// Its user id.
    pub uid: u32,
    /// Its group id.
    pub gid: u32,
}

impl User {
    /// Whether this process may become somebody else at all.
    pub fn can_switch() -> bool {
        rustix::process::geteuid().is_root()
    }

    /// The ordinary user that the product runs as: an account without home or password, made when
    /// missing. `None` when the tests do not run as root: then everything runs as who started them.
    pub fn unprivileged() -> Option<Self> {
        Self::can_switch().then(|| Self::made("signet-test"))
    }

    /// Five ordinary users more, each an account like [`User::unprivileged`]'s. `None` when the tests do not
    /// run as root.
    pub fn team() -> Option<[Self; 5]> {
        const NAMES: [&str; 5] =
            ["signet-test-1", "signet-test-2", "signet-test-3", "signet-test-4", "signet-test-5"];
        Self::can_switch().then(|| NAMES.map(Self::made))
    }

    /// Another ordinary user, who is to be kept out. `None` when the tests do not run as root.
    pub fn other() -> Option<Self> {
        Self::can_switch().then(|| Self::known("nobody").expect("every system has `nobody`"))
    }

    /// Makes `command` run as this user.
    pub fn runs(&self, command: &mut Command) {
        command.uid(self.uid).gid(self.gid);
    }

    /// Gives this user a file or directory.
    pub fn owns(&self, path: &Path) {
        std::os::unix::fs::chown(path, Some(self.uid), Some(self.gid)).expect("chown");
    }

    fn made(name: &'static str) -> Self {
        Self::known(name).unwrap_or_else(|| {
            make_account(name);
            Self::known(name).expect("the account that was just made")
        })
    }

    fn known(name: &'static str) -> Option<Self> {
        let accounts = std::fs::read_to_string("/etc/passwd").expect("/etc/passwd");
        let line = accounts.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2).map_while(|id| id.parse().ok());
        Some(Self { name, uid: fields.next()?, gid: fields.next()? })
    }
}

/// Several test processes may ask at once: the second waits and then finds the account.
fn make_account(name: &str) {
    let lock = File::create(std::env::temp_dir().join("signet-test-account.lock")).expect("lock file");
    lock.lock().expect("lock");
    if Command::new("id").arg(name).output().is_ok_and(|found| found.status.success()) {
        return;
    }
    let made = Command::new("useradd")
        .args(["--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", name])
        .status()
        .expect("useradd");
    assert!(made.success(), "could not make the account {name}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_run_as_the_user_and_in_no_other_group() {
        let Some(user) = User::unprivileged() else {
            assert!(!User::can_switch());
            return;
        };
        let mut id = Command::new("id");
        user.runs(&mut id);
        let said = String::from_utf8(id.output().expect("id").stdout).expect("text");
        assert!(said.starts_with(&format!("uid={}(signet-test) gid={}", user.uid, user.gid)), "{said}");
        assert!(!said.contains("root"), "{said}");
        assert_ne!(Some(user), User::other());
    }
}
