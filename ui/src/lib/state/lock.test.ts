import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Failed, useBackend } from '$lib/backend';
import { scriptedBackend } from '$lib/backend/scripted';
import { locked, unlocked } from '$features/gallery/samples';
import { lock } from './lock.svelte';
import { session } from './session.svelte';

let said: string[];
beforeEach(() => {
  said = [];
  session.status = unlocked;
  useBackend(
    scriptedBackend({
      lock: () => {
        said.push(`lock, covering ${lock.covering}`);
        return {};
      },
      status: () => locked,
    }),
  );
});
afterEach(() => vi.useRealTimers());

test('what is not saved is posted first, then the cover is up, then the agent is asked', async () => {
  const forget = lock.beforeLock(async () => {
    said.push(`keep, covering ${lock.covering}`);
    await Promise.resolve();
    said.push('kept');
  });
  await lock.now();
  expect(said).toEqual(['keep, covering false', 'kept', 'lock, covering true']);
  // The cover goes only when the page knows that the vault is locked.
  expect([session.vault?.state, lock.covering]).toEqual(['locked', false]);
  forget();
});

test('one that never ends does not hold the lock up, nor does one that fails', async () => {
  vi.useFakeTimers();
  const forget = [
    lock.beforeLock(() => new Promise(() => undefined)),
    lock.beforeLock(() => Promise.reject(new Error())),
  ];
  const locking = lock.now();
  await vi.advanceTimersByTimeAsync(2000);
  await locking;
  expect(said).toEqual(['lock, covering true']);
  forget.forEach((undo) => undo());
});

test('a lock that fails takes the cover away and says why', async () => {
  useBackend(
    scriptedBackend({
      lock: () => {
        throw new Failed({ code: 'busy', what: '', remedy: '' });
      },
    }),
  );
  await lock.now();
  expect([lock.covering, lock.failure?.code, session.unlocked]).toEqual([false, 'busy', true]);
});
