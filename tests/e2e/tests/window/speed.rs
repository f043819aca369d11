//! From the key to the paint: palette, chips, and moves in a list of ten thousand.

use std::time::Duration;

use serde_json::json;
use signet_e2e::{Key, Target, Window, field, t};

use crate::steps::composing;

/// Of twenty presses, nineteen are painted within this many milliseconds.
const AT_MOST: f64 = 50.0;
const PRESSES: usize = 40;

#[test]
fn keys_are_painted_within_fifty_milliseconds() {
    let (_stage, window) = composing("speed");
    watch(&window);
    is_quick("palette", || {
        let open_and_close = (0..PRESSES / 2).flat_map(|_| {
            let open = timed(&window, || window.chord(false, "k"));
            window.wait_for(&Target::any("dialog"));
            let close = timed(&window, || window.press(Key::Escape));
            window.wait_gone(&Target::any("dialog"));
            [open, close]
        });
        open_and_close.collect()
    });
    window.click(&field(t("compose_to")));
    is_quick("chips", || {
        let type_addresses = (0..PRESSES).map(|n| {
            let key = ["a", "@", "b", ".", "d", "e", "v", ","][n % 8];
            timed(&window, || window.type_keys(key))
        });
        type_addresses.collect()
    });
    assert!(window.text().contains("a@b.dev"), "no chips were made");
}

/// The gallery's long list: the same component, ten thousand rows, no agent.
#[test]
fn moving_in_ten_thousand_rows_is_painted_within_fifty_milliseconds() {
    let (_stage, window) = composing("speed-list");
    window.run("location.hash = '#/__states/history/ten-thousand'; return 1", &[]);
    window.session().reload().expect("the gallery");
    let element = window.wait_for(&Target::any("listbox"));
    window.run("arguments[0].focus(); return 1", &[element.reference()]);
    // Rows come by the hundred as one goes down.
    let rows = "return Math.max(...[...arguments[0].querySelectorAll('[role=option]')].map((row) => row.ariaPosInSet))";
    window.until_for("for ten thousand rows", Duration::from_mins(1), || {
        window.press(Key::End);
        (window.run(rows, &[element.reference()]).as_u64() >= Some(10_000)).then_some(())
    });
    watch(&window);
    for (name, key) in [("up", Key::Up), ("page up", Key::PageUp), ("down", Key::Down)] {
        is_quick(name, || (0..PRESSES).map(|_| timed(&window, || window.press(key))).collect());
    }
}

/// Measures, and once more where the machine had something else to do.
#[track_caller]
fn is_quick(name: &str, mut measure: impl FnMut() -> Vec<f64>) {
    let mut value = p95(measure());
    signet_e2e::tell(&format!("{name}: {value:.1} ms"));
    if value > AT_MOST {
        value = p95(measure());
        signet_e2e::tell(&format!("{name}, once more: {value:.1} ms"));
    }
    assert!(value <= AT_MOST, "{name}: {value:.1} ms at the 95th percentile");
}

/// Notes, for each key, the time from its event to the end of the frame that shows it.
fn watch(window: &Window) {
    let script = "window.painted = [];
        window.addEventListener('keydown', (event) => {
          if (['Control', 'Shift'].includes(event.key)) return;
          const began = event.timeStamp;
          requestAnimationFrame(() => {
            const port = new MessageChannel();
            port.port1.onmessage = () => window.painted.push(performance.now() - began);
            port.port2.postMessage(0);
          });
        }, true); return 1";
    window.run(script, &[json!(0)]);
}

fn timed(window: &Window, press: impl FnOnce()) -> f64 {
    let count = |window: &Window| window.run("return window.painted.length", &[]).as_u64().unwrap_or(0);
    let before = count(window);
    press();
    window.until("for the paint", || (count(window) > before).then_some(()));
    let last = window.run("return window.painted.at(-1)", &[]);
    last.as_f64().unwrap_or_else(|| panic!("no time: {last}"))
}

fn p95(mut times: Vec<f64>) -> f64 {
    assert!(times.len() >= 20);
    times.sort_by(f64::total_cmp);
    times[(times.len() * 95).div_ceil(100) - 1]
}
