//! `host unattended`: the machine's secret goes from the agent through a pipe into `systemd-creds`, which
//! seals it to this machine. It is never in a file as it is.

use std::fs::{self, File};
use std::io::{self, IsTerminal, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Serialize;
use signet_api::wire::{OwnerCode, WireSecret};
use signet_api::{HostUnattendedDisable, HostUnattendedEnable};
use signet_core::{Code, Failure};

use crate::args::{UnattendedCommand, UnattendedEnableArgs};
use crate::context::Context;
use crate::exit_codes::End;
use crate::printer::Printer;
use crate::secret_input;
use crate::view::{self, plain};

/// The name that the unit and the agent know it by.
const NAME: &str = "--name=signet-unattended";
/// Where the unit finds it.
const PLACE: &str = "/etc/credstore.encrypted/signet-unattended";

pub(super) async fn run(context: &Context<'_>, command: UnattendedCommand) -> Result<End, Failure> {
    match command {
        UnattendedCommand::Enable(args) if args.to_stdout => to_stdout(context, args).await,
        UnattendedCommand::Enable(args) => seal(context, args).await,
        UnattendedCommand::Disable { code } => {
            let code = secret_input::code(code)?;
            let status = context.call::<HostUnattendedDisable>(&OwnerCode { code }).await?;
            context.printer.show(&status, |v| view::host::status(&status, v));
            context.printer.note(|view| {
                format!(
                    "{} Remove the credential, too: it opens nothing here any more.",
                    view.ink.yellow("!")
                )
            });
            Ok(End::OK)
        }
    }
}

#[derive(Serialize)]
struct Sealed<'a> {
    credential: &'a Path,
}

async fn seal(context: &Context<'_>, args: UnattendedEnableArgs) -> Result<End, Failure> {
    let file = match args.credential {
        Some(file) => file,
        // The machine's place is for the machine's host: a try elsewhere never replaces its credential.
        None if context.sandbox() || std::env::var_os("SIGNET_HOME").is_some_and(|home| !home.is_empty()) => {
            return Err(Failure::new(Code::Usage)
                .what("This is not the machine's own host, so its credential has no place of its own.")
                .remedy("Say where to put it, or pipe it with --to-stdout."));
        }
        None => PathBuf::from(PLACE),
    };
    // Both tried before there is a secret that could get lost.
    systemd_creds(b"a try").map_err(|error| cannot_seal(&error))?;
    let place = NewFile::beside(&file).map_err(|error| cannot_write(&file, &error))?;
    let secret = make(context, args.code).await?;
    // Exposed to go through the pipe.
    let sealed = systemd_creds(secret.expose().as_bytes()).map_err(|error| cannot_seal(&error))?;
    drop(secret);
    place.keep(&sealed).map_err(|error| cannot_write(&file, &error))?;
    context.printer.show(&Sealed { credential: &file }, |view| {
        format!(
            "{} This host starts with nobody there from now on. Root on this machine has the keys.\n  The \
             credential, sealed to this machine: {}",
            view.ink.green("✓"),
            plain(&file.display().to_string())
        )
    });
    Ok(End::OK)
}

async fn to_stdout(context: &Context<'_>, args: UnattendedEnableArgs) -> Result<End, Failure> {
    if io::stdout().is_terminal() {
        return Err(Failure::new(Code::Usage)
            .what("The secret is not for eyes: standard output is a terminal.")
            .remedy("Pipe it into `systemd-creds encrypt --name=signet-unattended - FILE`."));
    }
    let secret = make(context, args.code).await?;
    // Exposed to the pipe that was asked for.
    Printer::raw(secret.expose().as_bytes());
    Ok(End::OK)
}

async fn make(context: &Context<'_>, code: Option<String>) -> Result<WireSecret, Failure> {
    let code = secret_input::code(code)?;
    Ok(context.call::<HostUnattendedEnable>(&OwnerCode { code }).await?.secret)
}

/// What `systemd-creds encrypt` makes of these bytes, for this machine.
fn systemd_creds(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut child = Command::new("systemd-creds")
        .args(["encrypt", NAME, "-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    if let Some(mut pipe) = child.stdin.take() {
        pipe.write_all(bytes)?;
    }
    let output = child.wait_with_output()?;
    if output.status.success() && !output.stdout.is_empty() {
        Ok(output.stdout)
    } else {
        let said = String::from_utf8_lossy(&output.stderr);
        Err(io::Error::other(said.lines().last().unwrap_or("it said nothing").to_owned()))
    }
}

/// A file that is there whole or not at all.
struct NewFile {
    place: PathBuf,
    file: File,
    unfinished: PathBuf,
}

impl NewFile {
    fn beside(place: &Path) -> io::Result<Self> {
        let folder = place.parent().ok_or(io::ErrorKind::InvalidInput)?;
        if place == Path::new(PLACE) && !folder.exists() {
            // The folder is systemd's; nobody but root looks into it.
            fs::DirBuilder::new().mode(0o700).create(folder)?;
        }
        let mut name = place.as_os_str().to_owned();
        name.push(".new");
        let unfinished = PathBuf::from(name);
        let file =
            fs::OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&unfinished)?;
        Ok(Self { place: place.into(), file, unfinished })
    }

    fn keep(mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)?;
        self.file.sync_all()?;
        fs::rename(&self.unfinished, &self.place)
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        // Renamed by then, if it was kept.
        let _ = fs::remove_file(&self.unfinished);
    }
}

fn cannot_seal(error: &io::Error) -> Failure {
    let line = "sudo sh -c 'sudo -u signet -H signet host unattended enable --to-stdout | systemd-creds \
                encrypt --name=signet-unattended - /etc/credstore.encrypted/signet-unattended'";
    Failure::new(Code::Usage)
        .what("This user cannot seal a secret to the machine with systemd-creds.")
        .remedy("Let root do that part; `line` is how.")
        .fact("line", line)
        .fact("cause", error)
}

fn cannot_write(file: &Path, error: &io::Error) -> Failure {
    Failure::new(Code::ReadOnly)
        .what("The sealed credential cannot be written there.")
        .fact("file", file.display())
        .fact("cause", error)
}
