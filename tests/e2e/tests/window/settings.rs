//! Theme, language and text size: shown at once, remembered, known before the vault opens.

use signet_e2e::{Language, Start, button, heading, t, t_in};

use crate::steps::{choose, composing, go};

#[test]
fn theme_language_and_text_size_hold_across_a_restart() {
    let (mut stage, window) = composing("settings");
    go(&window, "settings");
    let ground = "return getComputedStyle(document.body).backgroundColor";
    choose(&window, &t("settings_theme"), &t("settings_theme_light"));
    let light = window.run(ground, &[]);
    window.picture("light");
    choose(&window, &t("settings_theme"), &t("settings_theme_dark"));
    window.until("for the dark theme", || (window.run(ground, &[]) != light).then_some(()));
    window.picture("dark");
    choose(&window, &t("settings_text_size"), "150 %");
    // Everything moves when the text grows: a click on its way would miss.
    let size = "return getComputedStyle(document.documentElement).fontSize";
    window.until("for the large text", || (window.run(size, &[]) == "24px").then_some(()));
    choose(&window, &t("settings_language"), &t("settings_language_de"));
    window.wait_for(&heading(t_in(Language::German, "nav_settings")));
    assert_eq!(window.run("return document.documentElement.lang", &[]), "de");
    window.picture("german-150");

    let pictures = stage.kill_window(window);
    stage.person.signet(["lock"]).ok();
    let window = stage.open_with(Start::Sandbox, pictures);
    window.wait_for(&heading(t_in(Language::German, "unlock_title_sandbox")));
    assert!(window.has(&button(t_in(Language::German, "unlock_button"))));
    assert_eq!(window.run(size, &[]), "24px");
    assert_ne!(window.run(ground, &[]), light);
    window.picture("unlock-german");
}

#[test]
fn a_desktop_without_a_language_gets_english() {
    let mut stage = signet_e2e::Stage::ready();
    for language in ["C", "", "POSIX", "xx_YY.UTF-8"] {
        stage.speak(language);
        let window = stage.open(Start::Sandbox, "no-language");
        window.wait_for(&heading(t("compose_title")));
        assert_eq!(window.run("return document.documentElement.lang.slice(0, 2)", &[]), "en", "{language:?}");
        stage.close_window(window);
    }
}
