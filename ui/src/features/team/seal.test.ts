/** What could go wrong: a file is removed that no host has, a name is sent empty, a failure names no file. */
import { beforeEach, expect, test } from 'vitest';
import { Failed, useBackend } from '$lib/backend';
import { scriptedBackend, type Handlers } from '$lib/backend/scripted';
import type { FileFacts, SharedImported } from '$lib/bindings';
import { Sealing } from './seal.svelte';

const file = { handle: 'f1', name: 'key.json', folder: '~/Downloads' } as FileFacts;
const key = { id: 'k1', name: 'billing', original: 'o1' } as SharedImported;
let calls: unknown[];

function backend(more: Handlers = {}): void {
  useBackend(
    scriptedBackend({
      'files.pick': () => ({ files: [file] }),
      'shared.import': (request) => (calls.push(request), key),
      'key.remove-original': (request) => (calls.push(request), { advice: '' }),
      ...more,
    }),
  );
}
beforeEach(() => {
  calls = [];
  backend();
});

test('the picked file goes to that host by its handle, and is then removed', async () => {
  const sealing = new Sealing();
  expect(await sealing.pick('h1', ' billing ')).toBe(true);
  const [item] = sealing.taken;
  expect(item?.fate).toBe('there');
  if (item) await sealing.deleteOriginal(item);
  expect(calls).toEqual([
    { host: 'h1', file: 'f1', name: 'billing' },
    { original: 'o1', file: 'f1' },
  ]);
  expect(sealing.taken[0]?.fate).toBe('deleted');
});

test('a dialog that is given up does nothing', async () => {
  backend({ 'files.pick': () => ({ files: [] }) });
  const sealing = new Sealing();
  expect(await sealing.pick('h1', '')).toBe(false);
  expect(calls).toEqual([]);
  expect(sealing.failure).toBeUndefined();
});

test('a file that was no key is named, and stays', async () => {
  backend({
    'shared.import': () => {
      throw new Failed({ code: 'key-file-oauth-client', what: '', remedy: '' });
    },
  });
  const sealing = new Sealing();
  expect(await sealing.pick('h1', '')).toBe(false);
  expect(sealing.file?.name).toBe('key.json');
  expect(sealing.failure?.code).toBe('key-file-oauth-client');
  expect(sealing.taken).toEqual([]);
});

test('what is no file cannot be removed', async () => {
  backend({ 'shared.import': () => ({ ...key, original: null }) });
  const sealing = new Sealing();
  await sealing.pick('h1', '');
  expect(sealing.taken[0]?.fate).toBe('kept');
});
