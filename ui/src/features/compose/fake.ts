/** A scripted backend that keeps drafts and sends, for the state gallery and tests; in no release. */
import { Failed } from '$lib/backend';
import type { Handlers } from '$lib/backend/scripted';
import type { Code, Draft, DraftItem, FileFacts, ParsedAddress, SendReport } from '$lib/bindings';
import { NOW, key } from '$features/gallery/samples';

/** A draft with nothing in it. */
export const blank: Draft = {
  from: '',
  to: [],
  cc: [],
  bcc: [],
  reply_to: [],
  subject: '',
  text: '',
  html: null,
  attachments: [],
};

/** A draft as most are. */
export const invoice: Draft = {
  ...blank,
  from: 'qa@example.org',
  to: ['Mia Berg <mia@example.org>', 'jon@partner.example'],
  subject: '[TEST] Invoice 2026-114',
  text: 'Hello Mia,\n\nhere is the invoice template with the new footer.\n',
};

export function draftItem(draft: Draft, patch: Partial<DraftItem> = {}): DraftItem {
  return { id: 'd'.repeat(32), saved: NOW, draft, key: key.id, view: null, ...patch };
}

export function fileFacts(name: string, bytes: number, patch: Partial<FileFacts> = {}): FileFacts {
  const content_type = name.endsWith('.png') ? 'image/png' : 'application/octet-stream';
  const fixed = { folder: '~/Downloads', state: 'readable', modified: NOW, blocked: false } as const;
  return { handle: `h-${name}`, name, bytes, content_type, ...fixed, ...patch };
}

/** Reads addresses nearly as the agent does. */
export function parseAddresses(text: string): ParsedAddress[] {
  const found = text.split(/[\n;]|,(?=(?:[^"]*"[^"]*")*[^"]*$)/).flatMap((part) => part.trim() || []);
  const entries = [...new Set(found)].map((part): ParsedAddress => {
    const [, name, bare] = /^(.*?)\s*<(.+)>$/.exec(part) ?? [undefined, '', part];
    const domain = /^[^@\s]+@([^@\s]+\.[^@\s.]+)$/.exec(bare ?? '')?.[1];
    if (!domain)
      return {
        text: part,
        name: null,
        address: null,
        domain: null,
        failure: { code: 'invalid-address', what: '', remedy: '' },
      };
    const known = { address: bare ?? null, domain: domain.toLowerCase(), failure: null };
    return { text: part, name: name?.replaceAll('"', '') || null, ...known };
  });
  return [...entries.filter((entry) => entry.failure), ...entries.filter((entry) => !entry.failure)];
}

export const report: SendReport = {
  request_id: '5'.repeat(32),
  outcome: { outcome: 'sent', message_id: '18f2a9c04d1e77b3', thread_id: '18f2a9c04d1e77b3' },
  bytes: 24_900_000,
  millis: 1840,
  recipients: 2,
  findings: [],
  attachments: [],
  audit: null,
  timeline: [],
};

/** What the fake is set to do. */
export interface Fake {
  drafts: DraftItem[];
  files: FileFacts[];
  /** Saves fail with this code. */
  failing: Code | undefined;
  /** A save takes so many milliseconds. */
  latency: number;
  handlers: Handlers;
}

export function fakeBackend(drafts: DraftItem[] = [], files: FileFacts[] = []): Fake {
  let count = 0;
  const fake: Fake = { drafts, files, failing: undefined, latency: 0, handlers: {} };
  const wait = () => new Promise<void>((done) => (fake.latency ? setTimeout(done, fake.latency) : done()));
  fake.handlers = {
    'draft.list': () => ({ drafts: structuredClone(fake.drafts) }),
    'draft.save': async ({ id, draft, key, view }) => {
      if (fake.failing) throw new Failed({ code: fake.failing, what: '', remedy: '' });
      const item = { id: id ?? String(++count).padStart(32, '0'), saved: Date.now(), draft, key, view };
      // The agent holds what it was handed from here on, whether or not its answer still arrives.
      fake.drafts = [structuredClone(item), ...fake.drafts.filter((one) => one.id !== item.id)];
      await wait();
      return item;
    },
    'draft.remove': ({ id }) => {
      fake.drafts = fake.drafts.filter((one) => one.id !== id);
      return { removed: 1 };
    },
    'draft.versions': () => ({ drafts: [] }),
    'address.parse': ({ text }) => ({ entries: parseAddresses(text), merged: 0 }),
    'files.look': ({ handles }) => ({ files: fake.files.filter(({ handle }) => handles.includes(handle)) }),
    'files.pick': () => ({ files: fake.files }),
    'key.list': () => ({ keys: [key] }),
    'key.use': () => ({
      weeks: [],
      senders: ['qa@example.org', 'billing@example.org'],
      last_failure: null,
      original_there: false,
    }),
    'history.list': () => ({ items: [], more: false }),
    'send.list': () => ({ sends: [] }),
    'sandbox.faults': () => ({
      known: [
        { name: 'delegation-missing', what: 'The administrator has not authorised the key', at: 'token' },
        { name: 'daily-limit', what: 'The daily limit is used up', at: 'start' },
        { name: 'reset-at-70', what: 'The connection breaks at 70 %', at: 'chunk' },
      ],
      set: [],
    }),
    'message.check': ({ draft }) => {
      const raw = fake.files.filter(({ handle }) => draft.attachments.some((one) => one.handle === handle));
      const encoded = Math.round(raw.reduce((sum, file) => sum + file.bytes, 2000) * 1.368);
      return {
        encoded_bytes: encoded,
        limit_bytes: 36_700_160,
        room_bytes: Math.max(0, Math.round((36_700_160 - encoded) / 1.368)),
        html_bytes: draft.html?.length ?? 0,
        recipients: draft.to.length,
        findings: [],
      };
    },
    send: () => report,
  };
  return fake;
}
