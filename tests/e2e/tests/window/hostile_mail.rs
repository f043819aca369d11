//! HTML that wants out: it is shown with its styles, fetches nothing, runs nothing, goes nowhere.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::json;
use signet_e2e::{Target, field, points_of, t, tab};

use crate::steps::{composing, go, send, write_message};

#[test]
fn hostile_html_makes_no_request_and_goes_nowhere() {
    let (port, requests) = count_requests();
    let html = include_str!("hostile.html").replace("PORT", &port.to_string());
    let (_stage, window) = composing("hostile-mail");
    // The eye sees: a field in the colour of scripts is counted.
    let paint = "const field = document.createElement('div'); field.id = 'painted';
        field.style = 'position: fixed; inset: 0 auto auto 0; width: 200px; height: 24px; z-index: 99; background: rgb(250, 120, 0)';
        document.body.append(field); return 1";
    window.run(paint, &[]);
    window.until("for the painted field", || (points_of(&window, [SCRIPTED])[0] >= SWATCH).then_some(()));
    window.run("document.getElementById('painted').remove(); return 1", &[]);
    // The counter counts: one request of ours, and one that the page's own policy stops.
    fetch(port);
    assert_eq!(requests.load(Ordering::SeqCst), 1);
    window.run(&format!("new Image().src = 'http://127.0.0.1:{port}/page'; return 1"), &[]);

    write_message(&window, "ada@example.com", "Hostile", "text");
    window.click(&tab(t("compose_tab_html")));
    let area = field(t("compose_html_label"));
    window.fill(&area, " ");
    // Too long to type: put in as a paste does.
    let element = window.wait_for(&area);
    let paste = "const [area, text] = arguments; area.value = text;
        area.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'insertFromPaste' })); return 1";
    window.run(paste, &[element.reference(), json!(html)]);
    window.click(&tab(t("compose_tab_preview")));
    shown_safely(&window, "preview");
    window.click(&tab(t("compose_tab_text")));
    send(&window);
    go(&window, "inbox");
    window.click(&Target::with("option", "Hostile"));
    shown_safely(&window, "inbox");
    std::thread::sleep(Duration::from_secs(1));
    assert_eq!(requests.load(Ordering::SeqCst), 1, "something was fetched");
}

/// What scripts in the mail would paint.
const SCRIPTED: [u8; 3] = [250, 120, 0];
/// Points of a coloured field of the mail: 200 x 24, less some at its edges.
const SWATCH: u64 = 4000;

/// How high a field is, and how far the first is from the frame's corner.
const FIELD: i32 = 24;
const MARGIN: i32 = 8;

fn shown_safely(window: &signet_e2e::Window, name: &str) {
    let frame = window.wait_for(&Target::any("frame"));
    let address = window.session().address().expect("an address");
    window.until(&format!("for the mail's colours, {name}"), || {
        let [by_element, inline] = points_of(window, [[10, 200, 30], [200, 30, 200]]);
        (by_element >= SWATCH && inline >= SWATCH).then_some(())
    });
    window.picture(name);
    nothing_ran(window, name);
    let corner = "const box = arguments[0].getBoundingClientRect(); return [Math.round(box.left), Math.round(box.top)]";
    let corner = window.run(corner, &[frame.reference()]);
    let side = |index: usize| {
        corner[index].as_i64().and_then(|at| i32::try_from(at).ok()).expect("a corner") + MARGIN
    };
    // For the whole window, for a new window, a script, and for the frame itself.
    for link in 0..4 {
        window.session().click_at(side(0) + 50, side(1) + FIELD * link + FIELD / 2).expect("a click");
        std::thread::sleep(Duration::from_millis(300));
        assert_eq!(window.session().address().expect("an address"), address, "link {link} led elsewhere");
        if link < 3 {
            nothing_ran(window, &format!("{name}, link {link}"));
        }
    }
    window.wait_for(&Target::any("frame"));
    window.picture(&format!("{name}-clicked"));
}

/// No script reaches into the frame, not even the driver's: its colours tell.
fn nothing_ran(window: &signet_e2e::Window, when: &str) {
    let [untouched, by_script] = points_of(window, [[30, 30, 220], SCRIPTED]);
    assert!(untouched >= SWATCH && by_script == 0, "{when}: a script of the mail ran");
}

/// A server that counts what connects to it.
fn count_requests() -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let count = Arc::new(AtomicUsize::new(0));
    let counted = count.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            counted.fetch_add(1, Ordering::SeqCst);
            if let Ok(mut stream) = stream {
                let mut head = [0; 60];
                let _ = stream.set_read_timeout(Some(Duration::from_secs(1)));
                let _ = stream.read(&mut head);
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            }
        }
    });
    (port, count)
}

fn fetch(port: u16) {
    let mut stream = std::net::TcpStream::connect(("127.0.0.1", port)).expect("the counter");
    stream.write_all(b"GET / HTTP/1.1\r\n\r\n").expect("a request");
    let _ = stream.read(&mut [0; 64]);
}
