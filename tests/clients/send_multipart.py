"""Send a message with Google's own client: metadata and message in one request.

send_multipart.py ENDPOINT KEY_FILE CA FROM TO ATTACHMENT
"""

import io
import sys

from googleapiclient.http import MediaIoBaseUpload

import gmail

endpoint, key_file, ca, sender, recipient, attachment = sys.argv[1:]
service = gmail.service(endpoint, key_file, ca, sender)
message = gmail.message(sender, recipient, "By multipart: Grüße", attachment)
media = MediaIoBaseUpload(io.BytesIO(message), mimetype="message/rfc822", resumable=False)
sent = service.users().messages().send(userId="me", body={}, media_body=media).execute()
gmail.report(sent, message)
