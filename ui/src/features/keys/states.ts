import type { Handlers } from '$lib/backend/scripted';
import type { CheckStep, KeyUse, KeyView } from '$lib/bindings';
import { found, never, press, states } from '$features/gallery/gallery';
import { openRow } from '$features/gallery/open-row';
import { DAY, fails, failure, key, LONG, NOW } from '$features/gallery/samples';
import Keys from './Keys.svelte';

const use: KeyUse = {
  weeks: [3, 0, 12, 18, 4, 0, 0, 22, 31, 17, 9, 14],
  senders: ['qa@example.org', 'billing@example.org', 'no-reply@example.org'],
  last_failure: null,
  original_there: false,
};
const other = (id: string, change: Partial<KeyView>): KeyView => ({ ...key, id, name: id, ...change });
const keys = [
  key,
  other(LONG, { client_id: null, project_id: null, created: null }),
  other('newsletter', { created: NOW - 430 * DAY, project_id: 'marketing-eu' }),
  other('old-scripts', { last_used: NOW - 120 * DAY }),
  other('disabled', { last_used: NOW - DAY }),
  other('laptop', { last_used: null }),
];
const uses: Record<string, KeyUse> = {
  disabled: { ...use, last_failure: failure('key-refused', { google_message: 'Robot is disabled.' }) },
  laptop: { ...use, original_there: true, senders: [], weeks: Array<number>(12).fill(0) },
};
const backend: Handlers = {
  'key.list': () => ({ keys }),
  'key.use': ({ key: id }) => uses[id] ?? use,
};

const steps: CheckStep[] = [
  { name: 'clock', status: 'ok', what: '', failure: null },
  { name: 'keychain', status: 'ok', what: '', failure: null },
  { name: 'key', status: 'ok', what: '', failure: null },
  { name: 'token', status: 'ok', what: '', failure: null },
];
const denied: CheckStep = {
  name: 'delegation',
  status: 'failed',
  what: '',
  failure: failure('delegation-missing', { client_id: key.client_id ?? '' }),
};
const open = openRow;
const check = (index: number) => async (root: HTMLElement) => {
  await open(index)(root);
  await press(root, 'button[type=submit]');
  await new Promise((next) => setTimeout(next, 200));
};
const common = { component: Keys, frame: true, backend };

export default states('keys', [
  { ...common, name: 'loading', backend: { 'key.list': () => never() } },
  { ...common, name: 'empty', backend: { 'key.list': () => ({ keys: [] }) } },
  { ...common, name: 'failed', backend: { 'key.list': () => fails('vault-damaged') } },
  { ...common, name: 'list' },
  { ...common, name: 'good', after: open(0) },
  { ...common, name: 'old', after: open(2) },
  { ...common, name: 'unused', after: open(3) },
  { ...common, name: 'refused', after: open(4) },
  {
    ...common,
    name: 'original-there',
    backend: { ...backend, 'key.list': () => ({ keys: [other('laptop', { last_used: null })] }) },
    after: open(0),
  },
  { ...common, name: 'long-name', after: open(1) },
  {
    ...common,
    name: 'check-ready',
    backend: {
      ...backend,
      check: () => ({ steps: [...steps, { ...denied, status: 'ok', failure: null }], ready: true }),
    },
    after: check(0),
  },
  {
    ...common,
    name: 'check-not-allowed',
    backend: { ...backend, check: () => ({ steps: [...steps, denied], ready: false }) },
    after: check(0),
  },
  {
    ...common,
    name: 'checking',
    backend: {
      ...backend,
      check: (_, emit) => {
        for (const step of steps.slice(0, 3)) emit(step);
        return never();
      },
    },
    after: check(0),
  },
  {
    ...common,
    name: 'rename',
    after: async (root) => {
      await open(0)(root);
      await press(root, 'h2 + button');
    },
  },
  {
    ...common,
    name: 'remove',
    after: async (root) => {
      await open(0)(root);
      await press(root, 'header button[aria-haspopup=menu]');
      (await found(root, 'header button[aria-haspopup=menu]')).dispatchEvent(
        new PointerEvent('pointerdown', { bubbles: true, button: 0, pointerType: 'mouse' }),
      );
      const items = await found(root, '[role=menu]');
      await press(items, '[role=menuitem]:last-of-type').catch(() => undefined);
      items.querySelectorAll<HTMLElement>('[role=menuitem]').forEach((item, at, all) => {
        if (at === all.length - 1) item.click();
      });
    },
  },
  {
    ...common,
    name: 'import',
    after: async (root) => {
      await found(root, '[role=option]');
      root.querySelectorAll<HTMLElement>('main button').forEach((button) => {
        if (button.className.includes('bg-accent-solid')) button.click();
      });
    },
  },
]);
