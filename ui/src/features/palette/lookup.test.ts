import { beforeEach, expect, test } from 'vitest';
import { useBackend } from '$lib/backend';
import { scriptedBackend } from '$lib/backend/scripted';
import type { HistoryRow } from '$lib/bindings';
import { applyLanguage } from '$lib/i18n/language';
import { outbox } from '$lib/state/outbox.svelte';
import { router } from '$lib/state/router.svelte';
import { NOW, fails, key } from '$features/gallery/samples';
import { Lookup } from './lookup.svelte';

const row = (id: string, subject: string, to: string[]): HistoryRow => ({
  id,
  time: NOW,
  from: 'qa@example.org',
  to,
  recipients: to.length,
  subject,
  attachments: 0,
  state: 'sent',
  key: key.client_email,
  code: null,
});
const ids = (lookup: Lookup, text: string) => lookup.found(text).map(({ id }) => id);
let asked: string[];

beforeEach(() => {
  applyLanguage('en', 'en-GB');
  asked = [];
  useBackend(
    scriptedBackend({
      'key.list': () => ({ keys: [key] }),
      'history.list': ({ text }) => {
        asked.push(text ?? '');
        return {
          items: [
            row('a', 'Bill', ['Mia <mia@example.org>', 'jon@partner.example']),
            row('b', '', ['MIA@example.org']),
          ],
          more: false,
        };
      },
    }),
  );
});

test('finds keys by name and account, and goes to the one chosen', async () => {
  const lookup = new Lookup();
  await lookup.open();
  expect(ids(lookup, 'BILLING')).toEqual([`key-${key.id}`]);
  expect(ids(lookup, 'example-project')).toEqual([`key-${key.id}`]);
  void lookup.found('billing')[0]?.run();
  expect([router.place, router.items.keys]).toEqual(['keys', key.id]);
});

test('finds messages and the people in them, each person once', async () => {
  const lookup = new Lookup();
  await lookup.search('mia');
  expect(ids(lookup, 'mia')).toEqual(['person-mia@example.org', 'message-a', 'message-b']);
  expect(lookup.found('mia').map(({ label }) => label)).toEqual([
    'New message to Mia <mia@example.org>',
    'Bill – to Mia <mia@example.org> and jon@partner.example',
    'No subject – to MIA@example.org',
  ]);
});

test('an address that was typed opens a message to it', () => {
  const lookup = new Lookup();
  expect(ids(lookup, 'kim@example.org')).toEqual(['person-kim@example.org']);
  void lookup.found('kim@example.org')[0]?.run();
  expect(outbox.take()).toEqual({ draft: { to: ['kim@example.org'] }, key: null });
  expect(ids(lookup, 'kim@')).toEqual([]);
});

test('asks for nothing before two letters, and drops answers to older texts', async () => {
  const lookup = new Lookup();
  await lookup.search('m');
  expect(asked).toEqual([]);
  const older = lookup.search('mi');
  const newer = lookup.search('');
  await Promise.all([older, newer]);
  expect(ids(lookup, 'bill')).toEqual([]);
});

test('forgets when the palette closes, and finds less when the agent refuses', async () => {
  const lookup = new Lookup();
  await lookup.open();
  await lookup.search('mia');
  lookup.close();
  expect(ids(lookup, 'mia')).toEqual([]);
  useBackend(scriptedBackend({ 'key.list': () => fails('locked'), 'history.list': () => fails('locked') }));
  await lookup.open();
  await lookup.search('mia');
  expect(ids(lookup, 'mia')).toEqual([]);
});
