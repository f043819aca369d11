//! The body of a request, whole and in time: a connection that stops in the middle gives up its place.

use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// How long a body may take; the largest one is on its way for less than a second.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// Reads the whole body before anything else is done; ends the connection if it does not come.
pub(crate) async fn read_within(patience: Duration, most: usize, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let refused = match tokio::time::timeout(patience, to_bytes(body, most)).await {
        Ok(Ok(body)) => return next.run(Request::from_parts(parts, Body::from(body))).await,
        Ok(Err(_)) => StatusCode::PAYLOAD_TOO_LARGE,
        Err(_) => StatusCode::REQUEST_TIMEOUT,
    };
    (refused, [(header::CONNECTION, "close")]).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Bytes;
    use axum::routing::post;
    use axum::{Router, middleware};
    use futures_util::StreamExt;
    use tower::ServiceExt;

    async fn answer(body: Body) -> StatusCode {
        let patience = Duration::from_millis(50);
        let router = Router::new()
            .route("/", post(|body: Bytes| async move { assert_eq!(&body[..], b"whole") }))
            .layer(middleware::from_fn(move |request, next| read_within(patience, 1024, request, next)));
        router.oneshot(Request::post("/").body(body).unwrap()).await.unwrap().status()
    }

    #[tokio::test]
    async fn a_body_comes_whole_and_in_time_or_not_at_all() {
        let part = || futures_util::stream::iter([Ok::<_, std::io::Error>(Bytes::from_static(b"whole"))]);
        assert_eq!(answer(Body::from_stream(part())).await, StatusCode::OK);
        let unfinished = part().chain(futures_util::stream::pending());
        assert_eq!(answer(Body::from_stream(unfinished)).await, StatusCode::REQUEST_TIMEOUT);
    }
}
