import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { useBackend } from '$lib/backend';
import { scriptedBackend } from '$lib/backend/scripted';
import type { CheckReport, Code } from '$lib/bindings';
import { Permission } from './permission.svelte';

let asked: number;
let answer: Code | 'ready';

beforeEach(() => {
  vi.useFakeTimers();
  asked = 0;
  useBackend(
    scriptedBackend({
      check: (): CheckReport => {
        asked++;
        if (answer === 'ready') return { ready: true, steps: [] };
        const failure = { code: answer, what: '', remedy: '' };
        return { ready: false, steps: [{ name: 'delegation', status: 'failed', what: '', failure }] };
      },
    }),
  );
});
afterEach(() => vi.useRealTimers());

it('asks again every fifteen seconds until it is allowed', async () => {
  const allowed: string[] = [];
  const permission = new Permission((sender) => allowed.push(sender));
  answer = 'delegation-missing';
  await permission.watch('qa@example.org', null);
  expect(permission.state).toBe('waiting');
  expect(permission.left).toBe(15);
  await vi.advanceTimersByTimeAsync(14_000);
  expect(asked).toBe(1);
  expect(permission.left).toBe(1);
  answer = 'ready';
  await vi.advanceTimersByTimeAsync(1000);
  expect(asked).toBe(2);
  expect(permission.state).toBe('allowed');
  expect(allowed).toEqual(['qa@example.org']);
  await vi.advanceTimersByTimeAsync(120_000);
  expect(asked).toBe(2);
});

it('does not wait for what time cannot put right', async () => {
  const permission = new Permission();
  answer = 'sender-unknown';
  await permission.watch('qa@example.org', null);
  expect(permission.state).toBe('stopped');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toBe(1);
});

it('is asked less often after ten tries', async () => {
  const permission = new Permission();
  answer = 'delegation-missing';
  await permission.watch('qa@example.org', null);
  await vi.advanceTimersByTimeAsync(9 * 15_000);
  expect(asked).toBe(10);
  expect(permission.left).toBe(60);
});

it('does not count down while nobody looks', async () => {
  const permission = new Permission();
  answer = 'delegation-missing';
  await permission.watch('qa@example.org', null);
  const hidden = vi.spyOn(document, 'hidden', 'get').mockReturnValue(true);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toBe(1);
  hidden.mockRestore();
});

it('asks no more once it is left', async () => {
  const permission = new Permission();
  answer = 'delegation-missing';
  await permission.watch('qa@example.org', null);
  permission.stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toBe(1);
  expect(permission.state).toBe('idle');
});
