//! `signet-preview://localhost/TOKEN`: HTML of a message, with a policy of its own that lets it do nothing.

use signet_bridge::Bridge;
use tauri::http::{Request, Response, StatusCode, header};
use tauri::{Manager, UriSchemeContext, UriSchemeResponder, Wry};

/// The scheme.
pub(crate) const SCHEME: &str = "signet-preview";

/// What precedes a preview's token in its address. Windows' web view knows custom schemes as hosts.
pub(crate) const fn base() -> &'static str {
    if cfg!(windows) { "http://signet-preview.localhost/" } else { "signet-preview://localhost/" }
}

/// Answers a request of the scheme.
pub(crate) fn answer(
    context: UriSchemeContext<'_, Wry>,
    request: Request<Vec<u8>>,
    responder: UriSchemeResponder,
) {
    let token = request.uri().path().trim_start_matches('/');
    let bridge = context.app_handle().try_state::<Bridge>();
    let found = bridge.and_then(|bridge| bridge.preview(token));
    #[cfg(feature = "e2e")]
    if let Some(preview) = &found {
        let html = String::from_utf8_lossy(&preview.html);
        signet_bridge::hook::crossed(&serde_json::json!({ "preview": html }));
    }
    responder.respond(found.map_or_else(nothing, |preview| {
        let mut response = Response::new(preview.html);
        for (name, value) in preview.headers {
            if let (Ok(name), Ok(value)) =
                (header::HeaderName::from_bytes(name.as_bytes()), header::HeaderValue::from_str(&value))
            {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }));
}

fn nothing() -> Response<Vec<u8>> {
    let mut response = Response::new(Vec::new());
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}
