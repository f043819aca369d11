//! A key's age, from the public certificate that Google keeps for it.

use std::time::Duration;

use serde_json::Value;
use signet_core::{Code, EmailAddress, Failure, GoogleKeyId, UnixMillis};
use x509_parser::pem::parse_x509_pem;

use crate::Google;
use crate::reply::{Reply, unreachable};

impl Google {
    /// When Google says the key was created (`notBefore` of its public certificate), or `None` when
    /// Google lists no certificate with that id: the key is unknown there, deleted or disabled.
    ///
    /// # Errors
    /// A [`Failure`]: Google cannot be reached, or answers with something else.
    pub async fn key_created(
        &self,
        client_email: &EmailAddress,
        google_key_id: &GoogleKeyId,
    ) -> Result<Option<UnixMillis>, Failure> {
        let away = |error| unreachable(error, self.endpoints.profile());
        let url = self.endpoints.certificates(client_email.as_str());
        let response = self.http.get(url).timeout(Duration::from_secs(20)).send().await.map_err(away)?;
        let reply = Reply::read(response).await.map_err(away)?;
        match (reply.status, reply.json()) {
            (200, Some(Value::Object(certificates))) => match certificates.get(google_key_id.as_str()) {
                None => Ok(None),
                Some(Value::String(pem)) => not_before(pem).map(Some).ok_or_else(unexpected),
                Some(_) => Err(unexpected()),
            },
            // The service account itself is unknown.
            (404, _) => Ok(None),
            (500.., _) => Err(Failure::new(Code::GoogleUnavailable).fact("status", reply.status)),
            _ => Err(unexpected().fact("status", reply.status)),
        }
    }
}

fn unexpected() -> Failure {
    Failure::new(Code::UnexpectedReply)
}

/// The start of a certificate's validity (RFC 5280, 4.1.2.5).
fn not_before(pem: &str) -> Option<UnixMillis> {
    let (_, block) = parse_x509_pem(pem.as_bytes()).ok()?;
    let certificate = block.parse_x509().ok()?;
    u64::try_from(certificate.validity().not_before.timestamp()).ok().map(UnixMillis::from_seconds)
}
