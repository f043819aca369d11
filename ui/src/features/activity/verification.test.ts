import { beforeEach, expect, it } from 'vitest';
import { Failed, useBackend } from '$lib/backend';
import { scriptedBackend } from '$lib/backend/scripted';
import { verification } from './verification.svelte';

beforeEach(() => verification.forget());

it('claims nothing before it has checked', () => {
  expect(verification.verdict).toBeUndefined();
});

it('shows how far it is, then what it found', async () => {
  const seen: (number | undefined)[] = [];
  useBackend(
    scriptedBackend({
      'audit.verify': (_, emit) => {
        emit({ done: 1, total: 2 });
        seen.push(verification.checking?.done);
        return { result: 'unbroken', entries: 2, since: 1, root: 'aa', notes: [] };
      },
    }),
  );
  await verification.run();
  expect(seen).toEqual([1]);
  expect(verification.checking).toBeUndefined();
  expect(verification.verdict?.found).toMatchObject({ result: 'unbroken', entries: 2 });
});

it('never keeps an older green when a check fails to run', async () => {
  useBackend(
    scriptedBackend({
      'audit.verify': () => ({ result: 'unbroken', entries: 2, since: 1, root: 'aa', notes: [] }),
    }),
  );
  await verification.run();
  useBackend(
    scriptedBackend({
      'audit.verify': () => {
        throw new Failed({ code: 'agent-not-running', what: '', remedy: '' });
      },
    }),
  );
  await verification.run();
  expect(verification.verdict?.found).toMatchObject({
    result: 'cannot-check',
    failure: { code: 'agent-not-running' },
  });
});
