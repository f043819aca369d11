//! Tab goes everywhere, each stop can be seen, and it comes round.

use serde_json::json;
use signet_e2e::{Key, Window};

use crate::screens::{PLACES, filled, open_first};
use crate::steps::go;

#[test]
fn tab_reaches_everything_and_each_stop_can_be_seen() {
    let (_stage, window) = filled("tab", false);
    for place in PLACES {
        go(&window, place);
        open_first(&window, place);
        let all = ask(&window, "begin()").as_u64().unwrap_or(0);
        assert!(all > 8, "{place}: {all} stops");
        for _ in 0..(all + 8) {
            window.press(Key::Tab);
            let unseen = ask(&window, "mark()");
            if !unseen.is_null() {
                window.picture(&format!("{place}-unseen"));
                panic!("{place}: nothing shows the focus at {unseen}");
            }
        }
        assert_eq!(ask(&window, "missed()"), json!([]), "{place}: Tab passes these by");
    }
    // The test's own controls: a stop that looks the same with the focus on it, and one that is no stop.
    window.run(
        "const button = document.createElement('button');
        button.textContent = 'No ring'; button.style = 'outline: none !important';
        const other = document.createElement('div'); other.textContent = 'No stop'; other.role = 'button';
        other.tabIndex = 0; other.addEventListener('focus', () => other.blur());
        document.querySelector('main').prepend(button, other); return 1",
        &[],
    );
    let all = ask(&window, "begin()").as_u64().unwrap_or(0);
    let unseen = (0..all).map(|_| {
        window.press(Key::Tab);
        ask(&window, "mark()")
    });
    assert!(unseen.into_iter().any(|name| name == "No ring"), "a stop without a ring is not told");
    assert!(ask(&window, "missed()").to_string().contains("No stop"), "a missed stop is not told");
}

fn ask(window: &Window, question: &str) -> serde_json::Value {
    window.run_with_finder(&format!("{} return {question}", include_str!("tab.js")), &[])
}
