//! Making a service-account key: the key file for the user, the public half for the sandbox.

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::KeyPair as _;
use data_encoding::{BASE64, HEXLOWER};
use rcgen::{CertificateParams, DistinguishedName, DnType, PKCS_RSA_SHA256, date_time_ymd};
use serde::Serialize;
use signet_core::UnixMillis;

use crate::google::make_bytes;
use crate::state::{GoogleKey, KeyState, system_time};

/// Why no key was made.
#[derive(Debug, thiserror::Error)]
pub enum NewKeyError {
    /// Not a size that is made here.
    #[error("a key has 2048, 3072 or 4096 bits")]
    Bits,
    /// The cryptographic library failed.
    #[error("the key could not be made")]
    Crypto,
}

/// What key to make.
#[derive(Clone, Debug)]
pub struct NewKeyOptions {
    /// The service account.
    pub email: String,
    /// Its numeric id.
    pub client_id: String,
    /// Its project.
    pub project_id: String,
    /// 2048, 3072 or 4096.
    pub bits: u32,
    /// When it is made: the certificate's `notBefore`.
    pub created: UnixMillis,
    /// Another `token_uri` than Google's, for programs that follow the file.
    pub token_uri: Option<String>,
}

/// A new key: the file holds the private half, which the sandbox does not keep.
pub struct MadeKey {
    /// The key file, in Google's format.
    pub file: String,
    /// What the sandbox registers.
    pub public: GoogleKey,
}

/// Google's key file, field by field and in Google's order.
#[derive(Serialize)]
struct KeyFile<'a> {
    r#type: &'a str,
    project_id: &'a str,
    private_key_id: &'a str,
    private_key: &'a str,
    client_email: &'a str,
    client_id: &'a str,
    auth_uri: &'a str,
    token_uri: &'a str,
    auth_provider_x509_cert_url: &'a str,
    client_x509_cert_url: &'a str,
    universe_domain: &'a str,
}

/// The numeric id of a service account of the sandbox, 21 digits; always the same for an address.
pub fn client_id(email: &str) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, email.as_bytes());
    let number = digest.as_ref().iter().take(16).fold(0u128, |n, &byte| n << 8 | u128::from(byte));
    format!("1{:020}", number % 10u128.pow(20))
}

/// Makes a key.
pub fn make_key(options: &NewKeyOptions) -> Result<MadeKey, NewKeyError> {
    let size = match options.bits {
        2048 => KeySize::Rsa2048,
        3072 => KeySize::Rsa3072,
        4096 => KeySize::Rsa4096,
        _ => return Err(NewKeyError::Bits),
    };
    let pair = KeyPair::generate(size).map_err(|_| NewKeyError::Crypto)?;
    let der = pair.as_der().map_err(|_| NewKeyError::Crypto)?;
    let id = HEXLOWER.encode(&make_bytes::<20>());
    let public = GoogleKey {
        certificate: certify(der.as_ref(), options).map_err(|_| NewKeyError::Crypto)?,
        public_key: BASE64.encode(pair.public_key().as_ref()),
        created: options.created,
        state: KeyState::Active,
        id,
    };
    let pem = pem("PRIVATE KEY", der.as_ref());
    let cert_url = format!(
        "https://www.googleapis.com/robot/v1/metadata/x509/{}",
        url::form_urlencoded::byte_serialize(options.email.as_bytes()).collect::<String>()
    );
    let file = KeyFile {
        r#type: "service_account",
        project_id: &options.project_id,
        private_key_id: &public.id,
        private_key: &pem,
        client_email: &options.email,
        client_id: &options.client_id,
        auth_uri: "https://accounts.google.com/o/oauth2/auth",
        token_uri: options.token_uri.as_deref().unwrap_or("https://oauth2.googleapis.com/token"),
        auth_provider_x509_cert_url: "https://www.googleapis.com/oauth2/v1/certs",
        client_x509_cert_url: &cert_url,
        universe_domain: "googleapis.com",
    };
    let file = serde_json::to_string_pretty(&file).map_err(|_| NewKeyError::Crypto)? + "\n";
    Ok(MadeKey { file, public })
}

/// The self-signed certificate that Google publishes for a key, from now until the end of time.
fn certify(pkcs8: &[u8], options: &NewKeyOptions) -> Result<String, rcgen::Error> {
    let key = rcgen::KeyPair::from_pkcs8_der_and_sign_algo(&pkcs8.into(), &PKCS_RSA_SHA256)?;
    let mut params = CertificateParams::new(Vec::new())?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, options.client_id.as_str());
    params.not_before = system_time(options.created).into();
    params.not_after = date_time_ymd(9999, 12, 31);
    Ok(params.self_signed(&key)?.pem())
}

/// RFC 7468: lines of 64, each ended by a line feed.
fn pem(label: &str, der: &[u8]) -> String {
    let mut pem = format!("-----BEGIN {label}-----\n");
    let body = BASE64.encode(der);
    for start in (0..body.len()).step_by(64) {
        pem.push_str(&body[start..body.len().min(start + 64)]);
        pem.push('\n');
    }
    pem + &format!("-----END {label}-----\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_googles_and_its_key_matches_what_is_registered() {
        let options = NewKeyOptions {
            email: "robot@p.iam.gserviceaccount.com".into(),
            client_id: "100000000000000000001".into(),
            project_id: "p".into(),
            bits: 2048,
            created: UnixMillis::from_seconds(1_700_000_000),
            token_uri: None,
        };
        let made = make_key(&options).unwrap();
        let fields: Vec<_> = made.file.lines().filter_map(|l| l.trim().split('"').nth(1)).collect();
        assert_eq!(
            fields,
            [
                "type",
                "project_id",
                "private_key_id",
                "private_key",
                "client_email",
                "client_id",
                "auth_uri",
                "token_uri",
                "auth_provider_x509_cert_url",
                "client_x509_cert_url",
                "universe_domain",
            ]
        );
        let file: serde_json::Value = serde_json::from_str(&made.file).unwrap();
        let pem = file["private_key"].as_str().unwrap();
        assert!(
            pem.starts_with("-----BEGIN PRIVATE KEY-----\n")
                && pem.ends_with("\n-----END PRIVATE KEY-----\n")
        );
        assert!(file["client_id"].is_string());
        assert_eq!(made.public.id.len(), 40);
        let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
        let pair = KeyPair::from_pkcs8(&BASE64.decode(body.as_bytes()).unwrap()).unwrap();
        assert_eq!(BASE64.encode(pair.public_key().as_ref()), made.public.public_key);
    }

    #[test]
    fn odd_sizes_are_refused() {
        let options = NewKeyOptions {
            email: "a@b.c".into(),
            client_id: "1".into(),
            project_id: "p".into(),
            bits: 1024,
            created: UnixMillis(0),
            token_uri: None,
        };
        assert!(matches!(make_key(&options), Err(NewKeyError::Bits)));
    }
}
