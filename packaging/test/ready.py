"""ready.py SIGNET EMPTY: how soon each window shows its first screen, from the start of the program.

Signet's may take 1.3 times what a Tauri window with nothing in it takes on the same machine."""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from display import Display

ROUNDS = 5
ALLOWED = 1.3


def start(program, round_):
    """Seconds from start to first screen, in a home where Signet has never been."""
    display = Display()
    home = tempfile.mkdtemp()
    environment = dict(os.environ, DISPLAY=display.name, GDK_BACKEND="x11", NO_AT_BRIDGE="1", HOME=home,
                       SIGNET_HOME=f"{home}/signet", XDG_CACHE_HOME=f"{home}/cache", XDG_CONFIG_HOME=f"{home}/config",
                       XDG_DATA_HOME=f"{home}/data", LIBGL_ALWAYS_SOFTWARE="1")
    began = time.monotonic()
    process = subprocess.Popen([program], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        drawn = display.drawn(patience=60)
        assert process.poll() is None, f"{program} ended by itself"
        assert drawn, f"{program} showed nothing within a minute"
        return drawn - began
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
        display.close()
        for folder in os.listdir("/proc"):
            # Its agent lives on by design; here its home goes away.
            try:
                if folder.isdigit() and f"HOME={home}\0" in open(f"/proc/{folder}/environ").read():
                    os.kill(int(folder), 15)
            except (OSError, UnicodeDecodeError):
                pass
        shutil.rmtree(home, ignore_errors=True)


def main():
    signet, empty = sys.argv[1:3]
    for program in (signet, empty):
        start(program, 0)  # the system's caches are warm for both
    times = {signet: [], empty: []}
    for round_ in range(ROUNDS):
        for program in times:
            times[program].append(start(program, round_))
    ours, theirs = (statistics.median(times[program]) for program in (signet, empty))
    show = lambda program: " ".join(f"{value:.2f}" for value in sorted(times[program]))
    print(f"ready: Signet {ours:.2f} s ({show(signet)}), empty window {theirs:.2f} s ({show(empty)}), "
          f"ratio {ours / theirs:.2f}, allowed {ALLOWED}")
    sys.exit(0 if ours <= ALLOWED * theirs else 1)


main()
