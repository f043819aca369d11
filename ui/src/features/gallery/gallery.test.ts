import { expect, test } from 'vitest';
import { CODES } from '$lib/bindings';
import { pseudo } from '../../../pseudo-locale';
import { collect } from './collect';

test('every code has a state', async () => {
  const area = (await collect('codes')).find((known) => known.area === 'codes');
  expect(area?.states.map(({ name }) => name).sort()).toEqual([...CODES].sort());
}, 60_000);

test('every area of the window has states, each name once', async () => {
  const areas = await collect();
  for (const area of ['unlock', 'shell', 'palette', 'settings', 'codes'])
    expect(areas.map((known) => known.area)).toContain(area);
  for (const { area, states } of areas) {
    const names = states.map(({ name }) => name);
    expect(new Set(names).size, area).toBe(names.length);
    for (const name of names) expect(name, area).toMatch(/^[a-z0-9-]+$/);
  }
}, 60_000);

test('the pseudo-locale is longer, in brackets, and off unless asked for', () => {
  expect(pseudo('Close')).toBe('Close');
  Object.assign(globalThis, { __SIGNET_PSEUDO__: true });
  expect(pseudo('Close')).toBe('⟦Çlöšé~~⟧');
  expect(pseudo(pseudo('Close'))).toBe('⟦Çlöšé~~⟧');
  Reflect.deleteProperty(globalThis, '__SIGNET_PSEUDO__');
});
