//! The desktop's language and region as BCP 47. The page's own guess is no good: under `LANG=C` it is
//! `C`, which its formatters refuse.

/// By the variables that decide it (POSIX: the first one that is set). `en` where they say nothing.
pub(crate) fn of(variable: impl Fn(&str) -> Option<String>) -> String {
    let set =
        ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(variable).find(|text| !text.is_empty());
    set.and_then(|text| tag(&text)).unwrap_or_else(|| "en".into())
}

/// `de_AT.UTF-8@euro` is `de-AT`; `C` and `POSIX` are no language.
fn tag(text: &str) -> Option<String> {
    let plain = text.split(['.', '@']).next()?;
    let mut parts = plain.split(['_', '-']);
    let language = parts.next()?;
    if !(2..=3).contains(&language.len()) || !language.bytes().all(|b| b.is_ascii_alphabetic()) {
        return None;
    }
    let language = language.to_ascii_lowercase();
    let region = parts.next().filter(|region| {
        let letters = region.len() == 2 && region.bytes().all(|b| b.is_ascii_alphabetic());
        let digits = region.len() == 3 && region.bytes().all(|b| b.is_ascii_digit());
        letters || digits
    });
    Some(
        region
            .map_or_else(|| language.clone(), |region| format!("{language}-{}", region.to_ascii_uppercase())),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(pairs: &[(&str, &str)]) -> String {
        of(|name| pairs.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn posix_names_become_tags() {
        for (given, tag) in [
            ("de_DE.UTF-8", "de-DE"),
            ("en_GB", "en-GB"),
            ("de_AT@euro", "de-AT"),
            ("de", "de"),
            ("es_419.UTF-8", "es-419"),
            ("ast_ES", "ast-ES"),
        ] {
            assert_eq!(with(&[("LANG", given)]), tag);
        }
    }

    #[test]
    fn what_is_no_language_is_english() {
        for given in ["C", "POSIX", "C.UTF-8", "", "_", "x-klingon!", "1234", "ü_DE"] {
            assert_eq!(with(&[("LANG", given)]), "en", "{given}");
        }
        assert_eq!(with(&[]), "en");
    }

    #[test]
    fn the_first_variable_that_is_set_decides() {
        assert_eq!(with(&[("LC_ALL", "de_DE"), ("LANG", "en_GB")]), "de-DE");
        assert_eq!(with(&[("LC_ALL", ""), ("LC_MESSAGES", "fr_FR"), ("LANG", "en_GB")]), "fr-FR");
        assert_eq!(with(&[("LC_ALL", "C"), ("LANG", "de_DE")]), "en");
    }
}
