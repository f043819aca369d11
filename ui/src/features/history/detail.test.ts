import { render } from '@testing-library/svelte';
import { expect, it, vi } from 'vitest';
import { useBackend } from '$lib/backend';
import { scriptedBackend } from '$lib/backend/scripted';
import type { HistoryItem, HistoryRow } from '$lib/bindings';
import HistoryDetail from './HistoryDetail.svelte';

const row: HistoryRow = {
  id: 'a',
  time: 1,
  from: 'qa@example.org',
  to: ['mia@example.org'],
  recipients: 1,
  subject: 'Invoice',
  attachments: 0,
  state: 'sent',
  key: 'k',
  code: null,
};
const draft = {
  from: row.from,
  to: row.to,
  cc: [],
  bcc: [],
  reply_to: [],
  subject: row.subject,
  attachments: [],
};

it('asks once for a row, and again when its state changes', async () => {
  const show = vi.fn(({ id }: { id: string }): HistoryItem => ({
    id,
    time: 1,
    key: 'k',
    draft,
    report: null,
  }));
  useBackend(scriptedBackend({ 'history.show': show }));
  vi.useFakeTimers();
  const { rerender } = render(HistoryDetail, { row });
  await vi.advanceTimersByTimeAsync(500);
  expect(show).toHaveBeenCalledTimes(1);
  await rerender({ row: { ...row, state: 'unknown' } });
  await vi.advanceTimersByTimeAsync(500);
  expect(show).toHaveBeenCalledTimes(2);
  vi.useRealTimers();
});

it('fetches only the row that a held arrow key rests on', async () => {
  const show = vi.fn(({ id }: { id: string }): HistoryItem => ({
    id,
    time: 1,
    key: 'k',
    draft,
    report: null,
  }));
  useBackend(scriptedBackend({ 'history.show': show }));
  vi.useFakeTimers();
  const { rerender } = render(HistoryDetail, { row });
  for (const id of ['b', 'c', 'd']) {
    await vi.advanceTimersByTimeAsync(20);
    await rerender({ row: { ...row, id } });
  }
  await vi.advanceTimersByTimeAsync(500);
  expect(show.mock.calls.map(([{ id }]) => id)).toEqual(['d']);
  vi.useRealTimers();
});
