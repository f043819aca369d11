"""Send one message with Google's own client as its users do, over plain HTTP so that no side pays for TLS.

bench_send.py ENDPOINT KEY_FILE FROM TO [ATTACHMENT]
"""

import io
import sys

from google.oauth2 import service_account
from googleapiclient.discovery import build
from googleapiclient.http import MediaIoBaseUpload
import google_auth_httplib2
import httplib2

import gmail

endpoint, key_file, sender, recipient, *attachment = sys.argv[1:]
credentials = service_account.Credentials.from_service_account_file(
    key_file, scopes=gmail.SCOPES, subject=sender
)
http = google_auth_httplib2.AuthorizedHttp(credentials, http=httplib2.Http())
service = build("gmail", "v1", http=http, static_discovery=True, client_options={"api_endpoint": endpoint})
message = gmail.message(sender, recipient, "Benchmark", *attachment) if attachment else gmail.plain(sender, recipient)
media = MediaIoBaseUpload(io.BytesIO(message), mimetype="message/rfc822", resumable=True)
request = service.users().messages().send(userId="me", body={}, media_body=media)
# The library insists on https for uploads; the sandbox's plain address serves the same.
request.uri = request.uri.replace("https://", "http://", 1)
sent = request.execute()
gmail.report(sent, message)
