import type { Code } from '$lib/bindings';
import { CODES } from '$lib/errors/codes';
import FailureSizes from './FailureSizes.svelte';
import { states } from './gallery';
import { DAY, failure, NOW } from './samples';

/** Facts as they come with a code; every code is shown, with facts or without. */
const facts: Partial<Record<Code, Record<string, string>>> = {
  'code-already-used': { wait_seconds: '12' },
  'clock-off': { behind_seconds: '240' },
  'clock-skew': { offset_seconds: '-3720' },
  'key-file-field': { field: 'private_key' },
  'invalid-address': { address: 'kim@exampl' },
  'non-ascii-address': { address: 'jörg@example.org' },
  'attachment-missing': { attachment: 'Übersicht 2026 – «финал».pdf' },
  'attachment-changed': { attachment: 'build.log' },
  'blocked-type': { attachment: 'setup.exe' },
  'message-too-large': { encoded_bytes: '39800000' },
  'missing-variable': { variables: 'order, amount' },
  'delegation-missing': {
    client_id: '104512345678901234567',
    scope: 'https://www.googleapis.com/auth/gmail.send',
    subject: 'qa@example.org',
    google_error: 'unauthorized_client',
    google_message:
      'Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the scopes requested.',
  },
  'scope-missing': { client_id: '104512345678901234567', subject: 'qa@example.org' },
  'sender-unknown': { subject: 'nobody@example.org' },
  'rate-limited': { wait_seconds: '90', google_message: 'User-rate limit exceeded.' },
  'message-refused': { status: '400', google_message: 'Invalid To header' },
  'denied-sender': { sender: 'billing@example.org' },
  'denied-recipient': { recipient: 'jon@partner.example', grant: '3', failing: 'recipients' },
  'denied-recipient-count': { recipients_max: '20' },
  'denied-size': { bytes_max: '5000000' },
  'denied-attachment': { attachment: 'setup.exe' },
  'denied-network': { network: '203.0.113.7' },
  'denied-hours': { hours: '08:00-18:00', time_zone: 'Europe/Berlin' },
  'denied-not-yet': { not_before: String(NOW + DAY) },
  'denied-expired': { not_after: String(NOW - DAY) },
  'denied-rate': { per_day: '20', free_at: String(NOW + DAY / 2) },
  'host-forked': { alarm: 'the log is shorter than this device has seen it' },
  internal: { fault: 'TypeError: undefined is not a function' },
};

export default states(
  'codes',
  (Object.keys(CODES) as Code[]).map((code) => ({
    name: code,
    component: FailureSizes,
    props: { failure: failure(code, facts[code] ?? {}) },
  })),
);
