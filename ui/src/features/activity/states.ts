import type { Handlers } from '$lib/backend/scripted';
import type { AuditEntryView, AuditQuery } from '$lib/bindings';
import { found, never, press, states } from '$features/gallery/gallery';
import { openRow } from '$features/gallery/open-row';
import { DAY, failure, fails, key, MINUTE, NOW } from '$features/gallery/samples';
import Activity from './Activity.svelte';
import { verification } from './verification.svelte';

const ACTOR = '35bad57a45279d24ac44a4ff779b5f0a8aa1f0524f984ae975b799bb3c0d7c5f';

function entry(
  seq: number,
  back: number,
  fields: Record<string, string | number | string[] | null>,
): AuditEntryView {
  return {
    seq,
    time: NOW - back,
    sentence: '',
    fields: { seq, time: NOW - back, actor: ACTOR, role: 'owner', count: 1, target: '', ...fields },
  };
}

const send = { action: 'send', target: key.id };
const to = {
  recipient_domains: ['example.org', 'partner.example'],
  recipient_hmacs: ['1cea', '77aa'],
  bytes: 24_912_388,
};
const some: AuditEntryView[] = [
  entry(4811, 2 * MINUTE, { ...send, decision: 'done', request: 'r9', message_id: '18f2c0a94be71d03' }),
  entry(4810, 2 * MINUTE, { ...send, ...to, decision: 'intent', request: 'r9' }),
  entry(4809, 8 * MINUTE, { ...send, decision: 'failed', request: 'r8', reason: 'delegation-missing' }),
  entry(4808, 8 * MINUTE, { ...send, ...to, decision: 'intent', request: 'r8' }),
  entry(4807, 26 * MINUTE, { action: 'unlock', decision: 'allowed' }),
  entry(4806, 27 * MINUTE, {
    action: 'unlock',
    decision: 'refused',
    reason: 'wrong-passphrase-or-code',
    count: 3,
  }),
  entry(4805, 31 * MINUTE, {
    action: 'send',
    decision: 'refused',
    reason: 'locked',
    role: null,
    actor: null,
  }),
  entry(4804, DAY, { ...send, decision: 'unknown', request: 'r7', reason: 'send-unknown' }),
  entry(4803, DAY, { ...send, ...to, decision: 'intent', request: 'r7' }),
  entry(4802, DAY, { action: 'key-import', decision: 'done', request: 'r6', target: key.google_key_id }),
  entry(4801, DAY, { action: 'settings-change', decision: 'allowed' }),
  entry(4800, 3 * DAY, { action: 'backup', decision: 'allowed' }),
  entry(4799, 3 * DAY, { action: 'something-newer', decision: 'allowed' }),
];
const many = Array.from({ length: 10_000 }, (_, index) =>
  entry(20_000 - index, index * 7 * MINUTE, {
    ...send,
    ...to,
    decision: index % 9 === 0 ? 'refused' : 'done',
    reason: index % 9 === 0 ? 'denied' : null,
    request: `m${index}`,
  }),
);

function backend(entries: AuditEntryView[]): Handlers {
  return {
    'key.list': () => ({ keys: [key] }),
    'audit.list': (query: AuditQuery) => {
      const fits = entries.filter(
        (one) =>
          (query.before == null || one.seq < query.before) &&
          (query.kind !== 'refusals' || JSON.stringify(one.fields).includes('refused')) &&
          (!query.text || JSON.stringify(one.fields).includes(query.text)),
      );
      const limit = query.limit ?? 50;
      return { entries: fits.slice(0, limit), more: fits.length > limit };
    },
    'audit.confirm-address': () => ({ entries: [4810, 4808] }),
  };
}

const common = { component: Activity, frame: true };
const open = openRow;
const check = async (root: HTMLElement) => {
  verification.forget();
  await found(root, '[role=option]');
  await press(root, 'main [role=status] ~ button');
  await new Promise((next) => setTimeout(next, 200));
};

export default states('activity', [
  { ...common, name: 'loading', backend: { 'audit.list': () => never() } },
  { ...common, name: 'empty', backend: backend([]) },
  { ...common, name: 'failed', backend: { 'audit.list': () => fails('audit-damaged') } },
  { ...common, name: 'unchecked', backend: backend(some) },
  { ...common, name: 'ten-thousand', backend: backend(many) },
  { ...common, name: 'sent', backend: backend(some), after: open(0) },
  { ...common, name: 'refused', backend: backend(some), after: open(3) },
  {
    ...common,
    name: 'checking',
    backend: {
      ...backend(some),
      'audit.verify': (_, emit) => {
        emit({ done: 2937, total: 4812 });
        return never();
      },
    },
    after: check,
  },
  {
    ...common,
    name: 'unbroken',
    backend: {
      ...backend(some),
      'audit.verify': () => ({
        result: 'unbroken',
        entries: 4812,
        since: NOW - 264 * DAY,
        root: 'ff',
        notes: [],
      }),
    },
    after: check,
  },
  {
    ...common,
    name: 'cannot-check',
    backend: {
      ...backend(some),
      'audit.verify': () => ({ result: 'cannot-check', failure: failure('keychain-locked') }),
    },
    after: check,
  },
  {
    ...common,
    name: 'broken',
    backend: {
      ...backend(some),
      'audit.verify': () => ({
        result: 'broken',
        entry: 3104,
        findings: ['The chain breaks at entry 3104: its hash is not the one that entry 3105 names.'],
      }),
    },
    after: check,
  },
  {
    ...common,
    name: 'address',
    backend: backend(some),
    after: async (root) => {
      await open(0)(root);
      await press(root, 'section header button:last-of-type');
      await found(root, '[role=dialog]').catch(() => undefined);
    },
  },
]);
