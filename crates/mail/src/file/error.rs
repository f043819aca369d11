//! What can be wrong with a message file.

use std::io;

use signet_core::{AddressError, Code, Failure, HeaderError};

/// Why a message file cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MessageFileError {
    /// Not TOML.
    #[error("line {line}: {message}")]
    Syntax {
        /// Counted from 1.
        line: usize,
        /// What the TOML reader says.
        message: String,
    },
    /// A key that Signet does not know.
    #[error("unknown key {0}")]
    UnknownKey(String),
    /// A value of the wrong sort.
    #[error("{key} must be {expected}")]
    WrongType {
        /// The key, such as `attachments[0].path`.
        key: String,
        /// What it must be, such as `a string`.
        expected: &'static str,
    },
    /// A required key is missing.
    #[error("{0} is missing")]
    MissingKey(String),
    /// Both of two keys of which one is allowed.
    #[error("{0} and {1} exclude each other")]
    Both(&'static str, &'static str),
    /// `{{` without a variable name and `}}`.
    #[error("{field}: {{{{ without a name and }}}}")]
    Placeholder {
        /// The key.
        field: String,
    },
    /// A variable in the path of a body file, which is read before variables are known.
    #[error("{0} must not hold a variable")]
    VariableInPath(&'static str),
    /// `{{file:…}}` outside of a body.
    #[error("{field} must not hold a file")]
    FileOutsideBody {
        /// The key.
        field: String,
    },
    /// A body file that cannot be read.
    #[error("{path} cannot be read: {kind}")]
    BodyFile {
        /// The path as written.
        path: String,
        /// What went wrong.
        kind: io::ErrorKind,
    },
    /// `render` before `load_bodies`.
    #[error("{0} has not been read")]
    BodyNotLoaded(String),
    /// Variables without a value.
    #[error("no value for {}", .0.join(", "))]
    MissingVariables(Vec<String>),
    /// Values for variables that the file does not use.
    #[error("the file does not use {}", .0.join(", "))]
    UnknownVariables(Vec<String>),
    /// A value with a line break or control character outside a body.
    #[error("{variable} holds a line break, and {field} must not")]
    LineBreak {
        /// The variable.
        variable: String,
        /// The key.
        field: String,
    },
    /// Not an address.
    #[error("{field}: {value}: {error}")]
    Address {
        /// The key.
        field: String,
        /// The value.
        value: String,
        /// Why not.
        error: AddressError,
    },
    /// Not a header value, file name, content type or content id.
    #[error("{field}: {error}")]
    Header {
        /// The key.
        field: String,
        /// Why not.
        error: HeaderError,
    },
    /// Not a content id.
    #[error("{field} is not a content id")]
    ContentId {
        /// The key.
        field: String,
    },
}

impl MessageFileError {
    /// What the user is told.
    pub fn failure(&self) -> Failure {
        let file = |what: String| Failure::new(Code::MessageFile).what(what);
        match self {
            Self::Syntax { line, message } => {
                file(format!("The message file is not valid TOML in line {line}: {message}."))
                    .fact("line", line)
            }
            Self::UnknownKey(key) => {
                file(format!("The message file has a key that Signet does not know: {key}.")).fact("key", key)
            }
            Self::WrongType { key, expected } => {
                file(format!("In the message file, {key} must be {expected}.")).fact("key", key)
            }
            Self::MissingKey(key) => file(format!("In the message file, {key} is missing.")).fact("key", key),
            Self::Both(one, other) => {
                file(format!("The message file has both {one} and {other}.")).remedy("Remove one of them.")
            }
            Self::Placeholder { field } => {
                file(format!("In the message file, {field} has {{{{ without a name and }}}}."))
                    .remedy("Write {{name}}, or \\{{ for the characters themselves.")
                    .fact("key", field)
            }
            Self::VariableInPath(key) => file(format!("In the message file, {key} has a variable."))
                .remedy("Write the path out; variables work inside that file.")
                .fact("key", key),
            Self::FileOutsideBody { field } => file(format!("In the message file, {field} puts in a file."))
                .remedy("Files can be put into text and html only.")
                .fact("key", field),
            Self::BodyFile { path, kind } => file(format!("{path} cannot be read: {kind}."))
                .remedy("Check the path; it counts from the message file's folder.")
                .fact("path", path),
            Self::BodyNotLoaded(_) => Code::Internal.into(),
            Self::MissingVariables(names) => Failure::new(Code::MissingVariable)
                .what(format!("The message file uses variables that were not given: {}.", names.join(", ")))
                .fact("variables", names.join(",")),
            Self::UnknownVariables(names) => Failure::new(Code::UnknownVariable)
                .what(format!(
                    "Variables were given that the message file does not use: {}.",
                    names.join(", ")
                ))
                .fact("variables", names.join(",")),
            Self::LineBreak { variable, field } => Failure::new(Code::InvalidHeader)
                .what(format!("The value of {variable} holds a line break, which {field} must not."))
                .fact("variable", variable)
                .fact("key", field),
            Self::Address { field, value, error } => {
                let code = match error {
                    AddressError::Invalid => Code::InvalidAddress,
                    AddressError::NonAscii => Code::NonAsciiAddress,
                };
                Failure::new(code).fact("key", field).fact("address", value)
            }
            Self::Header { field, error } => {
                let code = match error {
                    HeaderError::Control | HeaderError::TooLong => Code::InvalidHeader,
                    HeaderError::ContentType => Code::InvalidContentType,
                    HeaderError::FileName => Code::InvalidFileName,
                };
                let failure = Failure::new(code).fact("key", field);
                if *error == HeaderError::TooLong {
                    return failure.what(format!("{field} is too long.")).remedy("Shorten it.");
                }
                failure
            }
            Self::ContentId { field } => file(format!("In the message file, {field} is not a content id."))
                .remedy("Use letters, digits, dots and dashes, as in logo or chart-1.")
                .fact("key", field),
        }
    }
}
