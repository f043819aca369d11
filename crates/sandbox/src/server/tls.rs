//! The sandbox's own certificate authority. It signs one certificate, for this computer only, and its
//! key is thrown away at once, so that trusting it gives nobody else anything.

use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::time::Duration;

use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DistinguishedName, DnType, ExtendedKeyUsagePurpose,
    GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose, NameConstraints, SanType,
};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use serde::{Deserialize, Serialize};
use signet_core::UnixMillis;

use crate::state::{StateDir, StateError, system_time, write_atomic};

/// How long the certificates are good: 90 days, and renewed a week before.
const LIFE: u64 = 90 * 86_400;
const RENEW: u64 = 7 * 86_400;

/// Why there is no HTTPS.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TlsError {
    #[error(transparent)]
    State(#[from] StateError),
    #[error("the test certificate could not be made: {0}")]
    Make(#[from] rcgen::Error),
    #[error("the test certificate cannot be used: {0}")]
    Use(#[from] rustls::Error),
}

/// What is kept of it: the server's certificate and key. The authority's key is nowhere.
#[derive(Serialize, Deserialize)]
struct Kept {
    certificate: Vec<u8>,
    key: Vec<u8>,
    expires: UnixMillis,
}

/// The server's configuration; makes the certificates when there are none or they run out.
pub(super) fn config(dir: &StateDir, now: UnixMillis) -> Result<Arc<ServerConfig>, TlsError> {
    let kept = fs::read(dir.tls()).ok().and_then(|bytes| serde_json::from_slice::<Kept>(&bytes).ok());
    let kept = match kept.filter(|kept| now.plus_seconds(RENEW) < kept.expires && dir.ca().exists()) {
        Some(kept) => kept,
        None => make(dir, now)?,
    };
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from(kept.certificate)],
            PrivatePkcs8KeyDer::from(kept.key).into(),
        )?;
    Ok(Arc::new(config))
}

fn make(dir: &StateDir, now: UnixMillis) -> Result<Kept, TlsError> {
    let authority_key = KeyPair::generate()?;
    let mut authority = params("Signet sandbox, test only", now)?;
    authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    authority.name_constraints = Some(NameConstraints {
        permitted_subtrees: vec![
            GeneralSubtree::DnsName("localhost".into()),
            GeneralSubtree::IpAddress(CidrSubnet::from_v4_prefix([127, 0, 0, 0], 8)),
            GeneralSubtree::IpAddress(CidrSubnet::from_v6_prefix(Ipv6Addr::LOCALHOST.octets(), 128)),
        ],
        excluded_subtrees: Vec::new(),
    });
    let authority_pem = authority.self_signed(&authority_key)?.pem();

    let key = KeyPair::generate()?;
    let mut server = params("localhost", now)?;
    server.subject_alt_names = vec![
        SanType::DnsName("localhost".try_into()?),
        SanType::IpAddress(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        SanType::IpAddress(IpAddr::V6(Ipv6Addr::LOCALHOST)),
    ];
    server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    server.use_authority_key_identifier_extension = true;
    let certificate = server.signed_by(&key, &Issuer::new(authority, authority_key))?;

    let kept = Kept {
        certificate: certificate.der().to_vec(),
        key: key.serialize_der(),
        expires: now.plus_seconds(LIFE),
    };
    let bytes = serde_json::to_vec(&kept)
        .map_err(|error| StateError::Damaged { path: dir.tls(), what: error.to_string() })?;
    write_atomic(&dir.tls(), &bytes)?;
    write_atomic(&dir.ca(), authority_pem.as_bytes())?;
    Ok(kept)
}

fn params(name: &str, now: UnixMillis) -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    // A day back, for clients whose clock is behind.
    params.not_before = (system_time(now) - Duration::from_hours(24)).into();
    params.not_after = (system_time(now) + Duration::from_secs(LIFE)).into();
    Ok(params)
}
