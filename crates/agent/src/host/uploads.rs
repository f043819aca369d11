//! Messages whose attachments are on their way to the host.

use std::collections::HashMap;
use std::ops::AddAssign;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use signet_api::remote::{Manifest, PartFacts};
use signet_core::{Code, DeviceHash, EmailAddress, Failure, MemberId, RequestId};
use signet_mail::{Message, Source, Survey};

use crate::host::sealed_file::{GrowingFile, SealedFile};

/// Bytes of attachments that one member may have under way.
const EACH: u64 = 72 * 1000 * 1000;
/// Bytes in all.
const ALL: u64 = 4 * 1000 * 1000 * 1000;
/// Messages that one member may have under way.
const MESSAGES: usize = 16;
/// Attachments of one message.
const PARTS: usize = 100;
/// Attachments that one member may have under way: each is an open file.
const PARTS_EACH: usize = 200;
/// Attachments in all; at most half of the files that this process may have open.
const PARTS_ALL: usize = 4000;
/// How long an upload may pause.
const LIFE: Duration = Duration::from_mins(15);

/// The uploads of a host.
#[derive(Default)]
pub(crate) struct Uploads {
    under_way: Mutex<HashMap<RequestId, Arc<Upload>>>,
    /// Taken out to be sent, and neither refused nor on record yet.
    in_hand: Arc<Mutex<HashMap<RequestId, Arc<Upload>>>>,
}

/// An upload that is being decided on. Whoever asks about it meanwhile hears that it is under way.
pub(crate) struct InHand {
    request: RequestId,
    all: Arc<Mutex<HashMap<RequestId, Arc<Upload>>>>,
}

impl Drop for InHand {
    fn drop(&mut self) {
        self.all.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.request);
    }
}

/// One message under way.
pub(crate) struct Upload {
    pub(crate) request: RequestId,
    pub(crate) member: MemberId,
    pub(crate) device: DeviceHash,
    pub(crate) manifest: Manifest,
    pub(crate) message: Message,
    pub(crate) sub: EmailAddress,
    /// Whether a fresh code came with the message.
    pub(crate) with_code: bool,
    /// Bytes that its text takes of the memory: as it came, and parsed.
    words: u64,
    parts: Vec<Arc<tokio::sync::Mutex<Option<Arrival>>>>,
    touched: Mutex<Instant>,
}

/// Bytes and parts of attachments that the host holds.
#[derive(Clone, Copy, Default)]
pub(crate) struct Held {
    pub(crate) bytes: u64,
    pub(crate) parts: usize,
}

impl AddAssign for Held {
    fn add_assign(&mut self, more: Self) {
        self.bytes = self.bytes.saturating_add(more.bytes);
        self.parts += more.parts;
    }
}

enum Arrival {
    Growing(GrowingFile),
    Whole(Arc<SealedFile>, Survey),
}

/// The request's name in the log: nobody can take another device's.
pub(crate) fn derive_request(device: DeviceHash, client: RequestId) -> RequestId {
    let mut hash = Sha256::new_with_prefix(b"signet1/request");
    hash.update(device.as_bytes());
    hash.update(client.as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.finalize()[..16]);
    RequestId::from_bytes(bytes)
}

impl Uploads {
    /// Begins an upload, or finds the one that the same request began.
    ///
    /// `waiting`: what this member has, and what all have, among the messages that wait for approval. They
    /// lie in the same place and count like those under way.
    pub(crate) fn begin(&self, upload: Upload, waiting: (Held, Held)) -> Result<Arc<Upload>, Failure> {
        let mut uploads = self.lock();
        uploads.retain(|_, upload| upload.idle() < LIFE);
        if let Some(known) = uploads.get(&upload.request) {
            // The same request with another message is a mistake or an attack.
            let same = known.is_of(&upload.manifest);
            return if same { Ok(Arc::clone(known)) } else { Err(Failure::new(Code::UploadMismatch)) };
        }
        let (mut own, mut all) = waiting;
        for other in uploads.values() {
            all += other.held();
            if other.member == upload.member {
                own += other.held();
            }
        }
        own += upload.held();
        all += upload.held();
        let messages = uploads.values().filter(|other| other.member == upload.member).count();
        let full = messages >= MESSAGES || own.bytes > EACH || all.bytes > ALL;
        if full || own.parts > PARTS_EACH || all.parts > parts_all() {
            return Err(Failure::new(Code::HostFull));
        }
        let upload = Arc::new(upload);
        uploads.insert(upload.request, Arc::clone(&upload));
        Ok(upload)
    }

    /// A device's upload of that name.
    pub(crate) fn find(&self, device: DeviceHash, request: RequestId) -> Result<Arc<Upload>, Failure> {
        let found = self.lock().get(&request).filter(|upload| upload.device == device).cloned();
        found.inspect(|upload| upload.touch()).ok_or_else(|| Failure::new(Code::UploadGone))
    }

    /// Takes an upload out: from here on it is sent, waits, or is gone.
    pub(crate) fn take(
        &self,
        device: DeviceHash,
        request: RequestId,
    ) -> Result<(Arc<Upload>, InHand), Failure> {
        let mut uploads = self.lock();
        if uploads.get(&request).is_none_or(|upload| upload.device != device) {
            return Err(Failure::new(Code::UploadGone));
        }
        let upload = uploads.remove(&request).ok_or_else(|| Failure::new(Code::UploadGone))?;
        let all = Arc::clone(&self.in_hand);
        all.lock().unwrap_or_else(PoisonError::into_inner).insert(request, Arc::clone(&upload));
        Ok((upload, InHand { request, all }))
    }

    /// What was taken out, while it is not known yet how that ends.
    pub(crate) fn in_hand(&self, request: RequestId) -> Option<Arc<Upload>> {
        self.in_hand.lock().unwrap_or_else(PoisonError::into_inner).get(&request).cloned()
    }

    /// Whether this very upload was begun with a code that was right. The same code is not right twice.
    pub(crate) fn has_code(&self, device: DeviceHash, request: RequestId, manifest: &Manifest) -> bool {
        let known = self.find(device, request).ok();
        known.is_some_and(|known| known.with_code && known.is_of(manifest))
    }

    /// Forgets what has paused for too long.
    pub(crate) fn drop_idle(&self) {
        self.lock().retain(|_, upload| upload.idle() < LIFE);
    }

    /// Forgets a member's uploads.
    pub(crate) fn drop_of(&self, member: MemberId) {
        self.lock().retain(|_, upload| upload.member != member);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<RequestId, Arc<Upload>>> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Upload {
    /// An upload of which nothing has arrived. Files lie in `folder`, without names.
    pub(crate) fn new(
        (request, member, device): (RequestId, MemberId, DeviceHash),
        manifest: Manifest,
        message: Message,
        sub: EmailAddress,
        with_code: bool,
        folder: &Path,
    ) -> Result<Self, Failure> {
        fits_parts(manifest.parts.len())?;
        let parts = manifest
            .parts
            .iter()
            .map(|_| {
                let file = GrowingFile::new(folder).map_err(|_| Failure::new(Code::HostFull))?;
                Ok(Arc::new(tokio::sync::Mutex::new(Some(Arrival::Growing(file)))))
            })
            .collect::<Result<_, Failure>>()?;
        let written = serde_json::to_vec(&manifest.draft).map_or(u64::MAX, |text| text.len() as u64);
        let (words, touched) = (written.saturating_mul(2), Mutex::new(Instant::now()));
        Ok(Self { request, member, device, manifest, message, sub, with_code, words, parts, touched })
    }

    /// Whether it is of that message.
    pub(crate) fn is_of(&self, manifest: &Manifest) -> bool {
        self.manifest.draft == manifest.draft
            && self.manifest.parts == manifest.parts
            && self.manifest.key == manifest.key
    }

    fn held(&self) -> Held {
        let bytes = self.manifest.parts.iter().fold(self.words, |sum, part| sum.saturating_add(part.bytes));
        Held { bytes, parts: self.parts.len() }
    }

    /// How many bytes of each part have arrived.
    pub(crate) async fn have(&self) -> Vec<u64> {
        let mut have = Vec::with_capacity(self.parts.len());
        for part in &self.parts {
            have.push(match &*part.lock().await {
                Some(Arrival::Growing(file)) => file.len(),
                Some(Arrival::Whole(_, survey)) => survey.len,
                None => 0,
            });
        }
        have
    }

    /// Appends bytes of a part that begin at `at`, which is where the host's own end. Returns how many
    /// it has. The last byte checks the announced hash.
    pub(crate) async fn receive(
        &self,
        part: usize,
        at: u64,
        bytes: axum::body::Bytes,
    ) -> Result<u64, Failure> {
        self.touch();
        let facts = self.manifest.parts.get(part).ok_or_else(|| Failure::new(Code::NotFound))?;
        let slot = self.parts.get(part).ok_or_else(|| Failure::new(Code::NotFound))?;
        let mut slot = Arc::clone(slot).lock_owned().await;
        let announced = facts.clone();
        // The lock goes with the write: a connection that ends in the middle leaves the part whole.
        let writing = tokio::task::spawn_blocking(move || append(&mut slot, &announced, at, &bytes));
        writing.await.map_err(|_| Failure::new(Code::Internal))?
    }

    /// The whole parts, in order.
    pub(crate) async fn sources(&self) -> Result<Vec<(Arc<dyn Source>, Survey)>, Failure> {
        let mut sources: Vec<(Arc<dyn Source>, Survey)> = Vec::with_capacity(self.parts.len());
        for (part, facts) in self.parts.iter().zip(&self.manifest.parts) {
            let mut part = part.lock().await;
            // An empty part is whole before anything arrives.
            if facts.bytes == 0 && matches!(&*part, Some(Arrival::Growing(_))) {
                let Some(Arrival::Growing(file)) = part.take() else { continue };
                let (file, sha256) = file.finish().map_err(|_| Failure::new(Code::HostFull))?;
                *part = Some(Arrival::Whole(Arc::new(file), Survey { len: 0, sha256 }));
            }
            match &*part {
                Some(Arrival::Whole(file, survey)) => {
                    sources.push((Arc::clone(file) as Arc<dyn Source>, *survey));
                }
                _ => return Err(Failure::new(Code::UploadMismatch).what("Not every attachment has arrived.")),
            }
        }
        Ok(sources)
    }

    fn touch(&self) {
        *self.touched.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    fn idle(&self) -> Duration {
        self.touched.lock().unwrap_or_else(PoisonError::into_inner).elapsed()
    }
}

/// Whether a message may have so many attachments.
pub(crate) fn fits_parts(count: usize) -> Result<(), Failure> {
    if count <= PARTS {
        return Ok(());
    }
    Err(Failure::new(Code::Usage)
        .what(format!("A message has at most {PARTS} attachments."))
        .remedy("Pack them into one file, or send several messages."))
}

/// How many attachments there may be in all: connections and the log need files, too.
fn parts_all() -> usize {
    use rustix::process::{Resource, getrlimit};
    let files = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    usize::try_from(files).unwrap_or(usize::MAX).min(2 * PARTS_ALL) / 2
}

/// Appends to a part; it stays as it was if the bytes do not continue it.
fn append(slot: &mut Option<Arrival>, announced: &PartFacts, at: u64, bytes: &[u8]) -> Result<u64, Failure> {
    // Whole already, or given up: it stays so.
    let Some(Arrival::Growing(file)) = slot else { return Err(Failure::new(Code::UploadMismatch)) };
    let end = at.saturating_add(bytes.len() as u64);
    if file.len() != at || end > announced.bytes {
        return Err(Failure::new(Code::UploadMismatch).fact("have", file.len()));
    }
    let full = |_| Failure::new(Code::HostFull);
    if let Err(error) = file.write(bytes) {
        *slot = None;
        return Err(full(error));
    }
    if file.len() < announced.bytes {
        return Ok(end);
    }
    let Some(Arrival::Growing(file)) = slot.take() else { return Err(Failure::new(Code::Internal)) };
    let (file, sha256) = file.finish().map_err(full)?;
    if HEXLOWER.encode(&sha256) != announced.sha256 {
        return Err(Failure::new(Code::UploadMismatch));
    }
    *slot = Some(Arrival::Whole(Arc::new(file), Survey { len: announced.bytes, sha256 }));
    Ok(end)
}
