import { CODES, type AuditEntryView, type Code } from '$lib/bindings';

/** The fields of an entry, as the log exports them. */
export interface Fields {
  seq: number;
  time: number;
  /** SHA-256 of the actor's public key; none for a caller whom nothing authenticated. */
  actor: string | null;
  role: string | null;
  action: string;
  target: string;
  decision: string;
  reason: string | null;
  count: number;
  recipient_domains: string[];
  recipient_hmacs: string[];
  bytes: number | null;
  attachment_hmacs: string[];
  message_id: string | null;
  request: string | null;
  policy_epoch: number;
}

/** How the thing ended, for people. */
export type Ending = 'done' | 'refused' | 'failed' | 'unknown' | 'begun';

/** One thing that happened: its entry, and the one that announced it, where there are two. */
export interface Happening {
  key: string;
  entry: Fields;
  began: Fields | undefined;
  ending: Ending;
}

/** The entry's fields; what an older or newer log lacks is empty. */
export function fieldsOf(view: AuditEntryView): Fields {
  const raw = (typeof view.fields === 'object' && view.fields !== null ? view.fields : {}) as Partial<Fields>;
  return {
    actor: null,
    role: null,
    action: '',
    target: '',
    decision: '',
    reason: null,
    count: 1,
    recipient_domains: [],
    recipient_hmacs: [],
    bytes: null,
    attachment_hmacs: [],
    message_id: null,
    request: null,
    policy_epoch: 0,
    ...raw,
    seq: view.seq,
    time: view.time,
  };
}

/**
 * Entries, newest first, as things that happened: an intent whose outcome is there too is one thing with it,
 * at the outcome's place.
 */
export function happenings(entries: readonly AuditEntryView[]): Happening[] {
  const ended = new Map<string, Happening>();
  const rows: Happening[] = [];
  for (const view of entries) {
    const entry = fieldsOf(view);
    const outcome = entry.request === null ? undefined : ended.get(entry.request);
    if (entry.decision === 'intent' && outcome) {
      outcome.began = entry;
      continue;
    }
    const row: Happening = { key: `${entry.seq}`, entry, began: undefined, ending: endingOf(entry) };
    if (entry.request !== null && entry.decision !== 'intent') ended.set(entry.request, row);
    rows.push(row);
  }
  return rows;
}

/** What the intent knew, where the outcome is silent: recipients, size, files. */
export function whole(row: Happening): Fields {
  const { entry, began } = row;
  if (!began) return entry;
  return {
    ...entry,
    target: entry.target || began.target,
    recipient_domains: entry.recipient_domains.length > 0 ? entry.recipient_domains : began.recipient_domains,
    recipient_hmacs: entry.recipient_hmacs.length > 0 ? entry.recipient_hmacs : began.recipient_hmacs,
    bytes: entry.bytes ?? began.bytes,
    attachment_hmacs: entry.attachment_hmacs.length > 0 ? entry.attachment_hmacs : began.attachment_hmacs,
  };
}

/** A reason as a known code. */
export function codeOf(reason: string | null): Code | undefined {
  return CODES.find((code) => code === reason);
}

function endingOf(entry: Fields): Ending {
  switch (entry.decision) {
    case 'allowed':
    case 'done':
      return 'done';
    case 'refused':
    case 'failed':
      return entry.decision;
    case 'intent':
      return 'begun';
    default:
      return 'unknown';
  }
}
