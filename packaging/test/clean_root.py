"""clean_root.py DEB PICTURE: installs the package into a fresh system, opens the window from its menu entry as a
person who is not root, and removes the package again. Needs root, debootstrap and the network."""

import contextlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

from display import Display

USER = "anna"
# What a desktop brings along, and what looks at the result.
DESKTOP = ["dbus", "dbus-user-session", "gnome-keyring", "libgtk-3-bin", "desktop-file-utils", "xdg-utils", "procps",
           "man-db", "fonts-dejavu-core"]


def main():
    package, picture = map(os.path.abspath, sys.argv[1:3])
    folder = pathlib.Path(tempfile.mkdtemp(prefix="clean-root."))
    root = folder / "root"
    with contextlib.ExitStack() as stack:
        stack.callback(remove, folder)
        bootstrap(root)
        pathlib.Path("/tmp/.X11-unix").mkdir(mode=0o1777, exist_ok=True)  # the display's socket
        for name in ("proc", "dev", "dev/pts", "dev/shm", "tmp/.X11-unix"):
            if pathlib.Path("/", name).is_dir():
                (root / name).mkdir(parents=True, exist_ok=True)
                run("mount", "--bind", f"/{name}", root / name)
                stack.callback(run, "umount", "--lazy", root / name)
        stack.callback(end_all, root)
        shutil.copy(package, root / "tmp/signet.deb")
        (root / "usr/sbin/policy-rc.d").write_text("#!/bin/sh\nexit 101\n")
        (root / "usr/sbin/policy-rc.d").chmod(0o755)

        inside(root, "apt-get", "install", "-y", "-qq", "--no-install-recommends", "/tmp/signet.deb")
        say("installed with its dependencies and nothing else")
        missing = inside(root, "sh", "-c", "ldd /usr/bin/signet* | grep 'not found' || true")
        check(not missing.strip(), "every library is there", missing)
        recommends = inside(root, "dpkg-query", "--show", "--showformat=${Recommends}", "signet")
        check("gnome-keyring" in recommends, "recommends a Secret Service provider", recommends)

        inside(root, "apt-get", "install", "-y", "-qq", "--no-install-recommends", *DESKTOP)
        inside(root, "desktop-file-validate", "/usr/share/applications/signet.desktop")
        check((root / "usr/share/icons/hicolor/48x48/apps/signet.png").exists(), "the icon is there")
        check("signet" in inside(root, "bash", "-c", ". /usr/share/bash-completion/completions/signet; complete -p signet"),
              "completions work")
        check(inside(root, "man", "--where", "signet").strip().endswith("signet.1.gz"), "the manual is there")
        check((root / "usr/lib/systemd/system/signet-host.service").exists(), "the unit of a host is there")
        check(not list((root / "etc/systemd/system").rglob("*signet*")), "and nothing has enabled it")
        inside(root, "useradd", "--create-home", USER)
        handler = person(root, "xdg-mime", "query", "default", "x-scheme-handler/signet").strip()
        check(handler == "signet.desktop", "signet:// belongs to Signet", handler)

        vault = root / "home" / USER / ".local/share/signet/production/vault.db"
        vault.parent.mkdir(parents=True)
        vault.write_bytes(b"what a person keeps")
        inside(root, "chown", "-R", f"{USER}:", f"/home/{USER}")
        vault.rename(vault.with_suffix(".aside"))  # not a vault: the window shall not try to read it
        window_from_menu(root, picture)

        vault.with_suffix(".aside").rename(vault)
        inside(root, "apt-get", "purge", "-y", "-qq", "signet")
        left = [str(path) for path in (root / "usr").rglob("*signet*")]
        check(not left, "nothing of the package stays", str(left))
        check(vault.read_bytes() == b"what a person keeps", "the person's vault stays")


def remove(folder):
    """Removes the root, unless something of this machine is still mounted in it."""
    if str(folder) in pathlib.Path("/proc/mounts").read_text():
        say(f"{folder} stays: something is still mounted there")
    else:
        shutil.rmtree(folder, ignore_errors=True)


def bootstrap(root):
    """The same release as this machine's, from the same mirror."""
    release = dict(re.findall(r'^(\w+)="?([^"\n]*)', pathlib.Path("/etc/os-release").read_text(), re.M))
    name, suite = release["ID"], release["VERSION_CODENAME"]
    run("debootstrap", "--variant=minbase", "--components=main" + (",universe" if name == "ubuntu" else ""),
        suite, root, mirror(name, suite), quiet=True)
    for proxy in pathlib.Path("/etc/apt/apt.conf.d").glob("*proxy*"):
        shutil.copy(proxy, root / "etc/apt/apt.conf.d/")
    shutil.copy("/etc/resolv.conf", root / "etc/resolv.conf")
    shutil.copy("/etc/hosts", root / "etc/hosts")
    inside(root, "apt-get", "update", "-qq")
    say(f"a fresh {name} {suite}")


def mirror(name, suite):
    lists = [pathlib.Path("/etc/apt/sources.list"), *pathlib.Path("/etc/apt/sources.list.d").glob("*")]
    for path in filter(pathlib.Path.is_file, lists):
        text = path.read_text()
        for block in text.split("\n\n"):
            uris, suites = (re.search(rf"^{key}:\s*(\S.*)$", block, re.M) for key in ("URIs", "Suites"))
            if uris and suites and suite in suites[1].split() and uris[1].startswith("http"):
                return uris[1].split()[0]
        line = re.search(rf"^deb\s+(?:\[.*?\]\s+)?(http\S+)\s+{suite}\s", text, re.M)
        if line:
            return line[1]
    return {"ubuntu": "http://archive.ubuntu.com/ubuntu"}.get(name, "http://deb.debian.org/debian")


def window_from_menu(root, picture):
    """The window opens from its entry in the menu, and its agent starts with it."""
    display = Display()
    runtime = root / "run/user/anna"
    runtime.mkdir(parents=True)
    inside(root, "chown", f"{USER}:", "/run/user/anna")
    inside(root, "chmod", "700", "/run/user/anna")
    session = subprocess.Popen(
        command(root, "su", "-", USER, "-c",
                f"export DISPLAY={display.name} XDG_RUNTIME_DIR=/run/user/anna LIBGL_ALWAYS_SOFTWARE=1 LANG=C.UTF-8; "
                "exec dbus-run-session -- sh -c 'echo | gnome-keyring-daemon --unlock --components=secrets >/dev/null;"
                " gtk-launch signet && sleep 120'"),
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        drawn = display.drawn(patience=90)
        display.picture(picture)
        check(drawn, "the window opens from the menu entry", "nothing was drawn")
        programs = [program for program, _ in running(root)]
        check("/usr/bin/signet-app" in programs, "it is the installed program", str(programs))
        until = time.monotonic() + 10
        while "/usr/bin/signet-agent" not in [program for program, _ in running(root)]:
            check(time.monotonic() < until, "the agent runs", str(programs))
            time.sleep(0.2)
        say(f"its agent started; picture: {os.path.relpath(picture)}")
    finally:
        session.terminate()
        end_all(root)
        display.close()


def running(root):
    """Programs that run from inside the root, and their process ids."""
    for folder in filter(str.isdigit, os.listdir("/proc")):
        try:
            if os.readlink(f"/proc/{folder}/root") == str(root):
                yield os.readlink(f"/proc/{folder}/exe").removeprefix(str(root)), int(folder)
        except OSError:
            pass


def end_all(root):
    for signal in (15, 9):
        for _, pid in list(running(root)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal)
        time.sleep(1)


def command(root, *words):
    return ["chroot", str(root), "/usr/bin/env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LANG=C.UTF-8",
            "DEBIAN_FRONTEND=noninteractive",
            *(f"{name}={value}" for name, value in os.environ.items() if name.lower() in ("http_proxy", "https_proxy")),
            *words]


def inside(root, *words):
    return run(*command(root, *words))


def person(root, *words):
    return inside(root, "su", "-", USER, "-c", " ".join(words))


def run(*words, quiet=False):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, words))} failed:\n{(done.stdout + done.stderr)[-3000:]}")
    return "" if quiet else done.stdout


def check(true, what, otherwise=""):
    if not true:
        raise SystemExit(f"clean root: NOT {what}: {otherwise}")
    say(what)


def say(what):
    print(f"clean root: {what}", flush=True)


main()
