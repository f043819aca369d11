//! Pictures of each step, to be looked at: `target/e2e/JOURNEY/NN-name.png`.

use std::cell::Cell;
use std::path::PathBuf;

use signet_testkit::workspace_root;

/// The pictures of one journey.
#[derive(Debug)]
pub struct Pictures {
    folder: PathBuf,
    count: Cell<u32>,
}

impl Pictures {
    /// An empty folder for a journey.
    pub fn of(journey: &str) -> Self {
        let folder = workspace_root().join("target/e2e").join(journey);
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).expect("a folder for pictures");
        Self { folder, count: Cell::new(0) }
    }

    /// Where the pictures are.
    pub fn folder(&self) -> &std::path::Path {
        &self.folder
    }

    /// Keeps the next picture.
    pub fn keep(&self, name: &str, png: &[u8]) {
        self.count.set(self.count.get() + 1);
        let path = self.folder.join(format!("{:02}-{name}.png", self.count.get()));
        std::fs::write(path, png).expect("a picture");
    }
}
