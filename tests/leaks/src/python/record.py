"""Passes connections on and records both directions: `record.py OUT SOCKET SOCKET-BEHIND`."""
import os
import socket
import sys
import threading

out = open(sys.argv[1], "ab", buffering=0)


def pump(source, sink):
    while True:
        try:
            data = source.recv(1 << 16)
        except OSError:
            data = b""
        if not data:
            try:
                sink.shutdown(socket.SHUT_WR)
            except OSError:
                pass
            return
        out.write(data)
        try:
            sink.sendall(data)
        except OSError:
            return


def serve(client):
    server = socket.socket(socket.AF_UNIX)
    try:
        server.connect(sys.argv[3])
    except OSError:
        client.close()
        return
    threads = [threading.Thread(target=pump, args=pair, daemon=True) for pair in ((client, server), (server, client))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    client.close()
    server.close()


listener = socket.socket(socket.AF_UNIX)
os.umask(0o177)
listener.bind(sys.argv[2])
listener.listen(64)
print("listening", flush=True)
while True:
    client, _ = listener.accept()
    threading.Thread(target=serve, args=(client,), daemon=True).start()
