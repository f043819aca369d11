//! Places for people: the configuration folder, and paths with `~`.

use std::path::{Path, PathBuf};

/// The folder of the window's preferences (XDG base directories, or below `SIGNET_HOME`).
pub(crate) fn config(variable: impl Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    let variable = |name| variable(name).filter(|path| path.is_absolute());
    if let Some(home) = variable("SIGNET_HOME") {
        return Some(home.join("config"));
    }
    let config = variable("XDG_CONFIG_HOME").or_else(|| Some(variable("HOME")?.join(".config")))?;
    Some(config.join("signet"))
}

/// A path as people read it.
pub(crate) fn shown(path: &Path, user: Option<&Path>) -> String {
    match user.and_then(|user| path.strip_prefix(user).ok()) {
        Some(rest) if rest.as_os_str().is_empty() => "~".into(),
        Some(rest) => format!("~/{}", rest.display()),
        None => path.display().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_configuration_follows_xdg_and_signet_home() {
        let of = |pairs: &[(&str, &str)]| {
            config(|name| pairs.iter().find(|(n, _)| *n == name).map(|(_, value)| PathBuf::from(value)))
        };
        assert_eq!(of(&[("HOME", "/h")]).unwrap(), Path::new("/h/.config/signet"));
        assert_eq!(of(&[("HOME", "/h"), ("XDG_CONFIG_HOME", "/c")]).unwrap(), Path::new("/c/signet"));
        assert_eq!(of(&[("HOME", "/h"), ("XDG_CONFIG_HOME", "c")]).unwrap(), Path::new("/h/.config/signet"));
        assert_eq!(of(&[("HOME", "/h"), ("SIGNET_HOME", "/s")]).unwrap(), Path::new("/s/config"));
        assert_eq!(of(&[]), None);
    }

    #[test]
    fn the_home_folder_is_a_tilde() {
        let user = Some(Path::new("/home/mia"));
        assert_eq!(shown(Path::new("/home/mia/Downloads"), user), "~/Downloads");
        assert_eq!(shown(Path::new("/home/mia"), user), "~");
        assert_eq!(shown(Path::new("/home/miau/x"), user), "/home/miau/x");
        assert_eq!(shown(Path::new("/x"), None), "/x");
    }
}
