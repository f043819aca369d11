//! A request body that is taken slowly, as over a bad line.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hyper::body::{Body, Bytes, Frame};
use tokio::time::Sleep;

/// A body, each piece of which comes once the line would have carried it.
pub(super) struct Crawl<'a, B> {
    body: &'a mut B,
    bytes_per_second: Option<u64>,
    /// The next piece and the time when it has arrived.
    coming: Option<(Frame<Bytes>, Pin<Box<Sleep>>)>,
}

impl<'a, B> Crawl<'a, B> {
    /// The body at that speed; `None` is as fast as it comes.
    pub(super) fn over(body: &'a mut B, bytes_per_second: Option<u64>) -> Self {
        Self { body, bytes_per_second, coming: None }
    }
}

impl<B> Body for Crawl<'_, B>
where
    B: Body<Data = Bytes> + Unpin,
{
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        if self.coming.is_none() {
            let frame = match ready!(Pin::new(&mut *self.body).poll_frame(context)) {
                Some(Ok(frame)) => frame,
                end => return Poll::Ready(end),
            };
            let Some(speed) = self.bytes_per_second else { return Poll::Ready(Some(Ok(frame))) };
            let bytes = frame.data_ref().map_or(0, Bytes::len) as u64;
            let time = Duration::from_millis(bytes.saturating_mul(1000) / speed);
            self.coming = Some((frame, Box::pin(tokio::time::sleep(time))));
        }
        let arrived = self.coming.as_mut().map(|(_, arrival)| arrival.as_mut().poll(context));
        if arrived.is_some_and(|arrived| arrived.is_pending()) {
            return Poll::Pending;
        }
        Poll::Ready(self.coming.take().map(|(frame, _)| Ok(frame)))
    }
}
