//! Bodies of the fuzz targets, so that ordinary tests can replay their corpora.

use aws_lc_rs::rsa::KeyPair;

/// Reads arbitrary bytes as a key file.
///
/// # Panics
/// If a key is accepted that is not what it should be: that is a finding.
pub fn key_file(data: &[u8]) {
    if let Ok(key) = crate::KeyFile::parse(data) {
        assert!((2048..=4096).contains(&key.bits()), "an accepted key has {} bits", key.bits());
        assert!(KeyPair::from_pkcs8(key.der()).is_ok(), "an accepted key does not load");
    }
}
