//! Bodies of the fuzz targets, so that ordinary tests can replay their corpora.

/// Reads arbitrary bytes as a key file; must neither panic nor accept what it cannot sign with.
pub fn key_file(data: &[u8]) {
    let _ = crate::KeyFile::parse(data);
}
