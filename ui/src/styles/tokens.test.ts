/** Contrast of every pair that is used: text 4.5:1, borders of controls, focus ring and mark 3:1. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const css = readFileSync(join(__dirname, 'tokens.css'), 'utf8');
const TOKENS = new Map(
  [...css.matchAll(/--([\w-]+):\s*(?:light-dark\((#\w{6}),\s*(#\w{6})\)|(#\w{6}))/g)].map(
    ([, name = '', light, dark, both]) => [name, { light: light ?? both ?? '', dark: dark ?? both ?? '' }],
  ),
);
const GROUNDS = ['bg', 'surface', 'inset', 'hover'];
const PAIRS: [string, string, number][] = [
  ...['text', 'text-2', 'text-3', 'accent'].flatMap((ink) =>
    GROUNDS.map((ground): [string, string, number] => [ink, ground, 4.5]),
  ),
  ...['control', 'focus'].flatMap((ink) =>
    GROUNDS.map((ground): [string, string, number] => [ink, ground, 3]),
  ),
  ['on-solid', 'accent-solid', 4.5],
  ['on-solid', 'accent-hover', 4.5],
  ['on-solid', 'danger-solid', 4.5],
  ['surface', 'sandbox', 4.5],
  ['accent', 'accent-soft', 4.5],
  ...['ok', 'warn', 'danger', 'sandbox'].flatMap((state): [string, string, number][] => [
    [state, `${state}-soft`, 4.5],
    ['text', `${state}-soft`, 4.5],
    ['text-2', `${state}-soft`, 4.5],
    ...GROUNDS.map((ground): [string, string, number] => [state, ground, 4.5]),
  ]),
  ...GROUNDS.slice(0, 3).map((ground): [string, string, number] => ['seal', ground, 3]),
];

describe.each(['light', 'dark'] as const)('%s', (theme) => {
  test.each(PAIRS)('%s on %s is at least %d:1', (ink, ground, least) => {
    expect(contrast(colour(ink, theme), colour(ground, theme))).toBeGreaterThanOrEqual(least);
  });
});

test('the formula agrees with known ratios', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
});

function colour(name: string, theme: 'light' | 'dark'): string {
  const token = TOKENS.get(name);
  if (!token?.[theme]) throw new Error(`no token --${name}`);
  return token[theme];
}

/** WCAG 2.2, "contrast ratio". */
function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
