"""Send a message with Google's own client: one JSON request.

send_json.py ENDPOINT KEY_FILE CA FROM TO ATTACHMENT
"""

import base64
import sys

import gmail

endpoint, key_file, ca, sender, recipient, attachment = sys.argv[1:]
service = gmail.service(endpoint, key_file, ca, sender)
message = gmail.message(sender, recipient, "By JSON: Grüße", attachment)
body = {"raw": base64.urlsafe_b64encode(message).decode()}
sent = service.users().messages().send(userId="me", body=body).execute()
gmail.report(sent, message)
