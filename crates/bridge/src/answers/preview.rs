//! `preview.open`.

use std::io::Read;

use signet_core::{ContentType, Failure, FileName, guess_content_type};

use crate::dispatch::{Answer, Events};
use crate::wire::{PreviewPlace, PreviewWish};
use crate::{Bridge, PreviewOpen, files, html};

/// Bytes of one inline image that a preview shows: Gmail's limit on a whole message.
const IMAGE: u64 = 36_700_160;

impl Answer<PreviewOpen> for Bridge {
    async fn answer(&self, wish: PreviewWish, _: Events<PreviewOpen>) -> Result<PreviewPlace, Failure> {
        let mut images = Vec::new();
        for attachment in &wish.attachments {
            let (Some(id), Some(handle)) = (&attachment.content_id, &attachment.handle) else { continue };
            if !html::names_image(&wish.html, id) {
                continue;
            }
            let path = self.handles.path(handle)?;
            // An image that cannot be read is shown as missing, as a mail program would.
            let Ok(file) = files::regular(&path) else { continue };
            let mut bytes = Vec::new();
            if file.take(IMAGE).read_to_end(&mut bytes).is_ok() {
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                let content_type = attachment.content_type.clone().unwrap_or_else(|| {
                    let name = FileName::parse(&name).map(|name| guess_content_type(&name));
                    name.unwrap_or_else(|_| ContentType::octet_stream()).to_string()
                });
                images.push(html::Image { id: id.clone(), content_type, bytes });
            }
        }
        self.show(wish.html, wish.dark, &images)
    }
}

impl Bridge {
    /// Keeps HTML behind an address of its own.
    pub(crate) fn show(
        &self,
        text: String,
        dark: bool,
        images: &[html::Image],
    ) -> Result<PreviewPlace, Failure> {
        let found = html::look(&text);
        let shown = html::on_ground(&html::with_images(text, images), dark);
        let token = self.previews.keep(shown)?;
        Ok(PreviewPlace {
            url: format!("{}{token}", self.setup.preview),
            links: found.links,
            remote: found.remote,
        })
    }
}
