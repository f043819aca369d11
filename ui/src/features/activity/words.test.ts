import { expect, it } from 'vitest';
import type { AuditEntryView } from '$lib/bindings';
import { happenings } from './entry';
import { sentence } from './words';

function said(decision: string, target = ''): string {
  const fields = { action: 'send', role: 'sender', actor: 'aa', decision, target };
  const view: AuditEntryView = { seq: 1, time: 1, sentence: '', fields };
  const [row] = happenings([view]);
  return row ? sentence(row, { actor: () => 'Mia', member: () => undefined } as never) : '';
}

it('says of a message that waits for approval that it waits, not that it was sent', () => {
  expect(said('allowed', 'waits 17c8')).toBe('Mia asked to send a message, which waits for approval.');
  expect(said('done')).toBe('Mia sent a message.');
});
