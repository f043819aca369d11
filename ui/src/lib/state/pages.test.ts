import { describe, expect, it } from 'vitest';
import { Failed } from '$lib/backend';
import { Pages } from './pages.svelte';

/** A list of numbers, newest (largest) first. */
function numbers(count: number) {
  const all = Array.from({ length: count }, (_, index) => count - index);
  return {
    all,
    fetch: (before: number | undefined, limit: number) => {
      const from = all.filter((one) => before === undefined || one < before);
      return Promise.resolve({ items: from.slice(0, limit), more: from.length > limit });
    },
  };
}

describe('Pages', () => {
  it('fetches page after page and then stops', async () => {
    const source = numbers(25);
    const pages = new Pages(source.fetch, String, 10);
    await pages.reload();
    expect(pages.items).toEqual(source.all.slice(0, 10));
    await pages.next();
    await pages.next();
    expect(pages.items).toEqual(source.all);
    expect(pages.more).toBe(false);
    await pages.next();
    expect(pages.items).toHaveLength(25);
  });

  it('keeps older rows at a refresh, and brings new ones to the top', async () => {
    const source = numbers(25);
    const pages = new Pages(source.fetch, String, 10);
    await pages.reload();
    await pages.next();
    source.all.unshift(26);
    await pages.refresh();
    expect(pages.items).toEqual(source.all.slice(0, 21));
    expect(pages.more).toBe(true);
    await pages.next();
    expect(pages.items).toEqual(source.all);
  });

  it('starts over where the newest page no longer meets the loaded rows', async () => {
    const source = numbers(12);
    const pages = new Pages(source.fetch, String, 10);
    await pages.reload();
    for (let one = 13; one <= 40; one++) source.all.unshift(one);
    await pages.refresh();
    expect(pages.items).toEqual(source.all.slice(0, 10));
    expect(pages.more).toBe(true);
  });

  it('lets an older answer never replace a newer one', async () => {
    const answers: ((items: string[]) => void)[] = [];
    const pages = new Pages<string>(
      () => new Promise((done) => answers.push((items) => done({ items, more: false }))),
      String,
    );
    const first = pages.reload();
    const second = pages.reload();
    answers[1]?.(['new']);
    await second;
    answers[0]?.(['old']);
    await first;
    expect(pages.items).toEqual(['new']);
    expect(pages.loading).toBe(false);
  });

  it('keeps the rows when a call fails, says why, and works again afterwards', async () => {
    const source = numbers(3);
    let broken = false;
    const pages = new Pages((before: number | undefined, limit) => {
      if (broken) throw new Failed({ code: 'locked', what: '', remedy: '' });
      return source.fetch(before, limit);
    }, String);
    await pages.reload();
    broken = true;
    await pages.refresh();
    expect(pages.failure?.code).toBe('locked');
    expect(pages.items).toHaveLength(3);
    broken = false;
    await pages.refresh();
    expect(pages.failure).toBeUndefined();
  });
});
