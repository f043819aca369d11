//! The file types that Gmail blocks (<https://support.google.com/mail/answer/6590>). The list changes; a
//! type that is missing here is refused or bounced by Gmail itself.

use crate::source::Source;
use crate::zip;

const EXTENSIONS: &[&str] = &[
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

/// What Gmail would block in an attachment: the attachment itself, or a name inside a ZIP archive.
pub(crate) fn blocked_name(name: &str, source: &dyn Source) -> Option<String> {
    if is_blocked(name) {
        return Some(name.into());
    }
    if extension(name).as_deref() != Some("zip") {
        return None;
    }
    zip::names(source).into_iter().find(|inner| is_blocked(inner))
}

fn is_blocked(name: &str) -> bool {
    extension(name).is_some_and(|extension| EXTENSIONS.binary_search(&&*extension).is_ok())
}

fn extension(name: &str) -> Option<String> {
    // Windows drops trailing dots and spaces, so `a.exe.` runs.
    let name = name.trim_end_matches(['.', ' ']);
    name.rsplit_once('.').map(|(_, extension)| extension.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocked_types_are_found_in_any_case_and_nothing_else_is() {
        assert!(EXTENSIONS.is_sorted());
        for name in ["setup.exe", "SETUP.EXE", "a.pdf.js", "x.ps1 ", "x.bat."] {
            assert_eq!(blocked_name(name, &Vec::new()).as_deref(), Some(name));
        }
        for name in ["exe", "a.exec", "a.pdf", "notes.json", "a.zip"] {
            assert_eq!(blocked_name(name, &Vec::new()), None, "{name}");
        }
    }
}
