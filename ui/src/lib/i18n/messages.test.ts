/** What could go wrong with texts: a missing translation, a lost slot, a dead key, a word in the markup. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse, type AST } from 'svelte/compiler';
import { describe, expect, test } from 'vitest';

const ROOT = join(__dirname, '../../..');
const AREAS = readdirSync(join(ROOT, 'messages'));
type Texts = Record<string, string[]>;
/** Every text of a key: one, or one for each plural. */
function read(area: string, locale: string): Texts {
  const file = readFileSync(join(ROOT, 'messages', area, `${locale}.json`), 'utf8');
  const entries = Object.entries(JSON.parse(file) as Record<string, unknown>);
  return Object.fromEntries(entries.map(([key, value]) => [key, texts(value)]));
}
const SOURCES = (readdirSync(join(ROOT, 'src'), { recursive: true }) as string[])
  .filter((path) => /\.(svelte|ts)$/.test(path) && !/paraglide|bindings|\.test\.ts$/.test(path))
  .map((path) => ({ path, text: readFileSync(join(ROOT, 'src', path), 'utf8') }));

describe.each(AREAS)('%s', (area) => {
  const en = read(area, 'en');
  const de = read(area, 'de');
  const slots = (all: string[] = []) =>
    [...new Set(all.flatMap((text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)))].sort();

  test('German has exactly the keys of English', () => {
    expect(Object.keys(de).sort()).toEqual(Object.keys(en).sort());
  });

  test('both have the same slots and no empty text', () => {
    for (const [key, all] of Object.entries(en)) {
      expect(slots(de[key]), key).toEqual(slots(all));
      for (const text of [...all, ...(de[key] ?? [''])]) expect(text.trim().length, key).toBeGreaterThan(0);
    }
  });

  test('no text is a leftover, and the ellipsis stands as each language has it', () => {
    for (const [key, all] of Object.entries(en))
      for (const text of all) expect(text, key).not.toMatch(/TODO|FIXME|lorem| …|\.\.\./i);
    for (const [key, all] of Object.entries(de))
      for (const text of all) expect(text, key).not.toMatch(/TODO|FIXME|lorem|\p{L}…|\.\.\./iu);
  });
});

test('no key is in two areas', () => {
  const keys = AREAS.flatMap((area) => Object.keys(read(area, 'en')));
  expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
});

test('every key is used', () => {
  const used = new Set(
    SOURCES.flatMap(({ text }) => [...text.matchAll(/\bm\.(\w+)/g)].map(([, key]) => key)),
  );
  const dead = AREAS.flatMap((area) => Object.keys(read(area, 'en'))).filter((key) => !used.has(key));
  expect(dead).toEqual([]);
});

test('no words in the markup: every text is a message', () => {
  const components = SOURCES.filter(({ path }) => path.endsWith('.svelte') && !path.includes('gallery'));
  expect(components.length).toBeGreaterThan(20);
  expect(components.flatMap(({ path, text }) => words(text).map((word) => `${path}: ${word}`))).toEqual([]);
});

test('the check for words finds them', () => {
  expect(words('<p>Hello</p>')).toEqual(['Hello']);
  expect(words('<button aria-label="Close">{m.close()}</button>')).toEqual(['Close']);
  expect(words('{#if x}<b>{#each y as z}Übung{/each}</b>{/if}')).toEqual(['Übung']);
  expect(words('<p class="text">{m.close()} · 12</p><script>let a = "b";</script>')).toEqual([]);
});

/** The texts in a message: itself, or what its plurals lead to. */
function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(texts);
  if (typeof value !== 'object' || value === null) return [];
  const { match } = value as { match?: Record<string, string> };
  return match ? Object.values(match) : [];
}

/** Letters in text and in attributes that people read. */
function words(source: string): string[] {
  const spoken = new Set([
    'aria-label',
    'title',
    'placeholder',
    'alt',
    'label',
    'hint',
    'text',
    'description',
  ]);
  const found: string[] = [];
  const look = (text: string) => {
    if (/\p{L}/u.test(text)) found.push(text.trim());
  };
  const walk = (node: unknown): void => {
    if (Array.isArray(node)) return node.forEach(walk);
    if (typeof node !== 'object' || node === null) return;
    const { type } = node as { type?: string };
    if (type === 'Text') return look((node as AST.Text).data);
    if (type === 'Attribute') {
      const { name, value } = node as AST.Attribute;
      if (spoken.has(name) && Array.isArray(value)) walk(value.filter((part) => part.type === 'Text'));
      return;
    }
    for (const [key, value] of Object.entries(node)) if (key !== 'expression') walk(value);
  };
  walk(parse(source, { modern: true }).fragment);
  return found;
}
