//! The settings record: one sealed row.

use signet_api::wire::{Settings, SettingsPatch};
use signet_core::{Code, Failure};
use signet_vault::{OpenVault, Table, VaultError};

const ROW: [u8; 16] = *b"settings\0\0\0\0\0\0\0\0";
/// The longest idle time, in seconds: a day. Whoever wants more wants 0, never.
const LONGEST_IDLE: u64 = 86_400;

/// The settings of an open vault; defaults where none were saved.
pub(crate) fn load(vault: &OpenVault) -> Result<Settings, Failure> {
    let saved = vault.fetch(Table::Setting, ROW).map_err(|e| e.failure())?;
    // Exposed to read the record; settings are not secret.
    Ok(saved.and_then(|bytes| serde_json::from_slice(bytes.expose()).ok()).unwrap_or_default())
}

/// Saves the settings.
pub(crate) fn save(vault: &mut OpenVault, settings: &Settings) -> Result<(), Failure> {
    let bytes = serde_json::to_vec(settings).map_err(|_| Failure::new(Code::Internal))?;
    vault.put(Table::Setting, ROW, &bytes).map_err(|e: VaultError| e.failure())
}

/// The settings with the patch applied.
pub(crate) fn apply(mut settings: Settings, patch: SettingsPatch) -> Result<Settings, Failure> {
    if let Some(proxy) = &patch.proxy {
        proxy_of(proxy)?;
    }
    if patch.idle_lock_seconds.is_some_and(|seconds| seconds > LONGEST_IDLE) {
        return Err(Failure::new(Code::Usage)
            .what("The vault can stay open without use for at most a day.")
            .remedy("Use at most 24h, or never."));
    }
    let SettingsPatch { idle_lock_seconds, lock_on_suspend, lock_on_screen_lock, history_days, proxy } =
        patch;
    settings.idle_lock_seconds = idle_lock_seconds.unwrap_or(settings.idle_lock_seconds);
    settings.lock_on_suspend = lock_on_suspend.unwrap_or(settings.lock_on_suspend);
    settings.lock_on_screen_lock = lock_on_screen_lock.unwrap_or(settings.lock_on_screen_lock);
    settings.history_days = history_days.unwrap_or(settings.history_days);
    settings.proxy = proxy.unwrap_or(settings.proxy);
    Ok(settings)
}

/// The proxy that a setting names.
pub(crate) fn proxy_of(text: &str) -> Result<signet_google::Proxy, Failure> {
    let invalid = || {
        Failure::new(Code::Usage)
            .what("That is not a proxy setting.")
            .remedy("Use system, none, or an address such as http://proxy.example:8080.")
    };
    match text {
        "system" => Ok(signet_google::Proxy::System),
        "none" => Ok(signet_google::Proxy::None),
        url => match url.parse::<url::Url>() {
            Ok(url) if matches!(url.scheme(), "http" | "https" | "socks5" | "socks5h") && url.has_host() => {
                Ok(signet_google::Proxy::Url(url))
            }
            _ => Err(invalid()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patch_changes_only_what_it_names() {
        let patch = SettingsPatch { history_days: Some(0), ..SettingsPatch::default() };
        let settings = apply(Settings::default(), patch).unwrap();
        assert_eq!(settings, Settings { history_days: 0, ..Settings::default() });
    }

    #[test]
    fn an_idle_time_is_at_most_a_day() {
        let idle = |seconds| {
            let patch = SettingsPatch { idle_lock_seconds: Some(seconds), ..SettingsPatch::default() };
            apply(Settings::default(), patch)
        };
        assert_eq!(idle(86_400).unwrap().idle_lock_seconds, 86_400);
        assert_eq!(idle(0).unwrap().idle_lock_seconds, 0);
        for long in [86_401, u64::MAX] {
            assert_eq!(idle(long).unwrap_err().code, Code::Usage);
        }
    }

    #[test]
    fn a_proxy_is_an_address_or_a_word() {
        for good in ["system", "none", "http://p.example:3128", "socks5h://127.0.0.1:1080"] {
            assert!(proxy_of(good).is_ok(), "{good}");
        }
        for bad in ["", "yes", "file:///etc/passwd", "http://"] {
            assert_eq!(proxy_of(bad).unwrap_err().code, Code::Usage, "{bad}");
        }
    }
}
