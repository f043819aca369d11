//! Files travel as open descriptors (`SCM_RIGHTS`, unix(7)), one a connection; the answer is a
//! handle that a later request names. So the agent reads exactly the file that the user picked.

use std::io::{IoSlice, IoSliceMut, Read, Write};
use std::mem::MaybeUninit;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;

use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage,
    SendFlags,
};

/// Length of a handle: 32 hex digits.
pub const HANDLE_LEN: usize = 32;

/// Sends one descriptor and reads the handle.
///
/// # Errors
/// What the socket answers; a short answer is `UnexpectedEof`.
pub fn send_descriptor(stream: &mut UnixStream, file: BorrowedFd<'_>) -> std::io::Result<String> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    let files = [file];
    control.push(SendAncillaryMessage::ScmRights(&files));
    rustix::net::sendmsg(&*stream, &[IoSlice::new(b"f")], &mut control, SendFlags::empty())?;
    let mut handle = [0; HANDLE_LEN];
    stream.read_exact(&mut handle)?;
    String::from_utf8(handle.to_vec()).map_err(std::io::Error::other)
}

/// Receives one descriptor; `answer` makes the handle that is sent back.
///
/// # Errors
/// What the socket answers; `InvalidData` if no descriptor came.
pub fn receive_descriptor(
    stream: &mut UnixStream,
    answer: impl FnOnce(OwnedFd) -> String,
) -> std::io::Result<()> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let mut byte = [0];
    rustix::net::recvmsg(&*stream, &mut [IoSliceMut::new(&mut byte)], &mut control, RecvFlags::CMSG_CLOEXEC)?;
    let file = control.drain().find_map(|message| match message {
        RecvAncillaryMessage::ScmRights(mut files) => files.next(),
        _ => None,
    });
    let file = file.ok_or(std::io::ErrorKind::InvalidData)?;
    stream.write_all(answer(file).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::fd::AsFd;

    #[test]
    fn a_descriptor_arrives_and_reads_the_same_file() {
        let (mut client, mut server) = UnixStream::pair().unwrap();
        let receiver = std::thread::spawn(move || {
            let mut text = String::new();
            receive_descriptor(&mut server, |fd| {
                std::fs::File::from(fd).read_to_string(&mut text).unwrap();
                "0".repeat(HANDLE_LEN)
            })
            .unwrap();
            text
        });
        let file = std::fs::File::open(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")).unwrap();
        assert_eq!(send_descriptor(&mut client, file.as_fd()).unwrap(), "0".repeat(HANDLE_LEN));
        assert!(receiver.join().unwrap().contains("signet-api"));
    }

    #[test]
    fn a_connection_without_a_descriptor_is_refused() {
        let (mut client, mut server) = UnixStream::pair().unwrap();
        client.write_all(b"f").unwrap();
        let error = receive_descriptor(&mut server, |_| unreachable!()).unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::InvalidData);
    }
}
