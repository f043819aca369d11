"""A display that nobody sees, whose pixels can be read while a program draws on it."""

import mmap
import os
import pathlib
import struct
import subprocess
import tempfile
import time
import zlib

WIDTH, HEIGHT = 1280, 800


class Display:
    """An Xvfb with its frame buffer in a file."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        read, write = os.pipe()
        self.server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{WIDTH}x{HEIGHT}x24",
             "-fbdir", self.folder.name, "-nolisten", "tcp", "-noreset", "-ac"],
            pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        with open(read) as number:  # up to the end of the line: it may come in pieces
            self.name = ":" + number.readline().strip()
        self.file = open(pathlib.Path(self.folder.name) / "Xvfb_screen0", "rb")
        self.map = mmap.mmap(self.file.fileno(), 0, prot=mmap.PROT_READ)
        # The X window dump's header: its own size, and how many colours follow it (12 bytes each).
        header = struct.unpack(">25I", self.map[:100])
        self.start = header[0] + 12 * header[19]
        self.line = header[12]

    def pixels(self):
        """Every second line, as bytes."""
        lines = range(0, HEIGHT, 2)
        return b"".join(self.map[self.start + y * self.line:self.start + y * self.line + WIDTH * 4] for y in lines)

    def picture(self, path):
        """Writes what is shown as a PNG."""
        rows = bytearray()
        for y in range(HEIGHT):
            line = self.map[self.start + y * self.line:self.start + y * self.line + WIDTH * 4]
            rgb = bytearray(WIDTH * 3)
            rgb[0::3], rgb[1::3], rgb[2::3] = line[2::4], line[1::4], line[0::4]
            rows += b"\0" + rgb
        chunk = lambda name, data: struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        header = struct.pack(">2I5B", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
        png = (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(rows)))
               + chunk(b"IEND", b""))
        pathlib.Path(path).write_bytes(png)

    def close(self):
        self.map.close()
        self.file.close()
        self.server.terminate()
        self.server.wait()
        self.folder.cleanup()

    def drawn(self, patience, quiet=1.0, least=50):
        """When the picture last changed by more than a caret before it stayed the same for `quiet` seconds, and
        whether there is text (more than a few colours). In time.monotonic(); None if it never came to rest."""
        seen = self.pixels()
        blank = seen
        changed = None
        until = time.monotonic() + patience
        while time.monotonic() < until:
            time.sleep(0.01)
            now = self.pixels()
            at = time.monotonic()
            if now != seen and differing(now, seen) >= least:
                changed = at
                seen = now
            if changed and at - changed > quiet and seen != blank and colours(seen) > 6:
                return changed
        return None


def differing(one, other):
    return sum(a != b for a, b in zip(memoryview(one).cast("I")[::3], memoryview(other).cast("I")[::3])) * 3


def colours(pixels):
    return len(set(memoryview(pixels).cast("I")))
