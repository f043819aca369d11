//! Reads the body on a thread of its own and hands out pieces, a few ahead of the network.

use std::io::{self, Read};
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Frame, SizeHint};
use signet_core::Failure;
use tokio::sync::mpsc;

use crate::Body;

/// Bytes of a piece, and the unit of a chunk: Google takes chunks in multiples of 256 KiB only.
pub(super) const PIECE: u64 = 256 * 1024;

/// Pieces read ahead of the network: with the ones in flight about 1 MiB, whatever the message's size.
const AHEAD: usize = 2;

/// The rest of a body, from one offset on.
pub(super) struct Feed {
    pieces: Arc<Mutex<mpsc::Receiver<io::Result<Bytes>>>>,
    failed: Arc<Mutex<Option<Failure>>>,
    /// Where the next piece begins, if each chunk asked for was taken whole.
    at: u64,
}

impl Feed {
    /// Starts reading at `at`.
    pub(super) fn open(body: Arc<dyn Body>, at: u64) -> Self {
        let (sender, receiver) = mpsc::channel(AHEAD);
        let failed = Arc::new(Mutex::new(None));
        let note = Arc::clone(&failed);
        tokio::task::spawn_blocking(move || {
            if let Err(error) = pump(body.as_ref(), at, &sender) {
                *note.lock().unwrap_or_else(PoisonError::into_inner) = Some(body.failure(&error));
                // The upload must break off here: the server must never see a complete chunk.
                let _ = sender.blocking_send(Err(io::Error::other("the body cannot be read")));
            }
        });
        Self { pieces: Arc::new(Mutex::new(receiver)), failed, at }
    }

    /// Where the next piece begins.
    pub(super) fn at(&self) -> u64 {
        self.at
    }

    /// Why reading stopped, if it did.
    pub(super) fn failure(&self) -> Option<Failure> {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The next `len` bytes as a request body; `moved` counts what the transport took.
    pub(super) fn stream(&mut self, len: u64, moved: Arc<AtomicU64>) -> Chunk {
        self.at += len;
        Chunk { pieces: Arc::clone(&self.pieces), left: len, moved }
    }

    /// The last piece, read to its end before anything of it is sent: `None` if it cannot be.
    pub(super) async fn last(&mut self, len: u64) -> Option<Bytes> {
        let piece = std::future::poll_fn(|cx| poll_piece(&self.pieces, cx)).await?.ok()?;
        // The reader looks beyond the end before it hands out the last piece, see `pump`.
        (piece.len() as u64 == len).then_some(piece)
    }
}

/// Reads to the end in full pieces. The last one is handed out only after the reader said that it is at
/// its end, so that a reader which verifies has verified everything.
fn pump(body: &dyn Body, at: u64, sender: &mpsc::Sender<io::Result<Bytes>>) -> io::Result<()> {
    let mut reader = body.open(at)?;
    let mut left = body.len().saturating_sub(at);
    while left > 0 {
        let len = left.min(PIECE);
        let mut piece = vec![0; usize::try_from(len).map_err(io::Error::other)?];
        reader.read_exact(&mut piece)?;
        left -= len;
        if left == 0 && reader.read(&mut [0])? != 0 {
            return Err(io::Error::other("the body is longer than it said"));
        }
        if sender.blocking_send(Ok(Bytes::from(piece))).is_err() {
            return Ok(()); // The upload went elsewhere.
        }
    }
    Ok(())
}

fn poll_piece(
    pieces: &Mutex<mpsc::Receiver<io::Result<Bytes>>>,
    cx: &mut Context<'_>,
) -> Poll<Option<io::Result<Bytes>>> {
    pieces.lock().unwrap_or_else(PoisonError::into_inner).poll_recv(cx)
}

/// One chunk as a request body of known length.
pub(super) struct Chunk {
    pieces: Arc<Mutex<mpsc::Receiver<io::Result<Bytes>>>>,
    left: u64,
    moved: Arc<AtomicU64>,
}

impl hyper::body::Body for Chunk {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        let piece = match poll_piece(&self.pieces, cx) {
            Poll::Pending => return Poll::Pending,
            Poll::Ready(None) => return Poll::Ready(Some(Err(io::ErrorKind::UnexpectedEof.into()))),
            Poll::Ready(Some(Err(error))) => return Poll::Ready(Some(Err(error))),
            Poll::Ready(Some(Ok(piece))) => piece,
        };
        let len = piece.len() as u64;
        // Chunks are whole multiples of a piece, so a piece never straddles two of them.
        let Some(left) = self.left.checked_sub(len) else {
            return Poll::Ready(Some(Err(io::ErrorKind::InvalidData.into())));
        };
        self.left = left;
        self.moved.fetch_add(len, Ordering::Relaxed);
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
