"""Send a message with Google's own client: a resumable upload in chunks.

send_resumable.py ENDPOINT KEY_FILE CA FROM TO ATTACHMENT
"""

import io
import sys

from googleapiclient.errors import HttpError
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
    chunks += 1
    try:
        _, sent = request.next_chunk()
    except HttpError as error:
        # The client asks for the upload's state in its next call. Its own retries would send the
        # rest of a stream that has been read already.
        if error.resp.status < 500 or chunks > 20:
            raise
gmail.report(sent, message, chunks=chunks)
