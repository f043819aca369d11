//! From the key to the paint: palette, chips, and moves in a list of ten thousand.

use serde_json::json;
use signet_e2e::{Target, Window, field, t};

use crate::steps::{composing, go};

/// Of twenty presses, nineteen are painted within this many milliseconds.
const AT_MOST: f64 = 50.0;
const PRESSES: usize = 40;

#[test]
fn open_keys_are_painted_within_fifty_milliseconds() {
    let (_stage, window) = composing("speed");
    let mut slow = Vec::new();
    let mut measure = |name: &str, times: Vec<f64>| {
        let value = p95(times);
        println!("{name}: {value:.1} ms");
        if value > AT_MOST {
            slow.push(format!("{name}: {value:.1} ms"));
        }
    };
    watch(&window);
    measure(
        "palette",
        (0..PRESSES / 2)
            .flat_map(|_| {
                let open = timed(&window, || window.chord(false, "k"));
                let close = timed(&window, || window.press(signet_e2e::Key::Escape));
                [open, close]
            })
            .collect(),
    );
    window.append(&field(t("compose_to")), "");
    measure(
        "typing a recipient",
        (0..PRESSES)
            .map(|n| timed(&window, || window.type_keys(if n % 10 == 9 { "," } else { "a" })))
            .collect(),
    );
    go(&window, "history");
    assert!(slow.is_empty(), "slower than {AT_MOST} ms at the 95th percentile: {slow:?}");
}

/// The gallery's long list: the same component, ten thousand rows, no agent.
#[test]
fn open_moving_in_ten_thousand_rows_is_painted_within_fifty_milliseconds() {
    let (_stage, window) = composing("speed-list");
    window.run("location.hash = '#/__states/history/ten-thousand'; return 1", &[]);
    window.session().reload().expect("the gallery");
    let list = Target::any("listbox");
    let element = window.wait_for(&list);
    let rows = "return Number(arguments[0].querySelector('[aria-setsize]')?.ariaSetSize ?? 0)";
    assert!(window.run(rows, &[element.reference()]).as_u64() >= Some(10_000), "not ten thousand rows");
    window.run("arguments[0].focus(); return 1", &[element.reference()]);
    watch(&window);
    let down = (0..PRESSES).map(|_| timed(&window, || window.press(signet_e2e::Key::Down))).collect();
    let value = p95(down);
    println!("list: {value:.1} ms");
    assert!(value <= AT_MOST, "a move takes {value:.1} ms at the 95th percentile");
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
