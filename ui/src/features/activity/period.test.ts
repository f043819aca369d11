import { expect, it } from 'vitest';
import { periodStart } from './period';

it('begins periods at midnight of the reader’s day', () => {
  const now = new Date(2026, 10, 22, 12, 4).getTime();
  expect(periodStart('any', now)).toBeNull();
  expect(periodStart('today', now)).toBe(new Date(2026, 10, 22).getTime());
  expect(periodStart('week', now)).toBe(new Date(2026, 10, 16).getTime());
});
