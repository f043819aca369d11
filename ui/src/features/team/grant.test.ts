/** What could go wrong: a limit that the sentence does not say, a widening shown as a narrowing, a lost slot. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { Conditions } from '$lib/bindings';
import { applyLanguage } from '$lib/i18n/language';
import { changes, LIMITS, limit, modest, pieces, sentence, without } from './grant';
import { grant, strict } from './samples';

const full = strict.grant.conditions;
beforeEach(() => applyLanguage('en', 'en-GB'));

describe('the sentence', () => {
  test('says who, with what, to whom, and each limit', () => {
    const text = sentence(grant.grant.conditions, 'billing-mailer');
    expect(text).toBe(
      'May send as qa@example.org with billing-mailer to anyone at example.org, 20 a day, up to 5 MB, from 192.0.2.0/24, until 27 Nov 2026, 12:04.',
    );
  });

  test.each(['en', 'de'])('has a slot for everything that is set, in %s', (language) => {
    applyLanguage(language, 'en-GB');
    const slots = pieces(full, 'k').flatMap(({ slot }) => slot ?? []);
    expect(slots).toEqual(expect.arrayContaining(['senders', 'key', 'recipients', ...LIMITS]));
    expect(new Set(slots).size).toBe(slots.length);
  });

  test('never leaves a mark of its own', () => {
    // eslint-disable-next-line no-control-regex -- the mark is a control character
    for (const { text } of pieces(full, 'k')) expect(text).not.toMatch(/\u0001/);
  });

  test('says that anyone may get it, and that nobody may', () => {
    expect(sentence({ senders: ['a@b.example'] }, 'k')).toContain('to anyone, anywhere');
    expect(sentence({ senders: [], recipients: [] }, 'k')).toBe('May send as nobody with k to nobody.');
  });

  test('follows the order of German', () => {
    applyLanguage('de', 'de-DE');
    expect(sentence({ senders: ['a@b.example'], recipients: ['b.example'] }, 'k')).toBe(
      'Darf als a@b.example mit k an alle bei b.example senden.',
    );
  });
});

describe('a change', () => {
  const base: Conditions = {
    senders: ['a@b.example'],
    recipients: ['b.example'],
    per_day: 20,
    bytes_max: 5_000_000,
    recipients_max: 5,
    attachment_types: ['application/pdf'],
    networks: ['192.0.2.0/24'],
    not_after: 2_000_000_000_000,
    code_within: 3600,
    approvals: { by: 'owner', within_secs: 60 },
  };
  const wider: [string, Partial<Conditions>][] = [
    ['another sender', { senders: ['a@b.example', 'c@b.example'] }],
    ['another domain', { recipients: ['b.example', 'c.example'] }],
    ['anyone', { recipients: null }],
    ['more a day', { per_day: 21 }],
    ['no limit a day', { per_day: null }],
    ['larger', { bytes_max: 5_000_001 }],
    ['any size', { bytes_max: null }],
    ['more recipients', { recipients_max: 6 }],
    ['another type', { attachment_types: ['application/pdf', 'image/*'] }],
    ['any type', { attachment_types: null }],
    ['another network', { networks: ['198.51.100.0/24'] }],
    ['any network', { networks: null }],
    ['longer', { not_after: 2_000_100_000_000 }],
    ['for ever', { not_after: null }],
    ['an older code', { code_within: 7200 }],
    ['no code', { code_within: null }],
    ['an admin too', { approvals: { by: 'admin', within_secs: 60 } }],
    ['no approval', { approvals: null }],
  ];
  test.each(wider)('%s is wider, and the way back is narrower', (_, patch) => {
    const there = changes(base, { ...base, ...patch });
    expect(there.map((change) => change.wider)).toEqual([true]);
    const swapped = 'networks' in patch && patch.networks !== null;
    const back = changes({ ...base, ...patch }, base);
    // Another network in place of one widens in both directions.
    expect(back.map((change) => change.wider)).toEqual([swapped]);
  });

  test('of nothing is none', () => {
    expect(changes(full, structuredClone(full))).toEqual([]);
  });

  test('of hours is always looked at', () => {
    const hours = full.hours && { ...full.hours, from: 540 };
    expect(changes(full, { ...full, hours }).map((change) => change.wider)).toEqual([true]);
  });
});

test('a limit that is taken out is gone, and nothing else', () => {
  for (const slot of LIMITS) {
    const rest = without(full, slot);
    expect(limit(slot, rest), slot).toBeUndefined();
    for (const other of LIMITS.filter((one) => one !== slot))
      expect(limit(other, rest), other).toBe(limit(other, full));
  }
});

test('a new grant begins modestly', () => {
  expect(modest('qa@example.org', 0)).toEqual({
    senders: ['qa@example.org'],
    recipients: ['example.org'],
    per_day: 20,
    not_after: 30 * 86_400_000,
  });
  expect(modest('', 0).recipients).toEqual([]);
});
