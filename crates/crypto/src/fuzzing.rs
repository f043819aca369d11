//! The bodies of the fuzz targets: plain functions, so that the committed corpora are also replayed by
//! an ordinary test. Each panics when a rule is broken.

use crate::{DeviceSecret, HeaderKey, SEAL_OVERHEAD, SealKey, StoredHeader, open};

/// A header either is refused or encodes to exactly the same bytes again, and its MACs hold under no
/// key that the writer did not have.
///
/// # Panics
/// If that is broken.
pub fn header(data: &[u8]) {
    let Ok(stored) = StoredHeader::decode(data) else { return };
    let device = DeviceSecret::from_bytes(&mut [0x11; 32]);
    let key = HeaderKey::from_bytes(&mut [0x22; 32]);
    let again = stored.header().encode(&device, &key);
    assert_eq!(again.len(), data.len(), "one value has one length");
    assert_eq!(again[..data.len() - 64], data[..data.len() - 64], "one value has one encoding");
    assert!(
        stored.clone().check_device(&device).is_ok() == (again[..data.len() - 32] == data[..data.len() - 32])
    );
    assert!(StoredHeader::decode(&again).is_ok_and(|header| header.check_vault(&key).is_ok()));
}

/// No bytes open under a key that never sealed anything.
///
/// # Panics
/// If some do.
pub fn seal(data: &[u8]) {
    let key = SealKey::from_bytes(&mut [0x33; 32]);
    let (aad, blob) = data.split_at(data.len().min(8));
    match open(&key, aad, blob) {
        Ok(_) => panic!("a blob opened that nobody sealed"),
        Err(error) => assert_eq!(error == crate::OpenError::Short, blob.len() < SEAL_OVERHEAD),
    }
}
