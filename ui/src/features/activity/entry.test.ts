import { describe, expect, it } from 'vitest';
import type { AuditEntryView } from '$lib/bindings';
import { codeOf, fieldsOf, happenings, whole } from './entry';

const entry = (seq: number, fields: Record<string, string | number | string[]>): AuditEntryView => ({
  seq,
  time: seq * 1000,
  sentence: '',
  fields,
});
const intent = entry(4, {
  action: 'send',
  decision: 'intent',
  request: 'r1',
  recipient_domains: ['example.org'],
  recipient_hmacs: ['aa', 'bb'],
  bytes: 4000,
});
const done = entry(6, { action: 'send', decision: 'done', request: 'r1', message_id: '18f' });

describe('happenings', () => {
  it('shows an intent and its outcome as one thing, where it ended', () => {
    const rows = happenings([done, entry(5, { action: 'unlock', decision: 'allowed' }), intent]);
    expect(rows.map((row) => row.key)).toEqual(['6', '5']);
    const [send] = rows;
    expect(send?.began?.seq).toBe(4);
    expect(send && whole(send)).toMatchObject({
      bytes: 4000,
      recipient_hmacs: ['aa', 'bb'],
      message_id: '18f',
    });
  });

  it('shows an intent without outcome by itself, as begun', () => {
    expect(happenings([intent])).toMatchObject([{ key: '4', ending: 'begun', began: undefined }]);
  });

  it('never joins entries of different requests, nor those without one', () => {
    const other = entry(7, { action: 'send', decision: 'failed', request: 'r2', reason: 'network' });
    const bare = entry(3, { action: 'key-import', decision: 'intent' });
    expect(happenings([other, intent, bare]).map((row) => row.ending)).toEqual(['failed', 'begun', 'begun']);
  });

  it('reads a decision of a newer log as unknown', () => {
    expect(happenings([entry(1, { action: 'send', decision: 'postponed' })])[0]?.ending).toBe('unknown');
  });
});

it('fills what is missing, and takes number and time from outside', () => {
  expect(fieldsOf({ seq: 9, time: 1, sentence: '', fields: null })).toMatchObject({
    seq: 9,
    time: 1,
    count: 1,
    role: null,
  });
  expect(codeOf('denied')).toBe('denied');
  expect(codeOf('not-a-code')).toBeUndefined();
});
