import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Failed, useBackend } from '$lib/backend';
import { scriptedBackend } from '$lib/backend/scripted';
import type { Code, UnlockRequest, Unlocked } from '$lib/bindings';
import { vaultFacts } from '$features/gallery/samples';
import { UnlockForm, recoveryFor, secondsLeft } from './unlock.svelte';

const NOW = Date.UTC(2026, 10, 22, 12, 4, 11);
const opened: Unlocked = { info: vaultFacts, locks_at: null };
let asked: UnlockRequest[];

beforeEach(() => vi.useFakeTimers({ now: NOW }));
afterEach(() => vi.useRealTimers());

function form(answer: () => Unlocked | Promise<Unlocked>): UnlockForm {
  asked = [];
  useBackend(
    scriptedBackend({
      unlock: (request) => {
        asked.push(request);
        return answer();
      },
    }),
  );
  const made = new UnlockForm();
  made.passphrase = 'five random words are good';
  made.code = '123456';
  return made;
}
const refuses =
  (code: Code, facts: Record<string, string> = {}) =>
  (): never => {
    throw new Failed({ code, what: '', remedy: '', facts });
  };

test('asks for both before it asks the agent', async () => {
  const made = form(() => opened);
  made.passphrase = '';
  await made.submit();
  made.passphrase = 'words';
  made.code = '12345';
  await made.submit();
  expect(asked).toEqual([]);
});

test('forgets what was typed once the vault is open', async () => {
  const made = form(() => opened);
  expect(await made.submit()).toEqual(opened);
  expect(asked).toEqual([{ passphrase: 'five random words are good', code: '123456', wide: false }]);
  expect([made.passphrase, made.code, made.failure]).toEqual(['', '', undefined]);
});

test('keeps the passphrase after a wrong try, and knows the code as tried', async () => {
  const made = form(refuses('wrong-passphrase-or-code'));
  expect(made.fresh).toBe(true);
  await made.submit();
  expect(made.passphrase).toBe('five random words are good');
  expect(made.failure?.code).toBe('wrong-passphrase-or-code');
  expect(made.fresh).toBe(false);
  made.code = '654321';
  expect(made.fresh).toBe(true);
});

test('counts wrong tries, and offers more codes after two', async () => {
  const made = form(refuses('wrong-passphrase-or-code'));
  await made.submit();
  expect(made.offersWide).toBe(false);
  await made.submit();
  expect([made.wrong, made.offersWide]).toEqual([2, true]);
  made.wide = true;
  await made.submit();
  expect(asked.at(-1)?.wide).toBe(true);
});

test('other failures are not wrong tries', async () => {
  const made = form(refuses('keychain-locked'));
  await made.submit();
  expect([made.wrong, made.offersWide]).toEqual([0, false]);
});

test('a clock that is off offers more codes at once', async () => {
  const made = form(refuses('clock-off', { behind_seconds: '240' }));
  await made.submit();
  expect(made.offersWide).toBe(true);
});

test('a used code says when the next one comes: by the agent, else by the clock', async () => {
  const told = form(refuses('code-already-used', { wait_seconds: '12' }));
  await told.submit();
  expect(told.nextCodeAt).toBe(NOW + 12_000);
  const untold = form(refuses('code-already-used'));
  await untold.submit();
  expect(untold.nextCodeAt).toBe(Date.UTC(2026, 10, 22, 12, 4, 30));
});

test('one try at a time', async () => {
  let answer: (unlocked: Unlocked) => void = () => undefined;
  const made = form(() => new Promise<Unlocked>((resolve) => (answer = resolve)));
  const first = made.submit();
  expect(made.opening).toBe(true);
  expect(await made.submit()).toBeUndefined();
  answer(opened);
  await first;
  expect(asked).toHaveLength(1);
  expect(made.opening).toBe(false);
});

test('seconds until the phone changes', () => {
  expect([0, 1, 29_000, 29_999, 30_000].map(secondsLeft)).toEqual([30, 30, 1, 1, 30]);
});

test('which recovery opens a vault that refuses', () => {
  expect(recoveryFor('code-table-ended')).toBe('code');
  expect(recoveryFor('keychain-item-missing')).toBe('kit');
  expect(recoveryFor('wrong-passphrase-or-code')).toBeUndefined();
});
