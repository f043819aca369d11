"""automation.py SIGNET EMPTY: no driver and no inspector gets into Signet's window.

The same is tried with a Tauri window that has nothing in it, to show that the attempt itself works."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request

from display import Display

PATIENCE = 20


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def environment(display):
    return dict(os.environ, DISPLAY=display.name, GDK_BACKEND="x11", NO_AT_BRIDGE="1", LIBGL_ALWAYS_SOFTWARE="1",
                TAURI_WEBVIEW_AUTOMATION="true", TAURI_AUTOMATION="true")


def driven(program):
    """Whether WebKit's driver gets a session with the program's window; and whether the program ran meanwhile."""
    display, port = Display(), free_port()
    driver = subprocess.Popen(["WebKitWebDriver", f"--port={port}"], env=environment(display),
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    ask = json.dumps({"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": {"binary": program, "args": []}}}})
    try:
        wait_for(port)
        request = urllib.request.Request(f"http://127.0.0.1:{port}/session", ask.encode(),
                                         {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return "sessionId" in json.load(answer)["value"], True
        except OSError:
            return False, runs(program)
    finally:
        end(program)
        driver.terminate()
        driver.wait()
        display.close()


def inspected(program):
    """Whether the program opens the inspector's port when the environment asks for it."""
    display, port = Display(), free_port()
    asked = environment(display) | {"WEBKIT_INSPECTOR_SERVER": f"127.0.0.1:{port}"}
    process = subprocess.Popen([program], env=asked, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        assert display.drawn(patience=60), f"{program} showed nothing"
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0
    finally:
        process.terminate()
        process.wait()
        display.close()


def wait_for(port):
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise SystemExit("the driver does not listen")


def pids(program):
    own = os.path.realpath(program)
    for folder in filter(str.isdigit, os.listdir("/proc")):
        try:
            if os.path.realpath(f"/proc/{folder}/exe") == own:
                yield int(folder)
        except OSError:
            pass


def runs(program):
    return any(True for _ in pids(program))


def end(program):
    for pid in pids(program):
        os.kill(pid, 15)


def main():
    signet, empty = map(os.path.abspath, sys.argv[1:3])
    failed = 0
    for what, attempt in (("a driver", lambda program: driven(program)), ("an inspector", lambda program: (inspected(program), True))):
        control, _ = attempt(empty)
        into, alive = attempt(signet)
        print(f"automation: {what} gets into an empty window: {control}; into Signet's: {into}, which ran: {alive}")
        failed += not control or into or not alive
    sys.exit(1 if failed else 0)


main()
