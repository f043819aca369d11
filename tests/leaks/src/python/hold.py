"""Holds what it read from standard input in memory, unprotected: the control of every memory scan."""
import ctypes
import sys

ctypes.CDLL(None).prctl(0x59616D61, ctypes.c_ulong(-1))  # where Yama is on: anyone of this user may trace
held = bytearray(sys.stdin.buffer.readline().rstrip(b"\n"))
print(f"holding {len(held)} bytes", flush=True)
sys.stdin.buffer.read()
