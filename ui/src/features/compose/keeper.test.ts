import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { useBackend } from '$lib/backend';
import { scriptedBackend } from '$lib/backend/scripted';
import { blank, fakeBackend, type Fake } from './fake';
import { Keeper, LATEST_MS } from './keeper.svelte';

let fake: Fake;
let text: string;
let keeper: Keeper;
const kept = () => fake.drafts[0]?.draft.text;

beforeEach(() => {
  vi.useFakeTimers();
  fake = fakeBackend();
  useBackend(scriptedBackend(fake.handlers));
  text = '';
  keeper = new Keeper(() =>
    text === '' && keeper.id === null
      ? undefined
      : { request: { draft: { ...blank, text }, key: null, view: null }, mark: text },
  );
});
afterEach(() => vi.useRealTimers());

function type(more: string): void {
  text += more;
  keeper.touch();
}

describe('a draft', () => {
  test('is with the agent 300 ms after the first key, however fast somebody types', async () => {
    const began = Date.now();
    while (Date.now() - began < 3000) {
      type('x');
      const typed = text.length;
      await vi.advanceTimersByTimeAsync(20);
      const behind = typed - (kept()?.length ?? 0);
      expect(behind * 20).toBeLessThanOrEqual(300);
    }
  });

  test('is kept with a pause, too', async () => {
    type('one key');
    await vi.advanceTimersByTimeAsync(300);
    expect(kept()).toBe('one key');
    expect(keeper.clean).toBe(true);
  });

  test('is saved once at a time, and what was typed meanwhile follows', async () => {
    fake.latency = 2000;
    type('first');
    await vi.advanceTimersByTimeAsync(LATEST_MS + 500);
    type(' second');
    await vi.advanceTimersByTimeAsync(600);
    expect(keeper.slow).toBe(true);
    await vi.advanceTimersByTimeAsync(6000);
    expect(kept()).toBe('first second');
    expect(fake.drafts).toHaveLength(1);
    expect(keeper.slow).toBe(false);
  });

  test('that cannot be saved says why, keeps trying, and is saved once it can be', async () => {
    fake.failing = 'disk-full';
    type('precious');
    await vi.advanceTimersByTimeAsync(300);
    expect(keeper.failure?.code).toBe('disk-full');
    expect(text).toBe('precious');
    expect(await keeper.flush()).toBe(false);
    fake.failing = undefined;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(keeper.failure).toBeUndefined();
    expect(kept()).toBe('precious');
  });

  test('with nothing in it is not kept, but one that was emptied is', async () => {
    keeper.touch();
    await vi.advanceTimersByTimeAsync(1000);
    expect(fake.drafts).toHaveLength(0);
    type('something');
    await vi.advanceTimersByTimeAsync(300);
    text = '';
    keeper.touch();
    await vi.advanceTimersByTimeAsync(300);
    expect(kept()).toBe('');
  });

  test('is not saved after it was stopped', async () => {
    type('sent');
    keeper.stop();
    await vi.advanceTimersByTimeAsync(1000);
    expect(fake.drafts).toHaveLength(0);
  });

  test('flush means: the agent has everything typed until now', async () => {
    for (let seed = 1; seed <= 200; seed++) {
      const random = randomOf(seed);
      fake.latency = Math.floor(random() * 400);
      const steps = 1 + Math.floor(random() * 12);
      for (let step = 0; step < steps; step++) {
        type(String.fromCharCode(97 + Math.floor(random() * 26)));
        await vi.advanceTimersByTimeAsync(Math.floor(random() * 500));
        fake.failing = random() < 0.2 ? 'keychain-locked' : undefined;
      }
      fake.failing = undefined;
      const at = text;
      const flushed = keeper.flush();
      await vi.advanceTimersByTimeAsync(2000);
      expect(await flushed, `seed ${seed}`).toBe(true);
      expect(kept(), `seed ${seed}`).toBe(at);
    }
  });
});

/** A sequence that a failing seed repeats. */
function randomOf(seed: number): () => number {
  let state = seed * 2_654_435_761;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 0x9e3779b9) >>> 0;
    return state / 2 ** 32;
  };
}
