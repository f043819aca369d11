import { describe, expect, it } from 'vitest';
import { indexOfKey, stepFor } from './list-pane';

describe('stepFor', () => {
  it('stays within the list at both ends', () => {
    expect(stepFor('ArrowUp', 0, 5, 3)).toBe(0);
    expect(stepFor('ArrowDown', 4, 5, 3)).toBe(4);
    expect(stepFor('PageDown', 3, 5, 3)).toBe(4);
    expect(stepFor('PageUp', 1, 5, 3)).toBe(0);
  });

  it('moves by one, by a page and to the ends', () => {
    expect(stepFor('j', 1, 50, 10)).toBe(2);
    expect(stepFor('k', 1, 50, 10)).toBe(0);
    expect(stepFor('PageDown', 1, 50, 10)).toBe(11);
    expect(stepFor('End', 1, 50, 10)).toBe(49);
    expect(stepFor('Home', 30, 50, 10)).toBe(0);
  });

  it('leaves other keys and empty lists alone', () => {
    expect(stepFor('a', 1, 50, 10)).toBeUndefined();
    expect(stepFor('End', 0, 0, 10)).toBeUndefined();
  });
});

it('finds nothing where nothing is wanted', () => {
  expect(indexOfKey(['a'], (item) => item, undefined)).toBe(-1);
  expect(indexOfKey(['a', 'b'], (item) => item, 'b')).toBe(1);
});
