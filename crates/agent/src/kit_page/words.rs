//! What the page says, in each language.

use jiff::civil::Date;
use signet_core::{Code, Failure};

/// A language that the page can be in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    English,
    German,
}

/// The sentences of the page.
pub(super) struct Words {
    pub(super) title: &'static str,
    pub(super) production: &'static str,
    pub(super) sandbox: &'static str,
    pub(super) opens: &'static str,
    pub(super) made: &'static str,
    pub(super) vault: &'static str,
    pub(super) fingerprint: &'static str,
    pub(super) audit_fingerprint: &'static str,
    pub(super) keep_title: &'static str,
    pub(super) keep: &'static [&'static str],
    pub(super) use_title: &'static str,
    pub(super) uses: &'static [&'static str],
    pub(super) belongs_to: &'static str,
    pub(super) kept_at: &'static str,
}

impl Language {
    /// The language of that name; English without one.
    pub(crate) fn parse(text: Option<&str>) -> Result<Self, Failure> {
        match text {
            None | Some("en") => Ok(Self::English),
            Some("de") => Ok(Self::German),
            Some(_) => Err(Failure::new(Code::Usage)
                .what("The kit cannot be written in that language.")
                .remedy("Use en or de.")),
        }
    }

    /// A day in words, which no country reads as another day.
    pub(super) fn date(self, date: Date) -> String {
        let (months, dot) = match self {
            Self::English => (ENGLISH_MONTHS, ""),
            Self::German => (GERMAN_MONTHS, "."),
        };
        let month = usize::try_from(date.month()).ok().and_then(|month| months.get(month.checked_sub(1)?));
        format!("{}{dot} {} {}", date.day(), month.copied().unwrap_or_default(), date.year())
    }
}

impl Words {
    pub(super) const fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &ENGLISH,
            Language::German => &GERMAN,
        }
    }
}

const ENGLISH: Words = Words {
    title: "Signet recovery kit",
    production: "for a vault that sends through Google",
    sandbox: "for a sandbox vault: practice only, no real keys",
    opens: "These nine groups open the vault when phone, passphrase and keychain are gone. They also open \
            every backup made while this kit was current. Whoever has this page and a copy of the vault's \
            file has every key in it.",
    made: "Made on",
    vault: "Vault",
    fingerprint: "Fingerprint of this kit",
    audit_fingerprint: "Fingerprint of the audit log",
    keep_title: "Where to keep it",
    keep: &[
        "On paper, away from this computer and from its backups: a safe, a deposit box, a sealed envelope.",
        "Delete the file after printing. Do not photograph the page and do not store it in a cloud.",
        "If others may have seen it: make a new kit, and replace the keys at Google.",
    ],
    use_title: "How to use it",
    uses: &[
        "In the window: Open with the recovery kit. In a terminal: signet recover --kit",
        "The ninth group is a check: Signet says so if a character was mistyped.",
        "The fingerprint of the kit that is current is shown in Settings and by signet status.",
    ],
    belongs_to: "Belongs to",
    kept_at: "Kept at",
};

const GERMAN: Words = Words {
    title: "Signet Wiederherstellungsbogen",
    production: "für einen Tresor, der über Google sendet",
    sandbox: "für einen Übungstresor: keine echten Schlüssel",
    opens: "Diese neun Gruppen öffnen den Tresor, wenn Telefon, Passphrase und Schlüsselbund verloren sind. \
            Sie öffnen auch jede Sicherung aus der Zeit, in der dieser Bogen galt. Wer diese Seite und eine \
            Kopie der Tresordatei hat, hat jeden Schlüssel darin.",
    made: "Erstellt am",
    vault: "Tresor",
    fingerprint: "Kennung dieses Bogens",
    audit_fingerprint: "Kennung des Protokolls",
    keep_title: "Aufbewahrung",
    keep: &[
        "Auf Papier, getrennt von diesem Rechner und seinen Sicherungen: Safe, Schließfach, versiegelter \
         Umschlag.",
        "Die Datei nach dem Drucken löschen. Die Seite nicht fotografieren und in keiner Cloud ablegen.",
        "Falls andere sie gesehen haben könnten: einen neuen Bogen erstellen und die Schlüssel bei Google \
         ersetzen.",
    ],
    use_title: "Verwendung",
    uses: &[
        "Im Fenster: Mit dem Wiederherstellungsbogen öffnen. Im Terminal: signet recover --kit",
        "Die neunte Gruppe ist eine Prüfung: Signet meldet, wenn ein Zeichen falsch getippt wurde.",
        "Welcher Bogen gilt, zeigen die Einstellungen und signet status anhand der Kennung.",
    ],
    belongs_to: "Gehört",
    kept_at: "Liegt in",
};

const ENGLISH_MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

const GERMAN_MONTHS: [&str; 12] = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];
