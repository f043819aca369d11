import { describe, expect, it } from 'vitest';
import { Failed, useBackend } from '$lib/backend';
import { scriptedBackend } from '$lib/backend/scripted';
import type { InboxRow } from '$lib/bindings';
import { InboxList } from './inbox.svelte';

const row = (id: number): InboxRow => ({
  id: `${id}`,
  time: id,
  from: 'qa@example.org',
  to: [],
  subject: '',
  bytes: 1,
  attachments: 0,
});

function sandbox(count: number) {
  const box = {
    running: true,
    rows: Array.from({ length: count }, (_, index) => row(count - index)),
    asked: 0,
  };
  useBackend(
    scriptedBackend({
      'sandbox.status': () => ({ running: box.running, url: null, messages: box.rows.length }),
      'sandbox.start': () => {
        box.running = true;
        return { running: true, url: null, messages: box.rows.length };
      },
      'sandbox.inbox': ({ skip, limit }) => {
        box.asked++;
        if (!box.running) throw new Failed({ code: 'sandbox-away', what: '', remedy: '' });
        return { messages: box.rows.slice(skip ?? 0, (skip ?? 0) + (limit ?? 0)), total: box.rows.length };
      },
    }),
  );
  return box;
}

describe('InboxList', () => {
  it('pages by number and ends where all are there', async () => {
    sandbox(230);
    const inbox = new InboxList();
    await inbox.pages.reload();
    await inbox.pages.next();
    await inbox.pages.next();
    expect(inbox.pages.items).toHaveLength(230);
    expect(inbox.pages.more).toBe(false);
  });

  it('looks again only when the number of messages changed', async () => {
    const box = sandbox(3);
    const inbox = new InboxList();
    await inbox.pages.reload();
    await inbox.poll();
    const before = box.asked;
    await inbox.poll();
    expect(box.asked).toBe(before);
    box.rows.unshift(row(4));
    await inbox.poll();
    expect(inbox.pages.items.map((one) => one.id)).toEqual(['4', '3', '2', '1']);
  });

  it('notices that the sandbox went, and starts it again', async () => {
    const box = sandbox(1);
    const inbox = new InboxList();
    await inbox.pages.reload();
    await inbox.poll();
    box.running = false;
    await inbox.poll();
    expect(inbox.away).toBe(true);
    await inbox.start();
    expect(inbox.away).toBe(false);
    expect(inbox.pages.items).toHaveLength(1);
  });
});
