//! What Gmail would block in an attachment, archives included.

use signet_core::is_blocked_name;

use crate::source::Source;
use crate::zip;

/// The attachment itself, or a name inside a ZIP archive.
pub(crate) fn blocked_name(name: &str, source: &dyn Source) -> Option<String> {
    if is_blocked_name(name) {
        return Some(name.into());
    }
    if extension(name).as_deref() != Some("zip") {
        return None;
    }
    zip::names(source).into_iter().find(|inner| is_blocked_name(inner))
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
        for name in ["setup.exe", "SETUP.EXE", "a.pdf.js", "x.ps1 ", "x.bat."] {
            assert_eq!(blocked_name(name, &Vec::new()).as_deref(), Some(name));
        }
        for name in ["exe", "a.exec", "a.pdf", "notes.json", "a.zip"] {
            assert_eq!(blocked_name(name, &Vec::new()), None, "{name}");
        }
    }
}
