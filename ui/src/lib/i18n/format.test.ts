import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ago, bytes, clock, day, duration, list, moment, number, span } from './format';
import { applyLanguage } from './language';

const NOON = Date.UTC(2026, 10, 21, 12, 4, 11);
const plain = (text: string) => text.replace(/[\u202f\u00a0]/g, ' ');

beforeEach(() => vi.stubEnv('TZ', 'UTC'));
afterEach(() => vi.unstubAllEnvs());

describe('English', () => {
  beforeEach(() => applyLanguage('system', 'en-GB'));
  test.each([
    [0, '0 bytes'],
    [999, '999 bytes'],
    [1000, '1 kB'],
    [999_499, '999 kB'],
    [999_500, '1 MB'],
    [18_200_000, '18.2 MB'],
    [36_700_160, '36.7 MB'],
    [2_147_483_648, '2.1 GB'],
  ])('%i bytes', (count, shown) => expect(plain(bytes(count))).toBe(shown));
  test('moments have the month as a word', () => expect(plain(moment(NOON))).toBe('21 Nov 2026, 12:04'));
  test('times', () => expect([clock(NOON), clock(NOON, true)]).toEqual(['12:04', '12:04:11']));
  test('days', () => expect(day(NOON)).toMatch(/^Saturday,? 21 November 2026$/));
  test('relative within a day', () => {
    expect(ago(NOON, NOON + 20_000)).toBe('20 seconds ago');
    expect(ago(NOON, NOON + 3 * 60_000)).toBe('3 minutes ago');
    expect(ago(NOON, NOON + 5 * 3_600_000)).toBe('5 hours ago');
    expect(plain(ago(NOON, NOON + 30 * 3_600_000))).toBe('21 Nov 2026, 12:04');
  });
  test('spans', () => {
    expect(span(40_000)).toBe('40 seconds');
    expect(span(240_000)).toBe('4 minutes');
    expect(span(7_200_000)).toBe('2 hours');
    expect(span(86_400_000 * 3)).toBe('3 days');
  });
  test('durations', () => expect([plain(duration(340)), plain(duration(1840))]).toEqual(['340 ms', '1.8 s']));
  test('lists', () => expect(list(['Mia', 'Jon', 'Kim'])).toBe('Mia, Jon and Kim'));
  test('numbers', () => expect(number(4812)).toBe('4,812'));
});

describe('German', () => {
  beforeEach(() => applyLanguage('de', 'de-DE'));
  test('bytes', () => expect(plain(bytes(18_200_000))).toBe('18,2 MB'));
  test('moments', () => expect(plain(moment(NOON))).toMatch(/^21\. Nov\. 2026(,| um) 12:04$/));
  test('relative', () => expect(ago(NOON, NOON + 3 * 60_000)).toBe('vor 3 Minuten'));
  test('numbers and lists', () => {
    expect(number(4812)).toBe('4.812');
    expect(list(['Mia', 'Jon', 'Kim'])).toBe('Mia, Jon und Kim');
  });
});

describe('whatever the desktop says, nothing throws and dates are there', () => {
  test.each(['C', 'C.UTF-8', 'POSIX', '', 'de_DE.UTF-8', 'zh-TW', 'zh_TW', 'x', 'en-XA', '🐧'])(
    '%s',
    (locale) => {
      for (const setting of ['system', 'en', 'de']) {
        applyLanguage(setting, locale);
        expect(moment(NOON)).toContain('2026');
        expect(bytes(1_000_000)).toMatch(/1/);
        expect(['en', 'de']).toContain(document.documentElement.lang);
      }
    },
  );
});

test('the setting decides the language, the desktop its region', () => {
  applyLanguage('system', 'de-AT');
  expect(document.documentElement.lang).toBe('de');
  applyLanguage('en', 'de-AT');
  expect(document.documentElement.lang).toBe('en');
  applyLanguage('system', 'zh-TW');
  expect(document.documentElement.lang).toBe('en');
});
