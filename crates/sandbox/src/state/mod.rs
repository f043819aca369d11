//! What the sandbox remembers, all of it in one directory.

mod account;
mod books;
mod clock;
mod directory;
mod mailbox;
mod private;
mod quota;
mod upload;
mod workspace;

pub use account::{Account, AccountState, Delegation, GoogleKey, KeyState};
pub use books::Books;
pub use clock::WallClock;
pub(crate) use clock::{SandboxClock, system_time};
pub use directory::{StateDir, StateError, StateLock, write_atomic};
pub use mailbox::Mailbox;
pub use private::private_file;
pub(crate) use quota::{Exceeded, Meters};
pub use quota::{QuotaScheme, QuotaSettings};
pub(crate) use upload::{Finished, UNIT, Upload, UploadRecord, Uploads};
pub use workspace::{SendAs, User, Workspace};
