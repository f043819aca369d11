//! Where secrets come from: the terminal, standard input or a descriptor; never an argument or the
//! environment, which other programs can read.

use std::cell::RefCell;
use std::fs::File;
use std::os::fd::AsFd;

use signet_api::wire::WireSecret;
use signet_core::{Code, Failure};

use crate::args::PassphraseArgs;
use crate::prompt;

/// No secret is longer; what is, is a mistake.
const LONGEST: usize = 4096;

/// Where this command's secrets come from.
pub(crate) struct SecretInput(Source);

enum Source {
    Terminal,
    Stdin,
    Descriptor(RefCell<File>),
}

impl SecretInput {
    /// By the options.
    pub(crate) fn open(args: &PassphraseArgs) -> Result<Self, Failure> {
        match args.passphrase_fd {
            None if args.passphrase_stdin => Ok(Self(Source::Stdin)),
            None if prompt::possible() => Ok(Self(Source::Terminal)),
            None => Err(Failure::new(Code::Usage)
                .what("There is no terminal to type the passphrase at.")
                .remedy("Use --passphrase-stdin or --passphrase-fd N.")),
            Some(0) => Ok(Self(Source::Stdin)),
            // Opening the descriptor's own file again needs no unsafe code and works for pipes and files.
            Some(fd) => match File::open(format!("/dev/fd/{fd}")) {
                Ok(file) => Ok(Self(Source::Descriptor(RefCell::new(file)))),
                Err(error) => Err(Failure::new(Code::Usage)
                    .what(format!("File descriptor {fd} cannot be read."))
                    .remedy("Open it for reading, for example with `3< <(command)` and --passphrase-fd 3.")
                    .fact("error", error)),
            },
        }
    }

    /// Whether a person types.
    pub(crate) const fn is_terminal(&self) -> bool {
        matches!(self.0, Source::Terminal)
    }

    /// The next secret: the next line, or an answer typed without echo.
    pub(crate) fn secret(&self, name: &str) -> Result<WireSecret, Failure> {
        let line = match &self.0 {
            Source::Terminal => return prompt::secret(name),
            Source::Stdin => read_line(std::io::stdin())?,
            Source::Descriptor(file) => read_line(&*file.borrow())?,
        };
        line.ok_or_else(|| {
            Failure::new(Code::Usage)
                .what(format!("The input ended before this was read: {}.", name.to_lowercase()))
                .remedy("Give each secret on a line of its own, in the order that --help names.")
        })
    }
}

/// The six digits: by the option, else typed.
pub(crate) fn code(given: Option<String>) -> Result<WireSecret, Failure> {
    match given {
        Some(code) => Ok(WireSecret::new(code)),
        None if prompt::possible() => prompt::line("Code"),
        None => Err(Failure::new(Code::Usage)
            .what("There is no terminal to type the code at.")
            .remedy("Give it with --code 123456.")),
    }
}

/// One line without its end, byte by byte: nothing beyond it is read, and no buffer keeps a copy.
pub(crate) fn read_line(from: impl AsFd) -> Result<Option<WireSecret>, Failure> {
    let mut line = WireLine(Vec::with_capacity(LONGEST));
    loop {
        let mut byte = [0];
        match rustix::io::read(&from, &mut byte) {
            Ok(0) if line.0.is_empty() => return Ok(None),
            Ok(0) => break,
            Ok(_) if byte == *b"\n" => break,
            Ok(_) if line.0.len() == LONGEST => return Err(too_long()),
            Ok(_) => line.0.push(byte[0]),
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => {
                let what = "The input cannot be read.";
                return Err(Failure::new(Code::Usage).what(what).fact("error", error));
            }
        }
    }
    line.finish().map(Some)
}

/// The bytes of a line, filled within its first capacity: it is never copied by growing.
struct WireLine(Vec<u8>);

impl WireLine {
    fn finish(mut self) -> Result<WireSecret, Failure> {
        if self.0.last() == Some(&b'\r') {
            self.0.pop();
        }
        String::from_utf8(self.0).map(WireSecret::new).map_err(|_| {
            Failure::new(Code::Usage)
                .what("The input is not text in UTF-8.")
                .remedy("Check what is piped in.")
        })
    }
}

fn too_long() -> Failure {
    Failure::new(Code::Usage)
        .what("The input's line is longer than any secret.")
        .remedy("Give each secret on a line of its own.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn pipe(bytes: &[u8]) -> std::io::PipeReader {
        let (reader, mut writer) = std::io::pipe().unwrap();
        writer.write_all(bytes).unwrap();
        reader
    }

    fn lines(bytes: &[u8]) -> Vec<String> {
        let reader = pipe(bytes);
        std::iter::from_fn(|| read_line(&reader).unwrap()).map(|line| line.expose().to_owned()).collect()
    }

    #[test]
    fn lines_come_one_by_one_whatever_ends_them() {
        assert_eq!(lines(b"one\r\ntwo \n\nlast"), ["one", "two ", "", "last"]);
        assert!(lines(b"").is_empty());
    }

    #[test]
    fn what_follows_a_line_stays_in_the_pipe() {
        let mut reader = pipe(b"secret\nrest");
        assert_eq!(read_line(&reader).unwrap().unwrap().expose(), "secret");
        let mut rest = String::new();
        std::io::Read::read_to_string(&mut reader, &mut rest).unwrap();
        assert_eq!(rest, "rest");
    }

    #[test]
    fn an_endless_line_and_other_encodings_are_refused() {
        assert_eq!(read_line(pipe(&[b'a'; LONGEST + 1])).unwrap_err().code, Code::Usage);
        assert_eq!(read_line(pipe(b"\xff\n")).unwrap_err().code, Code::Usage);
    }
}
