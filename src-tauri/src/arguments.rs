//! What the window was started with.

use signet_core::Profile;

/// The scheme of links that open the window.
const LINK: &str = "signet://";

/// What to do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Started {
    /// Open the window.
    Window(Arguments),
    /// Print this and end.
    Text(String),
}

/// How to open the window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Arguments {
    /// The profile it begins with.
    pub(crate) profile: Profile,
    /// Begin with the practice.
    pub(crate) practice: bool,
    /// A `signet://` link that was opened.
    pub(crate) link: Option<String>,
}

impl Arguments {
    /// Reads the arguments after the program's name; `profile` is what `SIGNET_PROFILE` says.
    ///
    /// # Errors
    /// One sentence about the first argument that means nothing.
    pub(crate) fn parse(
        arguments: impl IntoIterator<Item = String>,
        profile: Option<&str>,
    ) -> Result<Started, String> {
        let profile = match profile {
            None | Some("" | "production") => Profile::Production,
            Some("sandbox") => Profile::Sandbox,
            Some(other) => {
                return Err(format!("SIGNET_PROFILE is \"{other}\". It may be production or sandbox."));
            }
        };
        let mut parsed = Self { profile, practice: false, link: None };
        for argument in arguments {
            match argument.as_str() {
                "--sandbox" => parsed.profile = Profile::Sandbox,
                "--practice" => parsed.practice = true,
                "--version" => return Ok(Started::Text(format!("signet-app {}", env!("CARGO_PKG_VERSION")))),
                "--help" | "-h" => return Ok(Started::Text(HELP.to_owned())),
                link if link.starts_with(LINK) => parsed.link = Some(argument),
                other => return Err(format!("\"{other}\" means nothing here. Try signet-app --help.")),
            }
        }
        if parsed.practice {
            // The practice exists in the sandbox only.
            parsed.profile = Profile::Sandbox;
        }
        Ok(Started::Window(parsed))
    }

    /// The link in the arguments of a second start, if there is one; anything else there is ignored.
    pub(crate) fn link_in(arguments: &[String]) -> Option<String> {
        arguments.iter().find(|argument| argument.starts_with(LINK)).cloned()
    }
}

const HELP: &str = "\
Opens Signet's window.

Usage: signet-app [--sandbox] [--practice] [signet://LINK]

  --sandbox   use the sandbox: a stand-in for Google on this computer
  --practice  begin with the practice, in the sandbox
  --version   print the version

SIGNET_PROFILE=sandbox does the same as --sandbox. For the terminal there is `signet`.";

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str], profile: Option<&str>) -> Result<Started, String> {
        Arguments::parse(arguments.iter().map(|&argument| argument.to_owned()), profile)
    }

    fn window(arguments: &[&str], profile: Option<&str>) -> Arguments {
        match parse(arguments, profile) {
            Ok(Started::Window(arguments)) => arguments,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn production_unless_told_otherwise() {
        assert_eq!(window(&[], None).profile, Profile::Production);
        assert_eq!(window(&[], Some("sandbox")).profile, Profile::Sandbox);
        assert_eq!(window(&["--sandbox"], Some("production")).profile, Profile::Sandbox);
    }

    #[test]
    fn the_practice_is_in_the_sandbox_whatever_else_is_said() {
        let started = window(&["--practice"], Some("production"));
        assert!(started.practice);
        assert_eq!(started.profile, Profile::Sandbox);
    }

    #[test]
    fn what_means_nothing_is_refused() {
        assert!(parse(&["--debug"], None).is_err());
        assert!(parse(&["/etc/passwd"], None).is_err());
        assert!(parse(&["https://example.com/"], None).is_err());
        assert!(parse(&[], Some("staging")).is_err());
    }

    #[test]
    fn links_are_kept_as_text() {
        assert_eq!(window(&["signet://invite/x"], None).link.as_deref(), Some("signet://invite/x"));
        let second = ["/usr/bin/signet-app".to_owned(), "signet://a".to_owned()];
        assert_eq!(Arguments::link_in(&second).as_deref(), Some("signet://a"));
        assert_eq!(Arguments::link_in(&second[..1]), None);
    }
}
