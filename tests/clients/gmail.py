"""What the clients share: Google's libraries, pointed at the sandbox and trusting its certificate."""

import email.message
import email.policy
import email.utils
import hashlib
import json
import pathlib

import google_auth_httplib2
from google.oauth2 import service_account
from googleapiclient.discovery import build
from googleapiclient.http import build_http

SCOPES = ["https://www.googleapis.com/auth/gmail.send"]


def service(endpoint, key_file, ca, subject):
    """The Gmail service of Google's client, with a service account that acts as `subject`."""
    credentials = service_account.Credentials.from_service_account_file(
        key_file, scopes=SCOPES, subject=subject
    )
    transport = build_http()  # the client's own: it does not take 308 for a redirect
    transport.ca_certs = ca
    http = google_auth_httplib2.AuthorizedHttp(credentials, http=transport)
    return build(
        "gmail", "v1", http=http, static_discovery=True, client_options={"api_endpoint": endpoint}
    )


def message(sender, recipient, subject, attachment):
    """A message with an attachment, as Python writes it."""
    path = pathlib.Path(attachment)
    made = email.message.EmailMessage(policy=email.policy.SMTP)
    made["From"] = sender
    made["To"] = recipient
    made["Subject"] = subject
    made["Date"] = email.utils.format_datetime(email.utils.localtime())
    made["Message-ID"] = email.utils.make_msgid(domain="example.com")
    made.set_content("Hello, here is the file.\n")
    made.add_attachment(
        path.read_bytes(), maintype="application", subtype="octet-stream", filename=path.name
    )
    return made.as_bytes()


def plain(sender, recipient):
    """A small message without an attachment."""
    made = email.message.EmailMessage(policy=email.policy.SMTP)
    made["From"] = sender
    made["To"] = recipient
    made["Subject"] = "Benchmark"
    made.set_content("Hello.\n")
    return made.as_bytes()


def report(sent, message, **more):
    """What the test reads: the reply, and what was sent."""
    print(json.dumps({"sent": sent, "sha256": hashlib.sha256(message).hexdigest(), **more}))
