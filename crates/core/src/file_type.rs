//! What a file's name says: its content type, and whether Gmail blocks it.

use crate::{ContentType, FileName};

/// The content type that the extension of a name suggests; `application/octet-stream` if none does.
/// The types are those of the IANA registry.
pub fn guess_content_type(name: &FileName) -> ContentType {
    known_content_type(name)
        .and_then(|text| ContentType::parse(text).ok())
        .unwrap_or_else(ContentType::octet_stream)
}

/// The same where the extension is a known one.
pub(crate) fn known_content_type(name: &FileName) -> Option<&'static str> {
    let extension = name.extension()?;
    let entry = TYPES.iter().find(|(extensions, _)| extensions.split(' ').any(|e| e == extension))?;
    Some(entry.1)
}

/// Whether Gmail blocks files of that name (<https://support.google.com/mail/answer/6590>). The list
/// changes; a type that is missing here is refused or bounced by Gmail itself.
pub fn is_blocked_name(name: &str) -> bool {
    extension(name).is_some_and(|extension| BLOCKED.binary_search(&&*extension).is_ok())
}

fn extension(name: &str) -> Option<String> {
    // Windows drops trailing dots and spaces, so `a.exe.` runs.
    let name = name.trim_end_matches(['.', ' ']);
    name.rsplit_once('.').map(|(_, extension)| extension.to_lowercase())
}

const TYPES: &[(&str, &str)] = &[
    ("txt log text", "text/plain"),
    ("csv", "text/csv"),
    ("md", "text/markdown"),
    ("htm html", "text/html"),
    ("css", "text/css"),
    ("ics", "text/calendar"),
    ("vcf", "text/vcard"),
    ("xml", "application/xml"),
    ("json", "application/json"),
    ("yaml yml", "application/yaml"),
    ("pdf", "application/pdf"),
    ("rtf", "application/rtf"),
    ("zip", "application/zip"),
    ("gz tgz", "application/gzip"),
    ("7z", "application/x-7z-compressed"),
    ("tar", "application/x-tar"),
    ("doc", "application/msword"),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("xls", "application/vnd.ms-excel"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("ppt", "application/vnd.ms-powerpoint"),
    ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    ("odt", "application/vnd.oasis.opendocument.text"),
    ("ods", "application/vnd.oasis.opendocument.spreadsheet"),
    ("odp", "application/vnd.oasis.opendocument.presentation"),
    ("epub", "application/epub+zip"),
    ("png", "image/png"),
    ("jpg jpeg", "image/jpeg"),
    ("gif", "image/gif"),
    ("webp", "image/webp"),
    ("avif", "image/avif"),
    ("heic", "image/heic"),
    ("svg", "image/svg+xml"),
    ("tif tiff", "image/tiff"),
    ("bmp", "image/bmp"),
    ("ico", "image/vnd.microsoft.icon"),
    ("mp3", "audio/mpeg"),
    ("m4a", "audio/mp4"),
    ("ogg oga", "audio/ogg"),
    ("wav", "audio/vnd.wave"),
    ("flac", "audio/flac"),
    ("mp4 m4v", "video/mp4"),
    ("mov", "video/quicktime"),
    ("webm", "video/webm"),
];

const BLOCKED: &[&str] = &[
    "ade",
    "adp",
    "apk",
    "appx",
    "appxbundle",
    "bat",
    "cab",
    "chm",
    "cmd",
    "com",
    "cpl",
    "diagcab",
    "diagcfg",
    "diagpack",
    "diagpkg",
    "dll",
    "dmg",
    "ex",
    "ex_",
    "exe",
    "hta",
    "img",
    "ins",
    "iso",
    "isp",
    "jar",
    "jnlp",
    "js",
    "jse",
    "lib",
    "lnk",
    "mde",
    "mjs",
    "msc",
    "msi",
    "msix",
    "msixbundle",
    "msp",
    "mst",
    "nsh",
    "pif",
    "ps1",
    "scr",
    "sct",
    "shb",
    "sys",
    "vb",
    "vbe",
    "vbs",
    "vhd",
    "vxd",
    "wsc",
    "wsf",
    "wsh",
    "xll",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extensions_are_found_in_any_case_and_every_type_is_valid() {
        for (name, expected) in [
            ("a.PDF", "application/pdf"),
            ("photo.jpeg", "image/jpeg"),
            ("backup.tar.gz", "application/gzip"),
            ("README", "application/octet-stream"),
            (".png", "application/octet-stream"),
            ("a.jp", "application/octet-stream"),
        ] {
            assert_eq!(guess_content_type(&FileName::parse(name).unwrap()).as_str(), expected, "{name}");
        }
        for (_, text) in TYPES {
            assert!(ContentType::parse(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn blocked_types_are_found_in_any_case_and_nothing_else_is() {
        assert!(BLOCKED.is_sorted());
        for name in ["setup.exe", "SETUP.EXE", "a.pdf.js", "x.ps1 ", "x.bat."] {
            assert!(is_blocked_name(name), "{name}");
        }
        for name in ["exe", "a.exec", "a.pdf", "notes.json", "a.zip"] {
            assert!(!is_blocked_name(name), "{name}");
        }
    }
}
