import { describe, expect, it } from 'vitest';
import type { KeyUse } from '$lib/bindings';
import { DAY, key as sample, NOW } from '$features/gallery/samples';
import { healthOf } from './health';

const use: KeyUse = { weeks: [], senders: [], last_failure: null, original_there: false };
const refused = { code: 'key-refused' as const, what: '', remedy: '' };

describe('healthOf', () => {
  it('is good only when the use is known', () => {
    expect(healthOf(sample, use, NOW).state).toBe('good');
    expect(healthOf(sample, undefined, NOW).state).toBe('unsaid');
  });

  it('says the worst: refused, then the original, then age, then disuse', () => {
    const bad = { ...sample, created: NOW - 430 * DAY, last_used: NOW - 100 * DAY };
    const all = { ...use, last_failure: refused, original_there: true };
    expect(healthOf(bad, all, NOW).state).toBe('refused');
    expect(healthOf(bad, { ...all, last_failure: null }, NOW).state).toBe('original');
    expect(healthOf(bad, use, NOW)).toEqual({ state: 'old', months: 14 });
    expect(healthOf({ ...bad, created: null }, use, NOW)).toEqual({ state: 'unused', days: 100 });
  });

  it('counts disuse from the import where it was never used, and guesses no age', () => {
    const fresh = { ...sample, created: null, last_used: null, imported: NOW - DAY };
    expect(healthOf(fresh, use, NOW).state).toBe('good');
    expect(healthOf({ ...fresh, imported: NOW - 91 * DAY }, use, NOW)).toEqual({ state: 'unused', days: 91 });
  });

  it('does not take “nobody can say” for “still there”', () => {
    expect(healthOf(sample, { ...use, original_there: null }, NOW).state).toBe('good');
  });
});
