import { render } from '@testing-library/svelte';
import { expect, it } from 'vitest';
import { useBackend } from '$lib/backend';
import { scriptedBackend } from '$lib/backend/scripted';
import type { AuditEntryView } from '$lib/bindings';
import { happenings } from './entry';
import EntryDetail from './EntryDetail.svelte';

const entry = (seq: number, fields: Record<string, string | string[] | number>): AuditEntryView => ({
  seq,
  time: seq,
  sentence: '',
  fields: { role: 'owner', action: 'send', request: 'r1', ...fields },
});
const failed = entry(5, { decision: 'failed', reason: 'daily-limit' });
const names = { target: (target: string) => target, actor: () => undefined };
const intent = entry(4, { decision: 'intent', recipient_domains: ['example.org'], recipient_hmacs: ['aa'] });

it('finds the entry that announced it where a filter left it out', async () => {
  const asked: (string | null | undefined)[] = [];
  useBackend(
    scriptedBackend({
      'audit.list': ({ text }) => {
        asked.push(text);
        return { entries: [failed, intent], more: false };
      },
    }),
  );
  const [row] = happenings([failed]);
  if (!row) throw new Error('no row');
  const { findByRole, queryByText } = render(EntryDetail, { row, names });
  expect(queryByText(/example\.org/)).toBeNull();
  await findByRole('heading', { name: /1 recipient at example\.org/ });
  expect(asked).toEqual(['r1']);
});

it('calls a member by name where the device is known', async () => {
  const [row] = happenings([entry(7, { decision: 'done', role: 'sender', actor: 'ab', target: 'm1' })]);
  if (!row) throw new Error('no row');
  const known = {
    target: (target: string) => (target === 'm1' ? 'billing-mailer' : target),
    actor: (actor: string | null) => (actor === 'ab' ? 'Mia Berg' : undefined),
  };
  const { findByRole, getByText } = render(EntryDetail, { row, names: known });
  await findByRole('heading', { name: /^Mia Berg / });
  expect(getByText('billing-mailer')).toBeTruthy();
});
