"""Send a message with Google's own client: a resumable upload in chunks.

send_resumable.py ENDPOINT KEY_FILE CA FROM TO ATTACHMENT
"""

import io
import sys

from googleapiclient.http import MediaIoBaseUpload

import gmail

endpoint, key_file, ca, sender, recipient, attachment = sys.argv[1:]
service = gmail.service(endpoint, key_file, ca, sender)
message = gmail.message(sender, recipient, "By upload: Grüße", attachment)
media = MediaIoBaseUpload(
    io.BytesIO(message), mimetype="message/rfc822", chunksize=512 * 1024, resumable=True
)
request = service.users().messages().send(userId="me", body={}, media_body=media)
sent, chunks = None, 0
while sent is None:
    # num_retries: the client's own idea of what may be tried again.
    _, sent = request.next_chunk(num_retries=3)
    chunks += 1
gmail.report(sent, message, chunks=chunks)
