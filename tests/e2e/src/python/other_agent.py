"""Stands in for an agent of another version: other_agent.py SOCKET DESCRIPTOR_SOCKET BUSY.

It answers as such an agent does: a refusal with its own version to whoever speaks another one, and its state
to whoever speaks its own. While the file BUSY is there, its vault is open.
"""

import json
import os
import socket
import sys
import threading

VERSION = "999"
requests, descriptors, busy = sys.argv[1:]


def listen(path):
    if os.path.exists(path):
        os.remove(path)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    os.chmod(path, 0o600)
    listener.listen()
    return listener


def answer(stream):
    head = b""
    while b"\r\n\r\n" not in head:
        piece = stream.recv(4096)
        if not piece:
            return
        head += piece
    ours = f"signet-api: {VERSION}".encode() in head.lower()
    if ours:
        state = "unlocked" if os.path.exists(busy) else "locked"
        status, body = "200 OK", json.dumps({"vault": {"state": state}, "sending": 0})
    else:
        status, body = "409 Conflict", json.dumps({"code": "agent-version", "what": "", "remedy": ""})
    reply = f"HTTP/1.1 {status}\r\nsignet-api: {VERSION}\r\ncontent-type: application/json\r\n"
    stream.sendall(f"{reply}content-length: {len(body)}\r\nconnection: close\r\n\r\n{body}".encode())
    stream.close()


descriptor_listener = listen(descriptors)
listener = listen(requests)
while True:
    stream, _ = listener.accept()
    threading.Thread(target=answer, args=(stream,), daemon=True).start()
