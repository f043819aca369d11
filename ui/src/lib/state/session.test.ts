import { beforeEach, expect, test } from 'vitest';
import { Failed, useBackend } from '$lib/backend';
import { scriptedBackend } from '$lib/backend/scripted';
import type { Code, WindowEvent } from '$lib/bindings';
import { facts, failure, locked, unlocked } from '$features/gallery/samples';
import { announcer, announce } from './announcer.svelte';
import { forgetSentences } from './forget';
import { notice } from './notice.svelte';
import { session } from './session.svelte';
import { undo } from './undo.svelte';

let emit: (event: WindowEvent) => void;
let started: number;
const settle = () => new Promise((next) => setTimeout(next, 0));

beforeEach(() => {
  started = 0;
  session.facts = undefined;
  session.status = undefined;
  session.away = undefined;
});

function agent(starts: () => typeof locked = () => locked): void {
  useBackend(
    scriptedBackend({
      'window.facts': () => facts,
      'window.events': (_, on) => {
        emit = on;
        return new Promise(() => undefined);
      },
      'agent.start': () => {
        started += 1;
        return starts();
      },
    }),
  );
}
const away = (code: Code): WindowEvent => ({ event: 'away', failure: failure(code) });

test('at the start the window brings the agent up by itself', async () => {
  agent();
  await session.start();
  emit(away('agent-not-running'));
  await settle();
  expect([started, session.away, session.vault?.state]).toEqual([1, undefined, 'locked']);
});

test('an agent that goes away later is a person’s to start', async () => {
  agent();
  await session.start();
  emit({ event: 'status', status: unlocked });
  emit(away('agent-not-running'));
  await settle();
  expect([started, session.away?.code]).toEqual([0, 'agent-not-running']);
  await session.startAgent();
  expect([started, session.away]).toEqual([1, undefined]);
});

test('a late answer does not undo what the stream has said since', async () => {
  agent();
  await session.start();
  let answer: (status: typeof locked) => void = () => undefined;
  useBackend(scriptedBackend({ 'agent.start': () => new Promise((done) => (answer = done)) }));
  const starting = session.startAgent();
  await settle();
  emit({ event: 'status', status: unlocked });
  answer(locked);
  await starting;
  expect([session.vault?.state, session.away]).toEqual(['unlocked', undefined]);
});

test('one start is tried, not one after the other', async () => {
  agent(() => {
    throw new Failed(failure('agent-not-running'));
  });
  await session.start();
  emit(away('agent-not-running'));
  await settle();
  emit(away('agent-not-running'));
  await settle();
  expect([started, session.away?.code]).toEqual([1, 'agent-not-running']);
});

test('an agent of another version is never replaced without a word', async () => {
  agent();
  await session.start();
  emit(away('agent-version'));
  await settle();
  expect([started, session.away?.code]).toEqual([0, 'agent-version']);
});

test('a window whose own back end is gone says so instead of staying blank', async () => {
  useBackend(
    scriptedBackend({
      'window.facts': () => {
        throw new Error('gone');
      },
    }),
  );
  await session.start();
  expect(session.away?.code).toBe('internal');
});

test('sentences about the vault leave with it', () => {
  undo.show('Removed “Invoice 2026-114”.', () => undefined);
  notice.show('Copied: signet send');
  announce('Sent “Invoice 2026-114”.', true);
  forgetSentences();
  expect([undo.offer, notice.sentence, announcer.polite, announcer.assertive]).toEqual([
    undefined,
    undefined,
    '',
    '',
  ]);
});
