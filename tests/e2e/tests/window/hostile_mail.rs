//! HTML that wants out: it is shown with its styles, fetches nothing, runs nothing, goes nowhere.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::json;
use signet_e2e::{Target, field, t, tab};

use crate::steps::{composing, go, send, write_message};

#[test]
fn hostile_html_makes_no_request_and_goes_nowhere() {
    let (port, requests) = count_requests();
    let html = include_str!("hostile.html").replace("PORT", &port.to_string());
    let (_stage, window) = composing("hostile-mail");
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

fn shown_safely(window: &signet_e2e::Window, name: &str) {
    let frame = window.wait_for(&Target::any("frame"));
    let address = window.session().address().expect("an address");
    std::thread::sleep(Duration::from_millis(800));
    window.picture(name);
    window.session().frame(Some(&frame)).expect("the frame");
    // Scripts of the mail do not run, but its styles hold.
    let state = window.session().script(
        "const box = document.getElementById('styled');
         return { ran: !!window.ran || document.title === 'ran',
                  color: box && getComputedStyle(box).color, weight: box && getComputedStyle(box).fontWeight }",
        &[],
    );
    let links = window.session().script("return document.querySelectorAll('a, button, input').length", &[]);
    for index in 0..links.ok().and_then(|count| count.as_u64()).unwrap_or(0) {
        let click = "document.querySelectorAll('a, button, input')[arguments[0]].click(); return 1";
        let _ = window.session().script(click, &[json!(index)]);
    }
    window.session().frame(None).expect("the page");
    // Where the sandbox lets no script in at all, not even the driver's, a real pointer does the clicking.
    // Its styles are then judged by the picture.
    if let Some(state) = state.ok().filter(|state| !state["color"].is_null()) {
        assert_eq!(state["ran"], false, "a script of the mail ran");
        assert_eq!(state["color"], "rgb(1, 2, 3)", "{name}: inline styles are lost: {state}");
        assert_eq!(state["weight"], "700", "{name}: style elements are lost: {state}");
    }
    window.session().click(&frame).expect("a click into the mail");
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(window.session().address().expect("an address"), address, "the window went elsewhere");
    window.wait_for(&Target::any("frame"));
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
