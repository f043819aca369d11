import { fails, failure, key, LONG, NOW } from '$features/gallery/samples';
import { found, never, press, states, type GalleryState } from '$features/gallery/gallery';
import type { Handlers } from '$lib/backend/scripted';
import type { Draft, FileFacts, SendEvent, SharedHost } from '$lib/bindings';
import { m } from '$lib/paraglide/messages';
import { session } from '$lib/state/session.svelte';
import { desk, grant } from '$features/team/samples';
import Compose from './Compose.svelte';
import { draftItem, fakeBackend, fileFacts, invoice, report } from './fake';
import { emptyView, type View } from './letter';

const picture = fileFacts('Logo mit Verlauf.png', 48_000);
const overview = fileFacts('Übersicht 2026 – «финал».pdf', 18_200_000);

/** Compose with this draft open. */
function shown(
  name: string,
  draft: Partial<Draft> | undefined,
  more: {
    view?: Partial<View>;
    files?: FileFacts[];
    handlers?: Handlers;
    facts?: GalleryState['facts'];
    after?: GalleryState['after'];
    others?: number;
  } = {},
): GalleryState {
  const files = more.files ?? [];
  const attachments = files.map(({ handle, name }) => ({
    handle,
    name,
    content_id: name.endsWith('.png') ? 'logo' : null,
  }));
  const view = JSON.stringify({ ...emptyView(), ...more.view });
  const others = Array.from({ length: more.others ?? 0 }, (_, index) =>
    draftItem(
      { ...invoice, subject: index === 0 ? LONG : `Mahnung ${index}` },
      { id: String(index).repeat(32), saved: NOW - index * 3_600_000 - 60_000 },
    ),
  );
  const open = draft ? [draftItem({ ...invoice, attachments, ...draft }, { view })] : [];
  const fake = fakeBackend([...open, ...others], files);
  return {
    name,
    component: Compose,
    frame: true,
    backend: { ...fake.handlers, ...more.handlers },
    facts: more.facts,
    after: async (root) => {
      await found(root, '[data-field="subject"]');
      await more.after?.(root);
    },
  };
}

const send = async (root: HTMLElement) => press(root, '[data-send-button]');
const html =
  '<h1 style="font-family:sans-serif">Invoice</h1><p>Hello Mia, <a href="https://example.org/pay">pay here</a>.</p><img src="https://cdn.example/pixel.png">';
const preview: Handlers = {
  'preview.open': () => ({
    url: 'about:blank',
    links: [
      { text: 'pay here', target: 'https://example.org/pay?invoice=2026-114' },
      { text: '', target: 'https://tracker.example/' + 'a1b2c3'.repeat(30) },
    ],
    remote: ['https://cdn.example/pixel.png'],
  }),
};
const going = (events: SendEvent[]): Handlers => ({
  send: (_, emit) => {
    for (const event of events) emit(event);
    return never();
  },
});
const started: SendEvent = { event: 'started', request_id: '5'.repeat(32), bytes: 24_900_000, findings: [] };
const many = Array.from({ length: 120 }, (_, n) =>
  n < 7 ? `person ${n} at example` : `person${n}@example.org`,
);
const own = { undo_seconds: 0, own_domains: ['example.org', 'partner.example'] };
const prefs = { theme: 'system', language: 'system', text_size: 100, compact: false } as const;
const ownFacts = { prefs: { ...prefs, notifications: true, close_to_tray: false, ...own } };

const through = (host: SharedHost): Handlers => ({ 'shared.list': () => ({ hosts: [host] }) });
const sharedKey = desk.keys[0]?.id ?? '';
/** A draft with a shared key. */
function sharedState(
  name: string,
  draft: Partial<Draft>,
  more: Parameters<typeof shown>[2] = {},
): GalleryState {
  const state = shown(name, draft, { ...more, handlers: { ...through(desk), ...more.handlers } });
  const list = state.backend?.['draft.list'];
  return {
    ...state,
    backend: {
      ...state.backend,
      'draft.list': async (request, emit) => ({
        drafts: ((await list?.(request, emit))?.drafts ?? []).map((item) => ({ ...item, key: sharedKey })),
      }),
    },
  };
}
const withCode: SharedHost = {
  ...desk,
  keys: desk.keys.map((one) => ({
    ...one,
    grants: [
      { ...grant, grant: { ...grant.grant, conditions: { ...grant.grant.conditions, code_within: 0 } } },
    ],
  })),
};
const mine = { to: ['mia@example.org'] };

export default states('compose', [
  sharedState('shared', mine),
  sharedState('shared-not-allowed', {}),
  sharedState('shared-away', mine, {
    handlers: through({ ...desk, reachable: false, failure: failure('host-away') }),
  }),
  sharedState('shared-senders', mine, { after: (root) => press(root, '[data-field="from"]') }),
  sharedState('shared-code', mine, { handlers: through(withCode) }),
  sharedState('shared-uploading', mine, {
    handlers: {
      'shared.send': (_, emit) => {
        emit({ event: 'phase', phase: 'uploading' });
        emit({ event: 'progress', sent: 12_400_000, total: 24_900_000 });
        return never();
      },
    },
    after: send,
  }),
  sharedState('shared-approval', mine, {
    handlers: {
      'shared.send': () => fails('approval-needed', { request: '7'.repeat(32) }),
      'shared.sends': () => ({ sends: [] }),
    },
    after: send,
  }),
  sharedState('shared-refused', mine, {
    handlers: { 'shared.send': () => fails('denied-rate', { free_at: String(NOW + 3_600_000) }) },
    after: send,
  }),
  sharedState('shared-code-asked', mine, {
    handlers: { 'shared.send': () => fails('code-needed') },
    after: send,
  }),
  shown('empty', undefined),
  {
    name: 'loading',
    component: Compose,
    frame: true,
    backend: { ...fakeBackend().handlers, 'draft.list': () => never() },
  },
  shown('no-key', {}, { handlers: { 'key.list': () => ({ keys: [] }) } }),
  shown(
    'two-keys',
    {},
    { handlers: { 'key.list': () => ({ keys: [key, { ...key, id: '1'.repeat(32), name: LONG }] }) } },
  ),
  shown('draft', {}),
  shown('draft-production', {}, { facts: { profile: 'production' } }),
  shown('senders-open', {}, { after: (root) => press(root, '[data-field="from"]') }),
  shown('bad-addresses', { to: ['kim@exampl', 'jon@partner.example', 'Mia Berg <mia@example.org>'] }),
  shown('many-addresses', { to: many, cc: ['Ann <ann@example.org>'] }),
  shown('chip-menu', {}, { after: (root) => press(root, '[data-chip]', 'mia') }),
  shown('all-lines', { cc: ['a@example.org'], bcc: ['b@example.org'], reply_to: ['c@example.org'] }),
  shown('long', {
    subject: LONG.repeat(2),
    from: `${LONG} <qa@example.org>`,
    to: [`"${LONG}" <mia@example.org>`],
  }),
  shown('attachments', {}, { files: [overview, picture] }),
  shown('nearly-full', {}, { files: [fileFacts('video.mp4', 25_000_000)] }),
  shown(
    'files-in-trouble',
    {},
    {
      files: [
        fileFacts('disk.img', 2_147_483_648),
        fileFacts('Photos', 0, { state: 'folder' }),
        fileFacts('gone.pdf', 0, { state: 'missing' }),
        fileFacts('secret.pdf', 0, { state: 'unreadable' }),
        fileFacts('setup.exe', 900_000, { blocked: true }),
        fileFacts('empty.txt', 0),
      ],
    },
  ),
  shown('unfilled', { subject: 'Invoice {{order}}', text: 'Hello {{ name }},' }),
  shown('html', { html, text: '' }, { view: { tab: 'html' }, handlers: preview }),
  shown('preview', { html }, { view: { tab: 'preview' }, handlers: preview }),
  shown('preview-none', {}, { view: { tab: 'preview' } }),
  shown('links', { html }, { view: { tab: 'links' }, handlers: preview }),
  shown('links-none', {}, { view: { tab: 'links' } }),
  shown(
    'source',
    {},
    {
      view: { tab: 'source' },
      handlers: {
        'message.source': () => ({
          bytes: 24_900_000,
          parts: [
            {
              kind: 'headers',
              text: 'From: qa@example.org\r\nTo: Mia Berg <mia@example.org>\r\nSubject: [TEST] Invoice\r\n\r\n',
            },
            { kind: 'text', text: 'Hello Mia,\r\n\r\nhere is the invoice.\r\n--b1\r\n' },
            { kind: 'folded', bytes: 24_880_000, encoding: 'base64' },
            { kind: 'text', text: '\r\n--b1--\r\n' },
          ],
        }),
      },
    },
  ),
  shown(
    'source-failed',
    {},
    { view: { tab: 'source' }, handlers: { 'message.source': () => fails('invalid-address') } },
  ),
  shown(
    'drafts-menu',
    {},
    { others: 3, after: (root) => press(root, 'button', m.compose_drafts_count({ count: 3 })) },
  ),
  shown(
    'versions',
    {},
    {
      handlers: {
        'draft.versions': () => ({
          drafts: [draftItem({ ...invoice, text: 'Hello Mia,' }, { saved: NOW - 300_000 })],
        }),
      },
      after: async (root) => {
        await press(root, `[aria-label="${m.more_actions()}"]`);
        await press(root, '[role="menuitem"]', m.compose_versions_open());
      },
    },
  ),
  shown(
    'template',
    {},
    {
      handlers: {
        'files.pick': () => ({ files: [fileFacts('invoice.toml', 400)] }),
        'template.open': () => ({
          file: 'h-invoice.toml',
          name: 'invoice.toml',
          variables: {
            names: ['order', 'customer', 'a-very-long-name-of-a-variable'],
            built_in: ['date'],
            defaults: { footer: 'With kind regards' },
          },
        }),
      },
      after: async (root) => {
        await press(root, 'button', m.compose_templates());
        await press(root, '[role="menuitem"]', m.compose_template_open());
      },
    },
  ),
  shown(
    'template-unreadable',
    {},
    {
      handlers: {
        'files.pick': () => ({ files: [fileFacts('invoice.toml', 400)] }),
        'template.open': () => fails('message-file-invalid'),
      },
      after: async (root) => {
        await press(root, 'button', m.compose_templates());
        await press(root, '[role="menuitem"]', m.compose_template_open());
      },
    },
  ),
  shown(
    'not-kept',
    {},
    {
      handlers: { 'draft.save': () => fails('disk-full') },
      after: async (root) => {
        const field = (await found(root, '[data-field="subject"]')) as HTMLInputElement;
        field.value += '!';
        field.dispatchEvent(new Event('input', { bubbles: true }));
        await found(root, '[data-kept="failed"]');
      },
    },
  ),
  shown('dropping', {}, { after: () => void (session.hovering = true) }),
  shown('holding', {}, { after: send }),
  shown(
    'uploading',
    { to: ['mia@example.org'] },
    {
      handlers: going([
        started,
        { event: 'phase', phase: 'uploading' },
        { event: 'progress', sent: 12_400_000, total: 24_900_000 },
      ]),
      after: send,
    },
  ),
  shown(
    'confirming',
    { to: ['mia@example.org'] },
    {
      handlers: going([started, { event: 'phase', phase: 'confirming' }]),
      after: send,
    },
  ),
  shown(
    'google-waits',
    { to: ['mia@example.org'] },
    {
      handlers: going([started, { event: 'waiting', millis: 8000, reason: 'rate-limited' }]),
      after: send,
    },
  ),
  shown('accepted', { to: ['mia@example.org'] }, { after: send }),
  shown(
    'accepted-production',
    { to: ['mia@example.org'] },
    { facts: { profile: 'production' }, after: send },
  ),
  shown(
    'failed',
    { to: ['mia@example.org'] },
    {
      handlers: {
        send: () => ({
          ...report,
          outcome: {
            outcome: 'not-sent',
            failure: failure('delegation-missing', { client_id: '104512345678901234567' }),
          },
        }),
      },
      after: send,
    },
  ),
  shown(
    'failed-production',
    { to: ['mia@example.org'] },
    {
      facts: { profile: 'production' },
      handlers: { send: () => fails('google-unavailable') },
      after: send,
    },
  ),
  shown(
    'unknown',
    { to: ['mia@example.org'] },
    {
      handlers: {
        send: () => ({ ...report, outcome: { outcome: 'unknown', failure: failure('send-unknown') } }),
      },
      after: send,
    },
  ),
  shown(
    'cancelled',
    { to: ['mia@example.org'] },
    { handlers: { send: () => fails('cancelled') }, after: send },
  ),
  shown(
    'other-program',
    {},
    {
      facts: ownFacts,
      handlers: {
        'send.list': () => ({
          sends: [
            {
              request_id: '7'.repeat(32),
              since: NOW,
              sender: 'qa@example.org',
              subject: LONG,
              sent: 4_000_000,
              total: 9_000_000,
            },
          ],
        }),
        'send.watch': () => never(),
      },
    },
  ),
]);
