/** What could go wrong: asking a host by itself, asking for ever, showing a secret after its time. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Failed, useBackend } from '$lib/backend';
import { scriptedBackend } from '$lib/backend/scripted';
import type { JoinView } from '$lib/bindings';
import { router } from '$lib/state/router.svelte';
import { session } from '$lib/state/session.svelte';
import { absent, unlocked } from '$features/gallery/samples';
import { firstRun } from '$features/first-run/first-run.svelte';
import { obey } from '$features/shell/window-events';
import { Join } from './join.svelte';
import { desk, made } from './samples';
import { shared } from './shared.svelte';

let asked: string[];
let state: JoinView['state'];
let away: boolean;
let join: Join;

function view(): JoinView {
  const { host, name, at } = desk;
  return { host, name, at, words: ['a', 'b', 'c'], state, member: null, role: null, failure: null };
}

beforeEach(() => {
  vi.useFakeTimers();
  [asked, state, away] = [[], 'waiting', false];
  join = new Join();
  useBackend(
    scriptedBackend({
      'join.begin': ({ invite }) => (asked.push(`begin ${invite}`), view()),
      'join.show': () => {
        asked.push('show');
        if (away) throw new Failed({ code: 'host-away', what: '', remedy: '' });
        return view();
      },
      'join.code': () => ({ qr: ['1'], groups: ['ABCD'] }),
      'join.prove': () => ((state = 'joined'), view()),
      'join.leave': () => (asked.push('leave'), {} as never),
    }),
  );
});
afterEach(() => {
  join.stop();
  vi.useRealTimers();
});

test('words, then the code, then part of the team', async () => {
  await join.begin(` ${made.link} `, 'laptop', '');
  expect(asked).toEqual([`begin ${made.link}`]);
  expect(join.step).toBe('words');
  state = 'code-missing';
  await vi.advanceTimersByTimeAsync(2100);
  expect(join.step).toBe('code');
  expect(join.totp?.groups).toEqual(['ABCD']);
  await join.prove('123456');
  expect(join.step).toBe('joined');
  expect(join.totp).toBeUndefined();
});

test('a host that is away for a moment is asked again', async () => {
  await join.begin('x', 'laptop', '');
  away = true;
  await vi.advanceTimersByTimeAsync(2100);
  expect(join.failure?.code).toBe('host-away');
  expect(join.step).toBe('words');
  [away, state] = [false, 'code-missing'];
  await vi.advanceTimersByTimeAsync(5000);
  expect(join.step).toBe('code');
  expect(join.failure).toBeUndefined();
});

test('an end asks no more', async () => {
  await join.begin('x', 'laptop', '');
  state = 'ended';
  await vi.advanceTimersByTimeAsync(2100);
  expect(join.step).toBe('invite');
  const before = asked.length;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked.length).toBe(before);
});

test('leaving the page ends the questions and takes the secret out of it', async () => {
  state = 'code-missing';
  await join.begin('x', 'laptop', '');
  join.stop();
  expect(join.totp).toBeUndefined();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toEqual(['begin x']);
});

test('words that differ make this device forget its key', async () => {
  await join.begin('x', 'laptop', '');
  await join.leave();
  expect(asked.at(-1)).toBe('leave');
  expect(join.step).toBe('invite');
});

test.each([
  ['without a vault', absent],
  ['with an open one', unlocked],
])('a link fills the field and connects to nothing, %s', async (_, status) => {
  session.status = status;
  router.place = 'compose';
  obey({ event: 'link', text: made.link });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked).toEqual([]);
  expect(shared.link).toBe(made.link);
  expect(status === unlocked ? router.place : firstRun.scene).toBe(status === unlocked ? 'team' : 'invited');
  shared.link = '';
  firstRun.leave();
});
