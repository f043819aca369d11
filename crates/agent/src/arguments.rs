//! The agent's own few arguments.

use signet_core::Profile;

/// How the agent was asked to start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Arguments {
    pub(crate) profile: Profile,
    pub(crate) log: String,
}

impl Arguments {
    /// Reads `--profile production|sandbox` and `--log LEVEL`.
    pub(crate) fn parse(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut arguments = Self { profile: Profile::Production, log: "info".into() };
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{word} needs a value"));
            match word.as_str() {
                "--profile" => {
                    arguments.profile = match value()?.as_str() {
                        "production" => Profile::Production,
                        "sandbox" => Profile::Sandbox,
                        other => return Err(format!("unknown profile {other}")),
                    }
                }
                "--log" => arguments.log = value()?,
                "--version" => return Err(format!("signet-agent {}", env!("CARGO_PKG_VERSION"))),
                other => return Err(format!("unknown argument {other}; the agent is started by `signet`")),
            }
        }
        Ok(arguments)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &[&str]) -> Result<Arguments, String> {
        Arguments::parse(words.iter().map(ToString::to_string))
    }

    #[test]
    fn production_unless_told_otherwise() {
        assert_eq!(parse(&[]).unwrap().profile, Profile::Production);
        assert_eq!(parse(&["--profile", "sandbox"]).unwrap().profile, Profile::Sandbox);
        assert!(parse(&["--profile", "x"]).is_err());
        assert!(parse(&["--passphrase", "x"]).is_err());
    }
}
