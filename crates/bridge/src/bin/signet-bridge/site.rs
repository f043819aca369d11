//! The built page, with the policy of the window.

use std::path::{Component, Path, PathBuf};

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

/// As in `src-tauri/tauri.conf.json`, but for the addresses of calls and previews.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    font-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'none'; base-uri 'none'";

/// The folder of the built page.
pub(crate) struct Site(Option<PathBuf>);

impl Site {
    pub(crate) fn new(folder: Option<PathBuf>) -> Self {
        Self(folder)
    }

    /// A file of the page; addresses of places inside it are the page itself.
    pub(crate) fn answer(&self, path: &str) -> Response {
        let Some(folder) = &self.0 else { return StatusCode::NOT_FOUND.into_response() };
        let asked = Path::new(path.trim_start_matches('/'));
        let inside = asked.components().all(|part| matches!(part, Component::Normal(_)));
        if !inside {
            return StatusCode::NOT_FOUND.into_response();
        }
        let found = Some(folder.join(asked)).filter(|path| path.is_file());
        let file = match (found, asked.extension()) {
            (Some(found), _) => found,
            (None, None) => folder.join("index.html"),
            (None, Some(_)) => return StatusCode::NOT_FOUND.into_response(),
        };
        let Ok(bytes) = std::fs::read(&file) else { return StatusCode::NOT_FOUND.into_response() };
        let mut response = Response::new(Body::from(bytes));
        let headers = [
            ("content-type", kind(&file)),
            ("content-security-policy", POLICY),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cache-control", "no-store"),
        ];
        add(&mut response, headers.map(|(name, value)| (name.to_owned(), value.to_owned())).into_iter());
        response
    }
}

/// Adds headers.
pub(crate) fn add(response: &mut Response, headers: impl Iterator<Item = (String, String)>) {
    for (name, value) in headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().insert(name, value);
        }
    }
}

fn kind(file: &Path) -> &'static str {
    match file.extension().and_then(|end| end.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript",
        Some("css") => "text/css",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        Some("json" | "map") => "application/json",
        _ => "application/octet-stream",
    }
}
