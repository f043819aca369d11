import { beforeEach, expect, it } from 'vitest';
import { Failed, useBackend } from '$lib/backend';
import { scriptedBackend, type Handlers } from '$lib/backend/scripted';
import type { FileFacts, KeyView } from '$lib/bindings';
import { applyLanguage } from '$lib/i18n/language';
import { age } from './age';
import { KeyImport } from './key-import.svelte';

const file = { handle: 'f1', name: 'key.json', folder: '~/Downloads' } as FileFacts;
const key = { id: 'k1', client_email: 'a@b' } as KeyView;
let removed: unknown[];

function backend(more: Handlers = {}): void {
  useBackend(
    scriptedBackend({
      'key.import': () => ({ key, original: 'o1' }),
      'key.remove-original': (request) => {
        removed.push(request);
        return { advice: '' };
      },
      ...more,
    }),
  );
}
beforeEach(() => {
  removed = [];
  backend();
});

it('offers to remove the file, and removes that file', async () => {
  const keys = new KeyImport();
  await keys.take([file]);
  const [item] = keys.imported;
  expect(item?.fate).toBe('there');
  if (item) await keys.deleteOriginal(item);
  expect(removed).toEqual([{ original: 'o1', file: 'f1' }]);
  expect(keys.imported[0]?.fate).toBe('deleted');
});

it('says so when the file is no longer the one that was imported', async () => {
  backend({
    'key.remove-original': () => {
      throw new Failed({ code: 'original-changed', what: '', remedy: '' });
    },
  });
  const keys = new KeyImport();
  await keys.take([file]);
  const [item] = keys.imported;
  if (item) await keys.deleteOriginal(item);
  expect(keys.imported[0]?.fate).toBe('there');
  expect(keys.imported[0]?.failure?.code).toBe('original-changed');
});

it('does not offer to remove what is no file', async () => {
  backend({ 'key.import': () => ({ key, original: null }) });
  const keys = new KeyImport();
  await keys.take([file]);
  expect(keys.imported[0]?.fate).toBe('kept');
});

it('names the file that could not be read, and keeps the keys that could', async () => {
  let turn = 0;
  backend({
    'key.import': () => {
      if (turn++ === 0) return { key, original: 'o1' };
      throw new Failed({ code: 'key-file-oauth-client', what: '', remedy: '' });
    },
  });
  const keys = new KeyImport();
  await keys.take([file, { ...file, handle: 'f2', name: 'client.json' }]);
  expect(keys.imported).toHaveLength(1);
  expect(keys.file?.name).toBe('client.json');
  expect(keys.failure?.code).toBe('key-file-oauth-client');
});

it('says the age in words that grow with it', () => {
  applyLanguage('en', 'en-GB');
  const day = 86_400_000;
  const now = 1000 * day;
  expect(age(null, now)).toBe('Google does not say.');
  expect(age(now - day / 2, now)).toBe('Made today');
  expect(age(now - day, now)).toBe('Made 1 day ago');
  expect(age(now - 31 * day, now)).toBe('Made 31 days ago');
  expect(age(now - 426 * day, now)).toBe('Made 13 months ago');
  expect(age(now - 800 * day, now)).toBe('Made 2 years ago');
});
