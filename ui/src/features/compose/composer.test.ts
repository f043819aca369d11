import { flushSync } from 'svelte';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { useBackend } from '$lib/backend';
import { scriptedBackend } from '$lib/backend/scripted';
import { lock } from '$lib/state/lock.svelte';
import { openInCompose } from '$lib/state/outbox.svelte';
import { session } from '$lib/state/session.svelte';
import { locked, unlocked } from '$features/gallery/samples';
import { addText } from './chips';
import { Composer } from './composer.svelte';
import { draftItem, fakeBackend, invoice, type Fake } from './fake';

let fake: Fake;
let composer: Composer;
let stop: () => void;

async function begin(drafts = fake.drafts): Promise<void> {
  fake.drafts = drafts;
  composer = new Composer();
  stop = composer.start();
  await settle();
}

/** Lets effects and answers happen. */
async function settle(millis = 0): Promise<void> {
  flushSync();
  await vi.advanceTimersByTimeAsync(millis);
  flushSync();
  await vi.advanceTimersByTimeAsync(0);
}

function write(text: string): void {
  composer.letter.text = text;
  flushSync();
}

async function become(status: typeof locked): Promise<void> {
  session.status = status;
  await settle(1);
}

beforeEach(() => {
  vi.useFakeTimers();
  fake = fakeBackend();
  useBackend(scriptedBackend({ ...fake.handlers, lock: () => ({}) as never }));
  session.status = unlocked;
});
afterEach(() => {
  stop();
  vi.useRealTimers();
});

describe('the open message', () => {
  test('is the newest draft, with caret and tab', async () => {
    const view = JSON.stringify({ tab: 'html', field: 'html', caret: [3, 5], scroll: 40 });
    await begin([draftItem(invoice, { view })]);
    expect(composer.letter.text).toBe(invoice.text);
    expect(composer.view).toMatchObject({ tab: 'html', field: 'html', caret: [3, 5], scroll: 40 });
    expect(composer.letter.to.map((chip) => chip.domain)).toEqual(['example.org', 'partner.example']);
  });

  test('is kept as it is typed, with addresses that are not finished', async () => {
    await begin();
    write('Hello');
    composer.view.pending.to = 'mia@exam';
    await settle(300);
    expect(fake.drafts[0]?.draft.text).toBe('Hello');
    expect(fake.drafts[0]?.view).toContain('mia@exam');
  });

  test('opening alone saves nothing', async () => {
    await begin([draftItem(invoice)]);
    const before = structuredClone(fake.drafts);
    await settle(2000);
    expect(fake.drafts).toEqual(before);
  });

  test('that only moved its caret is kept when it is left, and not a second time', async () => {
    await begin();
    write('text');
    await settle(300);
    composer.view.caret = [1, 1];
    await composer.keeper.flushView();
    expect(fake.drafts[0]?.view).toContain('[1,1]');
    const saved = fake.drafts[0]?.saved;
    await settle(1000);
    await composer.keeper.flushView();
    expect(fake.drafts[0]?.saved).toBe(saved);
  });

  test('is the one that was open before a lock, not the newest', async () => {
    const older = draftItem({ ...invoice, subject: 'older' }, { id: '1'.repeat(32), saved: 1 });
    await begin([draftItem(invoice), older]);
    await composer.open(older);
    await become(locked);
    await become(unlocked);
    expect(composer.letter.subject).toBe('older');
  });

  test('stays open where it cannot be kept', async () => {
    await begin();
    write('precious');
    fake.failing = 'disk-full';
    expect(await composer.openNew()).toBe(false);
    expect(composer.letter.text).toBe('precious');
  });

  test('makes room for what another place wants written', async () => {
    await begin();
    write('mine');
    await settle(300);
    openInCompose({ ...invoice, subject: 'from history' }, 'billing-mailer');
    await settle(300);
    expect(composer.letter.subject).toBe('from history');
    expect(fake.drafts.map(({ draft }) => draft.text)).toContain('mine');
  });

  test('is removed, and comes back', async () => {
    await begin([draftItem(invoice)]);
    const item = await composer.remove(composer.id ?? '');
    expect(fake.drafts).toHaveLength(0);
    expect(composer.empty).toBe(true);
    if (item) await composer.bringBack(item);
    expect(composer.letter.text).toBe(invoice.text);
    expect(fake.drafts).toHaveLength(1);
  });

  test('is done when it was sent, even while a save is under way', async () => {
    await begin();
    fake.latency = 500;
    write('sent');
    await settle(250);
    const { keeper } = composer;
    const done = composer.sent(keeper);
    await settle(1000);
    await done;
    await settle(3000);
    expect(fake.drafts).toHaveLength(0);
    expect(composer.empty).toBe(true);
  });
});

describe('a lock', () => {
  test('posts the rest before the agent drops its keys', async () => {
    await begin();
    write('typed one millisecond before');
    const locking = lock.now();
    await settle(1);
    await locking;
    expect(fake.drafts[0]?.draft.text).toBe('typed one millisecond before');
  });

  test('takes the text out of the page, and the unlock brings it back', async () => {
    await begin();
    write('secret');
    composer.view.caret = [2, 4];
    await composer.keeper.flushView();
    await become(locked);
    expect(JSON.stringify(composer.letter)).not.toContain('secret');
    expect(composer.drafts).toEqual([]);
    await become(unlocked);
    expect(composer.letter.text).toBe('secret');
    expect(composer.view.caret).toEqual([2, 4]);
  });

  test('from elsewhere loses nothing that was not kept yet', async () => {
    await begin();
    write('kept');
    await settle(300);
    write('kept, and this not');
    fake.failing = 'locked';
    await become(locked);
    await settle(20_000);
    fake.failing = undefined;
    await become(unlocked);
    expect(composer.letter.text).toBe('kept, and this not');
    await settle(10);
    expect(fake.drafts[0]?.draft.text).toBe('kept, and this not');
    expect(fake.drafts).toHaveLength(1);
  });

  test('of one vault never puts its text into another', async () => {
    await begin();
    write('of the first vault');
    fake.failing = 'locked';
    await become(locked);
    fake.failing = undefined;
    const { vault } = unlocked;
    if (vault.state !== 'unlocked') throw new Error('the sample is unlocked');
    const other = { ...vault, info: { ...vault.info, vault_id: 'f'.repeat(32) } };
    await become({ ...unlocked, vault: other } as typeof locked);
    await settle(20_000);
    expect(composer.letter.text).toBe('');
    expect(fake.drafts).toHaveLength(0);
    await become(unlocked);
    expect(composer.letter.text).toBe('of the first vault');
  });
});

test('whatever happens in whatever order, the text survives', async () => {
  for (let seed = 1; seed <= 60; seed++) {
    const random = randomOf(seed);
    fake = fakeBackend();
    useBackend(scriptedBackend({ ...fake.handlers, lock: () => ({}) as never }));
    session.status = unlocked;
    await begin();
    let text = '';
    for (let step = 0; step < 25; step++) {
      const roll = random();
      if (roll < 0.55) write((text += String.fromCharCode(97 + Math.floor(random() * 26))));
      else if (roll < 0.65) fake.failing = fake.failing ? undefined : 'disk-full';
      else if (roll < 0.75) fake.latency = Math.floor(random() * 800);
      else if (roll < 0.85) {
        const was = fake.failing;
        fake.failing = random() < 0.5 ? 'locked' : was;
        session.status = locked;
        await settle(Math.floor(random() * 3000));
        fake.failing = undefined;
        session.status = unlocked;
        await settle(2000);
        expect(composer.letter.text, `seed ${seed}, step ${step}`).toBe(text);
      } else await settle(Math.floor(random() * 500));
    }
    fake.failing = undefined;
    await settle(15_000);
    const texts = fake.drafts.map(({ draft }) => draft.text);
    expect(texts, `seed ${seed}`).toEqual(text === '' ? [] : [text]);
    stop();
  }
});

test('an address line reads what was pasted: bad ones first, each once', async () => {
  await begin();
  const added = await addText(
    composer.letter,
    'to',
    'mia@example.org\nkim@exampl\nmia@example.org; "Berg, Ann" <ann@example.org>',
  );
  expect(added).toMatchObject({ good: 2, bad: 1 });
  expect(composer.letter.to.map((chip) => chip.text)).toEqual([
    'kim@exampl',
    'mia@example.org',
    '"Berg, Ann" <ann@example.org>',
  ]);
  const again = await addText(composer.letter, 'to', 'MIA@example.org');
  expect(again).toMatchObject({ good: 0, merged: 1 });
  expect(composer.letter.to).toHaveLength(3);
});

/** A sequence that a failing seed repeats. */
function randomOf(seed: number): () => number {
  let state = seed * 2_654_435_761;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 0x9e3779b9) >>> 0;
    return state / 2 ** 32;
  };
}
