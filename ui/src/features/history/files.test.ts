import { describe, expect, it } from 'vitest';
import type { FileFacts, HistoryItem } from '$lib/bindings';
import { filesOf } from './files';

const facts: FileFacts = {
  handle: 'w1',
  name: 'invoice.pdf',
  folder: '~/Documents',
  state: 'readable',
  bytes: 2048,
  modified: 900,
  content_type: 'application/pdf',
  blocked: false,
};
const item: HistoryItem = {
  id: 'a',
  time: 1000,
  key: 'k',
  draft: {
    from: 'qa@example.org',
    to: [],
    cc: [],
    bcc: [],
    reply_to: [],
    subject: '',
    attachments: [{ handle: 'w1' }],
  },
  report: {
    request_id: 'a',
    outcome: { outcome: 'sent', message_id: 'm', thread_id: 't' },
    bytes: 4000,
    millis: 10,
    recipients: 1,
    findings: [],
    attachments: [
      { name: 'invoice.pdf', content_type: 'application/pdf', bytes: 2048, sha256: '00', path: null },
    ],
    audit: null,
    timeline: [],
  },
};

describe('filesOf', () => {
  const state = (change: Partial<FileFacts>) => filesOf(item, [{ ...facts, ...change }])[0]?.state;

  it('tells what is at the place now', () => {
    expect(state({})).toBe('same');
    expect(state({ bytes: 2049 })).toBe('changed');
    expect(state({ modified: 1001 })).toBe('changed');
    expect(state({ state: 'missing', bytes: 0 })).toBe('missing');
    expect(state({ state: 'folder', bytes: 0 })).toBe('unreadable');
    expect(state({ handle: 'other' })).toBe('unsaid');
  });

  it('names files of a message that was never read', () => {
    expect(filesOf({ ...item, report: null }, [facts])[0]).toMatchObject({
      name: 'invoice.pdf',
      bytes: 2048,
    });
  });
});
