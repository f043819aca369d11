//! Where Google is, pinned per profile: production is Google's own https hosts, the sandbox is one
//! loopback authority, and neither can be talked into the other.

use std::net::IpAddr;

use signet_core::{Code, Failure, Profile};
use url::{Host, Url};

/// The addresses of one profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoints {
    profile: Profile,
    token: Url,
    gmail: Url,
    certificates: Url,
}

/// Why an address cannot be the sandbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the sandbox must be http on a loopback address")]
pub struct EndpointsError;

impl EndpointsError {
    /// The failure to show.
    pub fn failure(self) -> Failure {
        Failure::new(Code::ProfileMismatch)
            .what("The sandbox's address is not on this computer, so it was not used.")
    }
}

impl Endpoints {
    /// Google's own (`oauth2.googleapis.com`, `gmail.googleapis.com`, `www.googleapis.com`).
    pub fn production() -> Self {
        Self {
            profile: Profile::Production,
            token: fixed("https://oauth2.googleapis.com/token"),
            gmail: fixed("https://gmail.googleapis.com/"),
            certificates: fixed("https://www.googleapis.com/"),
        }
    }

    /// A sandbox at `base`, for example `http://127.0.0.1:8123`. Path and query of `base` are ignored.
    ///
    /// # Errors
    /// [`EndpointsError`] unless `base` is http on `127.0.0.0/8`, `[::1]` or `localhost`.
    pub fn sandbox(base: &Url) -> Result<Self, EndpointsError> {
        if base.scheme() != "http"
            || !is_loopback(base)
            || !base.username().is_empty()
            || base.password().is_some()
        {
            return Err(EndpointsError);
        }
        let mut root = base.clone();
        root.set_path("/");
        root.set_query(None);
        root.set_fragment(None);
        let token = root.join("token").map_err(|_| EndpointsError)?;
        Ok(Self { profile: Profile::Sandbox, token, gmail: root.clone(), certificates: root })
    }

    /// Which profile these belong to.
    pub fn profile(&self) -> Profile {
        self.profile
    }

    /// Where assertions are exchanged for tokens; also the `aud` of each assertion.
    pub fn token(&self) -> &Url {
        &self.token
    }

    /// Where a resumable upload of a message starts (`users.messages.send`, Gmail API v1).
    pub(crate) fn upload(&self) -> Url {
        let mut url = self.gmail.clone();
        url.set_path("/upload/gmail/v1/users/me/messages/send");
        url.set_query(Some("uploadType=resumable"));
        url
    }

    /// Where the public certificates of a service account are.
    pub(crate) fn certificates(&self, client_email: &str) -> Url {
        let mut url = self.certificates.clone();
        url.set_path("/service_accounts/v1/metadata/x509/");
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().push(client_email);
        }
        url
    }

    /// Whether an upload may be continued at `url`: Google's https hosts on the default port, or the
    /// sandbox's own authority.
    pub(crate) fn may_upload_to(&self, url: &Url) -> bool {
        let plain = url.username().is_empty() && url.password().is_none();
        plain
            && match self.profile {
                Profile::Production => {
                    let google = url.domain().is_some_and(|host| host.ends_with(".googleapis.com"));
                    url.scheme() == "https" && url.port().is_none() && google
                }
                Profile::Sandbox => url.origin() == self.gmail.origin(),
            }
    }
}

/// Loopback by its text alone: an IP literal, or `localhost`, which the client never asks DNS about.
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => IpAddr::V4(ip).is_loopback(),
        Some(Host::Ipv6(ip)) => IpAddr::V6(ip).is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// A URL written in this file.
#[expect(clippy::expect_used, reason = "constants of this file, each parsed by a test")]
fn fixed(text: &str) -> Url {
    Url::parse(text).expect("a constant URL")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn production_is_google_over_https() {
        let google = Endpoints::production();
        assert_eq!(google.token().as_str(), "https://oauth2.googleapis.com/token");
        let upload =
            "https://gmail.googleapis.com/upload/gmail/v1/users/me/messages/send?uploadType=resumable";
        assert_eq!(google.upload().as_str(), upload);
        let certificates = google.certificates("robot@demo.iam.gserviceaccount.com");
        let expected =
            "https://www.googleapis.com/service_accounts/v1/metadata/x509/robot@demo.iam.gserviceaccount.com";
        assert_eq!(certificates.as_str(), expected);
    }

    #[test]
    fn a_production_upload_stays_with_google() {
        let google = Endpoints::production();
        for yes in [
            "https://gmail.googleapis.com/upload/gmail/v1/users/me/messages/send?uploadType=resumable&upload_id=AB",
            "https://www.googleapis.com/upload?upload_id=AB&session_crd=x",
            "https://gmail.googleapis.com:443/upload?upload_id=AB",
        ] {
            assert!(google.may_upload_to(&url(yes)), "{yes}");
        }
        for no in [
            "http://gmail.googleapis.com/upload?upload_id=AB",
            "https://gmail.googleapis.com:8443/upload?upload_id=AB",
            "https://googleapis.com.evil.example/upload?upload_id=AB",
            "https://evilgoogleapis.com/upload?upload_id=AB",
            "https://gmail.googleapis.com.:443/upload",
            "https://user@gmail.googleapis.com/upload",
            "https://gmail.googleapis.com@evil.example/upload",
            "https://127.0.0.1/upload?upload_id=AB",
            "http://127.0.0.1:8123/upload?upload_id=AB",
            "file:///upload",
        ] {
            assert!(!google.may_upload_to(&url(no)), "{no}");
        }
    }

    #[test]
    fn a_sandbox_is_on_loopback_only() {
        for yes in [
            "http://127.0.0.1:8123",
            "http://127.9.9.9:1/",
            "http://[::1]:8123/x?y#z",
            "http://localhost:8123",
        ] {
            assert!(Endpoints::sandbox(&url(yes)).is_ok(), "{yes}");
        }
        for no in [
            "https://127.0.0.1:8123",
            "http://10.0.0.1:8123",
            "http://0.0.0.0:8123",
            "http://localhost.evil.example:8123",
            "http://127.0.0.1.evil.example/",
            "http://[::ffff:10.0.0.1]:8123/",
            "http://gmail.googleapis.com/",
            "http://user@127.0.0.1:8123/",
            "file:///127.0.0.1",
        ] {
            assert_eq!(Endpoints::sandbox(&url(no)), Err(EndpointsError), "{no}");
        }
    }

    #[test]
    fn a_sandbox_upload_stays_at_its_own_port() {
        let sandbox = Endpoints::sandbox(&url("http://127.0.0.1:8123")).unwrap();
        assert!(sandbox.may_upload_to(&url("http://127.0.0.1:8123/upload?upload_id=AB")));
        for no in [
            "http://127.0.0.1:8124/upload",
            "http://localhost:8123/upload",
            "https://127.0.0.1:8123/upload",
            "https://gmail.googleapis.com/upload",
        ] {
            assert!(!sandbox.may_upload_to(&url(no)), "{no}");
        }
    }
}
