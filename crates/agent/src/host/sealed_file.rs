//! Bytes on disk that nobody else can read: a file without a name, sealed under a key that is only in
//! memory. Gone with the process.

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use sha2::{Digest, Sha256};
use signet_crypto::{SEAL_OVERHEAD, SealKey, SecretBytes};
use signet_mail::Source;
use zeroize::Zeroizing;

/// Plain bytes of one sealed block.
const BLOCK: usize = 64 * 1024;
const SEALED: u64 = (BLOCK + SEAL_OVERHEAD) as u64;

/// A file that grows until it is whole.
pub(crate) struct GrowingFile {
    file: File,
    key: SealKey,
    written: u64,
    tail: Zeroizing<Vec<u8>>,
    hash: Sha256,
}

/// A whole file, as a source for a message.
pub(crate) struct SealedFile {
    file: File,
    key: SealKey,
    len: u64,
    block: Mutex<Option<(u64, SecretBytes)>>,
}

impl GrowingFile {
    /// An empty file in `folder`, without a name from its start.
    pub(crate) fn new(folder: &Path) -> io::Result<Self> {
        let key = SealKey::make(&mut signet_crypto::system_rng());
        let tail = Zeroizing::new(Vec::with_capacity(BLOCK));
        Ok(Self { file: tempfile::tempfile_in(folder)?, key, written: 0, tail, hash: Sha256::new() })
    }

    /// Bytes so far.
    pub(crate) const fn len(&self) -> u64 {
        self.written
    }

    /// Appends. Blocking.
    pub(crate) fn write(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        self.hash.update(bytes);
        self.written += bytes.len() as u64;
        while !bytes.is_empty() {
            let take = (BLOCK - self.tail.len()).min(bytes.len());
            let (head, rest) = bytes.split_at(take);
            self.tail.extend_from_slice(head);
            bytes = rest;
            if self.tail.len() == BLOCK {
                self.flush((self.written - bytes.len() as u64 - 1) / BLOCK as u64)?;
            }
        }
        Ok(())
    }

    fn flush(&mut self, block: u64) -> io::Result<()> {
        let sealed = signet_crypto::seal(
            &self.key,
            &block.to_be_bytes(),
            &self.tail,
            &mut signet_crypto::system_rng(),
        );
        self.file.write_all_at(&sealed, block * SEALED)?;
        self.tail.clear();
        Ok(())
    }

    /// The whole file and the SHA-256 of its bytes. Blocking.
    pub(crate) fn finish(mut self) -> io::Result<(SealedFile, [u8; 32])> {
        if !self.tail.is_empty() {
            self.flush(self.written / BLOCK as u64)?;
        }
        let Self { file, key, written, hash, .. } = self;
        Ok((SealedFile { file, key, len: written, block: Mutex::default() }, hash.finalize().into()))
    }
}

impl SealedFile {
    fn open_block(&self, block: u64) -> io::Result<SecretBytes> {
        let start = block * BLOCK as u64;
        let plain = (self.len - start).min(BLOCK as u64);
        let size = usize::try_from(plain).map_err(io::Error::other)? + SEAL_OVERHEAD;
        let mut sealed = vec![0; size];
        self.file.read_exact_at(&mut sealed, block * SEALED)?;
        signet_crypto::open(&self.key, &block.to_be_bytes(), &sealed)
            .map_err(|_| io::Error::other("an uploaded part does not open any more"))
    }
}

impl Source for SealedFile {
    fn len(&self) -> io::Result<u64> {
        Ok(self.len)
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        if offset >= self.len {
            return Ok(0);
        }
        let wanted = offset / BLOCK as u64;
        let mut kept = self.block.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.as_ref().is_none_or(|(block, _)| *block != wanted) {
            *kept = Some((wanted, self.open_block(wanted)?));
        }
        let Some((_, bytes)) = kept.as_ref() else { return Ok(0) };
        let within = usize::try_from(offset % BLOCK as u64).map_err(io::Error::other)?;
        // Exposed to be put into the message that its member asked for.
        bytes.expose().get(within..).unwrap_or_default().read(buffer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn filled(bytes: &[u8], step: usize) -> (SealedFile, [u8; 32]) {
        let folder = tempfile::tempdir().unwrap();
        let mut file = GrowingFile::new(folder.path()).unwrap();
        for chunk in bytes.chunks(step.max(1)) {
            file.write(chunk).unwrap();
        }
        assert_eq!(file.len(), bytes.len() as u64);
        file.finish().unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn reads_back_what_was_written(size in 0_usize..300_000, step in 1_usize..100_000, at in 0_usize..300_000) {
            let bytes: Vec<u8> = (0..=250_u8).cycle().take(size).collect();
            let (file, hash) = filled(&bytes, step);
            prop_assert_eq!(hash, <[u8; 32]>::from(Sha256::digest(&bytes)));
            let survey = signet_mail::survey(&file).unwrap();
            prop_assert_eq!((survey.len, survey.sha256), (size as u64, hash));
            let mut window = [0; 1000];
            let read = file.read_at(&mut window, at as u64).unwrap();
            prop_assert_eq!(&window[..read], bytes.get(at..(at + read).min(size)).unwrap_or_default());
            prop_assert_eq!(read == 0, at >= size);
        }
    }

    #[test]
    fn the_disk_holds_nothing_readable() {
        let secret = b"the quarterly figures".repeat(20_000);
        let (file, _) = filled(&secret, 7777);
        let mut on_disk = vec![0; usize::try_from(file.file.metadata().unwrap().len()).unwrap()];
        file.file.read_exact_at(&mut on_disk, 0).unwrap();
        assert!(!on_disk.windows(9).any(|window| window == b"quarterly"));
        file.file.write_all_at(&[1], SEALED + 200).unwrap();
        assert!(file.read_at(&mut [0; 8], BLOCK as u64).is_err(), "changed on disk");
        assert!(file.read_at(&mut [0; 8], 0).is_ok());
    }
}
