"""resident.py FOLDER: how much memory the agent of the programs in FOLDER keeps resident when nothing happens.

Locked, after a vault was made and a message with an attachment sent: at most 20 MiB. Unlocked is told, too."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

ALLOWED = 20  # MiB
PASSPHRASE = "plum-orbit-velvet-canyon-ninety"
# What an agent that has just worked gets to come to rest.
REST = 20


def main():
    programs = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as home:
        os.environ["SIGNET_HOME"] = home
        vault = Vault(programs, pathlib.Path(home))
        try:
            vault.signet("agent", "start")
            started = at_rest(vault.agent())
            vault.set_up()
            vault.send(5_000_000)
            unlocked = at_rest(vault.agent())
            vault.signet("lock")
            locked = at_rest(vault.agent())
        finally:
            vault.leave()
    print(f"resident when idle: the agent without a vault {started:.1f} MiB, unlocked {unlocked:.1f} MiB, "
          f"locked {locked:.1f} MiB, allowed {ALLOWED} MiB")
    sys.exit(0 if max(started, locked) <= ALLOWED else 1)


def at_rest(pid):
    """MiB once they stay the same for two seconds."""
    until = time.monotonic() + REST
    seen, since = resident(pid), time.monotonic()
    while time.monotonic() - since < 2 and time.monotonic() < until:
        time.sleep(0.1)
        now = resident(pid)
        if now != seen:
            seen, since = now, time.monotonic()
    return seen


def resident(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise SystemExit("the agent is gone")


class Vault:
    """A sandbox vault with one key."""

    def __init__(self, programs, home):
        self.program, self.home = programs / "signet", home

    def signet(self, *words):
        done = subprocess.run([self.program, "--sandbox", "--json", *words], capture_output=True, text=True, cwd=self.home)
        if done.returncode:
            raise SystemExit(f"signet {' '.join(map(str, words))}: {done.stdout}{done.stderr}")
        return json.loads(done.stdout or "null")

    def agent(self):
        return self.signet("status")["pid"]

    def set_up(self):
        http = self.signet("sandbox", "start")["http"]
        key = self.home / "key.json"
        self.signet("sandbox", "new-key", "--out", key, "--token-uri", f"{http}/token")
        init = subprocess.Popen([self.program, "--sandbox", "--json", "init", "--passphrase-stdin", "--script"],
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=self.home)
        print(PASSPHRASE, file=init.stdin, flush=True)
        shown = json.loads(init.stdout.readline())
        code = subprocess.run(["oathtool", "--totp", "--base32", shown["totp"]["secret"].replace(" ", "")],
                              capture_output=True, text=True, check=True).stdout.strip()
        groups = [[number, shown["kit"]["groups"][number - 1]] for number in shown["asks_kit_groups"]]
        print(json.dumps({"code": code, "kit_groups": groups}), file=init.stdin, flush=True)
        init.communicate()
        self.signet("key", "import", key, "--keep-original")

    def send(self, size):
        attachment = self.home / "attachment.bin"
        attachment.write_bytes(os.urandom(size))
        self.signet("send", "--from", "mia@sandbox.example", "--to", "ada@example.com", "--subject", "Size",
                    "--text", "Hello.", "--attach", attachment)

    def leave(self):
        for words in (["vault", "destroy", "--yes"], ["agent", "stop"], ["sandbox", "stop"]):
            subprocess.run([self.program, "--sandbox", *words], capture_output=True, cwd=self.home)


main()
