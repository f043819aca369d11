"""Reads each message named on the command line with Python's email package and prints what it saw."""

import email
import hashlib
import json
import sys
from email import policy


def addresses(header):
    return [[a.display_name, a.addr_spec] for a in header.addresses] if header is not None else []


def read(path):
    with open(path, "rb") as file:
        message = email.message_from_bytes(file.read(), policy=policy.SMTP)
    parts, defects = [], [str(d) for h in message.values() for d in getattr(h, "defects", [])]
    for part in message.walk():
        defects += [str(d) for d in part.defects]
        if part.is_multipart():
            continue
        payload = part.get_payload(decode=True)
        parts.append({
            "type": part.get_content_type(),
            "disposition": part.get_content_disposition(),
            "name": part.get_filename(),
            "cid": part["Content-ID"] and str(part["Content-ID"]),
            "size": len(payload),
            "sha256": hashlib.sha256(payload).hexdigest(),
        })
    return {
        "subject": str(message["subject"]),
        "from": addresses(message["from"]),
        "to": addresses(message["to"]),
        "date": message["date"].datetime.isoformat(),
        "message_id": str(message["message-id"]),
        "parts": parts,
        "defects": defects,
    }


json.dump([read(path) for path in sys.argv[1:]], sys.stdout)
