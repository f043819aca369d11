//! What a command answered.

use std::process::Output;

use serde_json::Value;

/// The end of one command run with `--json`.
#[derive(Debug)]
pub struct Answer {
    /// Exit code.
    pub exit: i32,
    /// The one document on standard output; null if there was none.
    pub json: Value,
    /// Words for people.
    pub stderr: String,
}

impl Answer {
    /// Reads what a process left.
    pub fn of(output: &Output) -> Self {
        Self {
            exit: output.status.code().unwrap_or(-1),
            json: serde_json::from_slice(&output.stdout).unwrap_or(Value::Null),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// The document of a command that has to have worked.
    #[track_caller]
    pub fn ok(self) -> Value {
        assert_eq!(self.exit, 0, "{} {}", self.json, self.stderr);
        self.json
    }

    /// The error of a command that has to have failed with this code; checks that both sentences are
    /// there and returns the error's facts.
    #[track_caller]
    pub fn fails_with(self, code: &str) -> Value {
        let error = self.error();
        assert_eq!(error["code"], code, "{} {}", self.json, self.stderr);
        for sentence in ["what", "remedy"] {
            let text = error[sentence].as_str().unwrap_or_default();
            assert!(text.ends_with('.') && text.len() > 10, "{sentence}: {text:?}");
        }
        let kind = signet_core_exit(code);
        assert_eq!(self.exit, kind, "exit code of {code}");
        error["facts"].clone()
    }

    /// The report of a verification that has to have failed by exactly these checks.
    #[track_caller]
    pub fn fails_checks(self, names: &[&str]) {
        assert_eq!(self.exit, 12, "{} {}", self.json, self.stderr);
        let checks = self.json["checks"].as_array().cloned().unwrap_or_default();
        let failed: Vec<&str> = checks
            .iter()
            .filter(|check| check["passed"] == false)
            .filter_map(|check| check["name"].as_str())
            .collect();
        assert_eq!(failed, names, "{}", self.json);
    }

    /// The error: of the command, or of a send that ended without being sent.
    fn error(&self) -> Value {
        let outcome = &self.json["outcome"]["failure"];
        if outcome.is_null() { self.json["error"].clone() } else { outcome.clone() }
    }
}

fn signet_core_exit(code: &str) -> i32 {
    let code =
        signet_core::Code::parse(code).unwrap_or_else(|| panic!("{code} is not in the table of codes"));
    i32::from(code.kind().exit_code())
}
