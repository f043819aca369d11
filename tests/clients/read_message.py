"""Read a delivered message with Python's own parser and say what is in it.

read_message.py FILE
"""

import email
import email.policy
import hashlib
import json
import sys

with open(sys.argv[1], "rb") as file:
    raw = file.read()
message = email.message_from_bytes(raw, policy=email.policy.default)
print(
    json.dumps(
        {
            "sha256": hashlib.sha256(raw).hexdigest(),
            "from": message["From"],
            "to": message["To"],
            "subject": message["Subject"],
            "defects": [type(d).__name__ for part in message.walk() for d in part.defects],
            "text": message.get_body(("plain",)).get_content(),
            "attachments": [
                {
                    "name": part.get_filename(),
                    "sha256": hashlib.sha256(part.get_content()).hexdigest(),
                }
                for part in message.iter_attachments()
            ],
        }
    )
)
