import type { Handlers } from '$lib/backend/scripted';
import type { Delivered, InboxRow } from '$lib/bindings';
import { found, never, press, states } from '$features/gallery/gallery';
import { fails, LONG, MINUTE, NOW } from '$features/gallery/samples';
import Inbox from './Inbox.svelte';

const SUBJECTS = ['[TEST] Invoice 2026-114', 'Welcome to the beta', LONG, ''];

function row(index: number): InboxRow {
  return {
    id: `m${index}`,
    time: NOW - 2 * MINUTE - index * 61 * MINUTE,
    from: 'qa@example.org',
    to: index % 2 === 0 ? ['mia@example.org', 'jon@partner.example'] : ['kim@example.org'],
    subject: SUBJECTS[index % SUBJECTS.length] ?? '',
    bytes: 24_912_388 / (index + 1),
    attachments: index % 3 === 0 ? 2 : 0,
  };
}

const HTML = '<h1>Invoice</h1><p>Thank you.</p>';

function message(id: string): Delivered {
  const index = Number(id.slice(1));
  return {
    row: row(index),
    headers: [
      ['Date', 'Sun, 22 Nov 2026 12:02:00 +0000'],
      ['From', 'QA <qa@example.org>'],
      ['To', 'mia@example.org, jon@partner.example'],
      ['Subject', SUBJECTS[index % SUBJECTS.length] ?? ''],
      ['Message-ID', '<0c3e6f210aa8028dbc53cd78dc99e922@example.org>'],
    ],
    text: index === 1 ? null : 'Hello Mia,\n\nhere is the invoice.\n',
    html: index === 2 ? null : HTML,
    preview:
      index === 2
        ? null
        : {
            url: 'about:blank',
            links: [
              { text: 'Pay now', target: `https://example.org/pay?token=${'a'.repeat(80)}` },
              { text: '', target: 'mailto:billing@example.org' },
            ],
            remote: ['https://tracker.example/pixel.png'],
          },
    attachments: [
      { name: `${LONG}.pdf`, content_type: 'application/pdf', bytes: 18_200_000, sha256: 'ab'.repeat(32) },
      { name: 'footer.png', content_type: 'image/png', bytes: 48_212, sha256: 'cd'.repeat(32) },
    ],
    source: {
      bytes: 24_912_388,
      parts: [
        {
          kind: 'headers',
          text: 'From: QA <qa@example.org>\r\nTo: mia@example.org\r\nSubject: Invoice\r\n\r\n',
        },
        { kind: 'text', text: 'Hello Mia,\r\n\r\n' },
        {
          kind: 'headers',
          text: 'Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n',
        },
        { kind: 'folded', bytes: 24_900_000, encoding: 'base64' },
      ],
    },
    support: [{ feature: 'display: flex', note: 'Outlook on Windows lays it out as blocks.' }],
  };
}

const rows = Array.from({ length: 12 }, (_, index) => row(index));
const faults: Handlers['sandbox.faults'] = () => ({
  known: [
    { name: 'token-unauthorized-client', what: "401: not in the domain's delegation list", at: 'token' },
    { name: 'backend-error', what: '503: backend error; passes', at: 'start' },
    { name: 'reset-after', what: 'all is done, then the connection is reset', at: 'last-chunk' },
    { name: 'html-502', what: 'an HTML page with status 502', at: 'start' },
  ],
  set: [{ id: 1, name: 'backend-error', left: 2 }],
});
const backend = (list: InboxRow[]): Handlers => ({
  'sandbox.status': () => ({ running: true, url: null, messages: list.length }),
  'sandbox.inbox': () => ({ messages: list, total: list.length }),
  'sandbox.message': ({ id }) => message(id),
  'sandbox.faults': faults,
  'sandbox.attachment': () => fails('disk-full'),
});
const away: Handlers = {
  'sandbox.status': () => ({ running: false, url: null, messages: 0 }),
  'sandbox.inbox': () => fails('sandbox-away'),
  'sandbox.faults': () => fails('sandbox-away'),
};
const open = (index: number, tab?: number) => async (root: HTMLElement) => {
  await found(root, '[role=option]');
  root.querySelectorAll<HTMLElement>('[role=option]')[index]?.click();
  await found(root, '[role=tab]');
  const chosen = root.querySelectorAll<HTMLElement>('[role=tab]')[tab ?? 0];
  chosen?.focus();
  chosen?.click();
};
const common = { component: Inbox, frame: true, backend: backend(rows) };

export default states('inbox', [
  { ...common, name: 'loading', backend: { ...backend(rows), 'sandbox.inbox': () => never() } },
  { ...common, name: 'empty', backend: backend([]) },
  { ...common, name: 'sandbox-away', backend: away },
  { ...common, name: 'list' },
  { ...common, name: 'preview', after: open(0) },
  { ...common, name: 'no-html', after: open(2) },
  { ...common, name: 'text', after: open(0, 1) },
  { ...common, name: 'no-text', after: open(1, 1) },
  { ...common, name: 'source', after: open(0, 2) },
  { ...common, name: 'headers', after: open(0, 3) },
  { ...common, name: 'files', after: open(0, 4) },
  {
    ...common,
    name: 'file-not-saved',
    after: async (root) => {
      await open(0, 4)(root);
      await press(root, '[role=tabpanel] li button');
    },
  },
  { ...common, name: 'links', after: open(0, 5) },
  { ...common, name: 'size', after: open(0, 6) },
  {
    ...common,
    name: 'gone',
    backend: { ...backend(rows), 'sandbox.message': () => fails('not-found') },
    after: async (root) => {
      await press(root, '[role=option]');
    },
  },
  {
    ...common,
    name: 'faults',
    after: async (root) => {
      await press(root, 'main button:has(.text-sandbox)');
      await found(root, '[role=dialog]');
    },
  },
]);
