//! HTML behind an address of its own, with its own header: shown as it is, able to do nothing.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use signet_core::Failure;

use crate::files;

/// What the frame may do: show styles and images that are in the message itself.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data: cid:; form-action 'none'; base-uri 'none'; sandbox";
/// How many are kept; a window shows two or three at once.
const MOST: usize = 32;

/// What is answered at a preview's address.
#[derive(Clone, Debug)]
pub struct PreviewResponse {
    /// The HTML, not sanitised: isolation does the safety.
    pub html: Vec<u8>,
    /// Header names and values.
    pub headers: Vec<(&'static str, String)>,
}

/// The previews that are open.
#[derive(Default)]
pub(crate) struct Previews(Mutex<VecDeque<(String, String)>>);

impl Previews {
    /// Keeps HTML and returns its token.
    pub(crate) fn keep(&self, html: String) -> Result<String, Failure> {
        let token = files::make_name()?;
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST {
            kept.pop_front();
        }
        kept.push_back((token.clone(), html));
        Ok(token)
    }

    pub(crate) fn find(&self, token: &str) -> Option<PreviewResponse> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, html) = kept.iter().find(|(name, _)| name == token)?;
        Some(PreviewResponse {
            html: html.clone().into_bytes(),
            headers: vec![
                ("Content-Type", "text/html; charset=utf-8".into()),
                ("Content-Security-Policy", POLICY.into()),
                ("Referrer-Policy", "no-referrer".into()),
                ("X-Content-Type-Options", "nosniff".into()),
                ("Cache-Control", "no-store".into()),
            ],
        })
    }

    pub(crate) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preview_is_served_as_it_is_under_a_policy_that_forbids_everything() {
        let previews = Previews::default();
        let token = previews.keep("<script>x()</script>".into()).unwrap();
        let found = previews.find(&token).unwrap();
        assert_eq!(found.html, b"<script>x()</script>");
        let policy = &found.headers.iter().find(|(name, _)| *name == "Content-Security-Policy").unwrap().1;
        assert_eq!(
            policy,
            "default-src 'none'; style-src 'unsafe-inline'; img-src data: cid:; form-action 'none'; base-uri 'none'; sandbox"
        );
        assert!(previews.find("").is_none() && previews.find(&token[1..]).is_none());
        previews.clear();
        assert!(previews.find(&token).is_none());
    }

    #[test]
    fn the_oldest_makes_room() {
        let previews = Previews::default();
        let first = previews.keep("first".into()).unwrap();
        for _ in 0..MOST {
            previews.keep("more".into()).unwrap();
        }
        assert!(previews.find(&first).is_none());
    }
}
