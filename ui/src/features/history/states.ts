import type { Handlers } from '$lib/backend/scripted';
import type { HistoryItem, HistoryQuery, HistoryRow, SharedSend } from '$lib/bindings';
import { openRow } from '$features/gallery/open-row';
import { fails, failure, key, LONG, MINUTE, NOW } from '$features/gallery/samples';
import { found, never, states, type } from '$features/gallery/gallery';
import { m } from '$lib/paraglide/messages';
import { desk } from '$features/team/samples';
import History from './History.svelte';

const SUBJECTS = ['[TEST] Invoice 2026-114', 'Welcome to the beta', LONG, '', 'Password reset'];
const ENDS: [string, HistoryRow['code']][] = [
  ['sent', null],
  ['sent', null],
  ['not-sent', 'delegation-missing'],
  ['unknown', 'send-unknown'],
  ['sent', null],
];

function rowAt(index: number): HistoryRow {
  const [state, code] = ENDS[index % ENDS.length] ?? ['sent', null];
  return {
    id: `${index}`.padStart(32, '0'),
    time: NOW - 2 * MINUTE - index * 47 * MINUTE,
    from: 'qa@example.org',
    to: index % 3 === 0 ? ['mia@example.org', 'jon@partner.example'] : ['kim@example.org'],
    recipients: index % 3 === 0 ? 2 : 1,
    subject: SUBJECTS[index % SUBJECTS.length] ?? '',
    attachments: index % 4 === 0 ? 2 : 0,
    state,
    key: key.client_email,
    code,
  };
}

/** Answers as the agent does: filtered, newest first, a page at a time. */
function list(rows: HistoryRow[]) {
  return (query: HistoryQuery) => {
    const text = query.text?.toLowerCase() ?? '';
    const found = rows.filter(
      (row) =>
        (!query.state || row.state === query.state) &&
        `${row.from} ${row.to.join(' ')} ${row.subject}`.toLowerCase().includes(text),
    );
    const from = query.before ? found.findIndex((row) => row.id === query.before) + 1 : 0;
    const items = found.slice(from, from + (query.limit ?? 50));
    return { items, more: from + items.length < found.length };
  };
}

function show(rows: HistoryRow[], change: (item: HistoryItem) => HistoryItem = (item) => item) {
  return ({ id }: { id: string }): HistoryItem => {
    const row = rows.find((one) => one.id === id) ?? rowAt(0);
    return change({
      id,
      time: row.time,
      key: row.key,
      draft: {
        from: row.from,
        to: row.to,
        cc: [],
        bcc: [],
        reply_to: [],
        subject: row.subject,
        text: 'Hello Mia,\n\nhere is the invoice template with the new footer.\n',
        html: '<p>Hello</p>',
        attachments: [
          { handle: 'w1', name: `${LONG}.pdf` },
          { handle: 'w2', name: 'footer.png' },
        ],
      },
      report: {
        request_id: id,
        outcome:
          row.state === 'not-sent'
            ? {
                outcome: 'not-sent',
                failure: failure('delegation-missing', { client_id: key.client_id ?? '' }),
              }
            : row.state === 'unknown'
              ? { outcome: 'unknown', failure: failure('send-unknown') }
              : { outcome: 'sent', message_id: '18f2c0a94be71d03', thread_id: '18f2c0a94be71d03' },
        bytes: 24_912_388,
        millis: 1834,
        recipients: row.recipients,
        findings: [],
        attachments: [
          {
            name: `${LONG}.pdf`,
            content_type: 'application/pdf',
            bytes: 18_200_000,
            sha256: 'ab',
            path: null,
          },
          { name: 'footer.png', content_type: 'image/png', bytes: 48_212, sha256: 'cd', path: null },
        ],
        audit: { size: 4812, root: 'ff' },
        timeline: [
          { phase: 'reading', millis: 41 },
          { phase: 'recording', millis: 6 },
          { phase: 'token', millis: 212 },
          { phase: 'uploading', millis: row.state === 'not-sent' ? 0 : 1502 },
          ...(row.state === 'sent' ? [{ phase: 'confirming' as const, millis: 73 }] : []),
        ],
      },
    });
  };
}

const look: Handlers['files.look'] = ({ handles }) => ({
  files: handles.map((handle, index) => ({
    handle,
    name: 'file',
    folder: '~/Documents',
    state: index === 0 ? 'readable' : 'missing',
    bytes: 18_200_001,
    modified: NOW,
    content_type: 'application/pdf',
    blocked: false,
  })),
});

function backend(rows: HistoryRow[]): Handlers {
  return {
    'history.list': list(rows),
    'history.show': show(rows),
    'files.look': look,
    'key.list': () => ({ keys: [key, { ...key, id: 'other', name: 'newsletter' }] }),
  };
}

const many = Array.from({ length: 10_000 }, (_, index) => rowAt(index));
const few = many.slice(0, 12);
const open = openRow;
const common = { component: History, frame: true };

const through = (sends: SharedSend[]): Handlers => ({
  'history.list': () => ({ items: [], more: false }),
  'shared.list': () => ({ hosts: [desk] }),
  'shared.sends': () => ({ sends }),
});
const sharedSend = (digit: string, change: Partial<SharedSend>): SharedSend => ({
  request: digit.repeat(32),
  time: NOW - 2 * MINUTE,
  from: 'qa@example.org',
  recipients: 2,
  subject: '[TEST] Invoice 2026-114',
  state: 'sent',
  failure: null,
  message_id: '18f2c0a94be71d03',
  bytes: 2_400_000,
  ...change,
});
const throughDesk = async (root: HTMLElement) => {
  const name = m.history_via_host({ host: desk.name });
  await found(root, 'main label', name);
  for (const label of root.querySelectorAll<HTMLElement>('main label'))
    if (label.textContent.includes(name)) label.click();
};

export default states('history', [
  {
    name: 'through-host',
    component: History,
    frame: true,
    backend: through([
      sharedSend('1', { state: 'waiting', message_id: null, subject: LONG }),
      sharedSend('2', { time: NOW - 9 * MINUTE }),
      sharedSend('3', {
        time: NOW - 19 * MINUTE,
        state: 'not-sent',
        message_id: null,
        failure: failure('approval-refused'),
      }),
    ]),
    after: async (root) => {
      await throughDesk(root);
      await found(root, '[role=option]', 'Invoice');
      await openRow(2)(root);
    },
  },
  {
    name: 'through-host-empty',
    component: History,
    frame: true,
    backend: through([]),
    after: throughDesk,
  },
  { ...common, name: 'loading', backend: { 'history.list': () => never() } },
  { ...common, name: 'empty', backend: backend([]) },
  { ...common, name: 'failed', backend: { 'history.list': () => fails('keychain-locked') } },
  { ...common, name: 'list', backend: backend(few) },
  { ...common, name: 'ten-thousand', backend: backend(many) },
  {
    ...common,
    name: 'nothing-found',
    backend: backend(few),
    after: async (root) => type(root, 'input', 'no such message'),
  },
  { ...common, name: 'accepted', backend: backend(few), after: open(0) },
  { ...common, name: 'refused', backend: backend(few), after: open(2) },
  { ...common, name: 'unknown', backend: backend(few), after: open(3) },
  {
    ...common,
    name: 'not-readable',
    backend: { ...backend(few), 'history.show': () => fails('not-found') },
    after: open(1),
  },
  {
    ...common,
    name: 'sending',
    backend: {
      ...backend([{ ...rowAt(0), state: 'sending' }, ...few.slice(1)]),
      'history.show': show(few, (item) => ({ ...item, report: null })),
      'send.watch': (_, emit) => {
        emit({ event: 'started', request_id: '0', bytes: 24_912_388, findings: [] });
        emit({ event: 'phase', phase: 'uploading' });
        emit({ event: 'progress', sent: 12_400_000, total: 24_912_388 });
        return never();
      },
    },
    after: open(0),
  },
]);
