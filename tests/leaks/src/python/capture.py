"""Records what crosses the loopback interface from or to a TCP port: `capture.py OUT PORT` (as root)."""
import socket
import struct
import sys

out = open(sys.argv[1], "ab", buffering=0)
port = int(sys.argv[2])
capture = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800))
capture.bind(("lo", 0))
capture.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 << 20)
print("listening", flush=True)
while True:
    frame, (_, _, kind, _, _) = capture.recvfrom(1 << 17)
    if kind == socket.PACKET_OUTGOING:  # on loopback every packet is seen twice
        continue
    packet = frame[14:]
    header = (packet[0] & 15) * 4
    if packet[9] != socket.IPPROTO_TCP:
        continue
    source, target = struct.unpack_from(">HH", packet, header)
    if port in (source, target):
        out.write(packet[header + (packet[header + 12] >> 4) * 4:])
