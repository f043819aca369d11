import { expect, test } from 'vitest';
import { Failed, useBackend } from '$lib/backend';
import { scriptedBackend } from '$lib/backend/scripted';
import type { Settings, SettingsPatch } from '$lib/bindings';
import { VaultSettings } from './settings.svelte';
import { TEXT_SIZES, nextTextSize } from './text-sizes';
import { domainsOf, idleSeconds, proxyOf, removesHistory } from './typed';

const values: Settings = {
  idle_lock_seconds: 600,
  lock_on_suspend: true,
  lock_on_screen_lock: true,
  history_days: 90,
  proxy: 'system',
};

test('a change is shown at once, and taken back when it is refused', async () => {
  let refuse = false;
  const patches: SettingsPatch[] = [];
  useBackend(
    scriptedBackend({
      'settings.show': () => values,
      'settings.change': (patch) => {
        patches.push(patch);
        if (refuse) throw new Failed({ code: 'read-only', what: '', remedy: '' });
        return { ...values, ...(patch as Partial<Settings>) };
      },
    }),
  );
  const settings = new VaultSettings();
  await settings.load();
  const changing = settings.change({ proxy: 'none' });
  expect(settings.current?.proxy).toBe('none');
  expect(await changing).toBe(true);
  refuse = true;
  expect(await settings.change({ history_days: 7 })).toBe(false);
  expect(settings.current).toEqual({ ...values, proxy: 'none' });
  expect(settings.refused).toMatchObject({ field: 'history_days', failure: { code: 'read-only' } });
  expect(patches).toEqual([{ proxy: 'none' }, { history_days: 7 }]);
});

test.each([
  ['1', 60],
  [' 15 ', 900],
  ['1440', 86_400],
  ['0', undefined],
  ['1441', undefined],
  ['2.5', undefined],
  ['', undefined],
  ['ten', undefined],
])('%j minutes', (text, seconds) => expect(idleSeconds(text)).toBe(seconds));

test('own domains: as typed, each once, the first that is none is named', () => {
  expect(domainsOf('Example.org, @example.net;example.org')).toEqual({
    domains: ['example.org', 'example.net'],
  });
  expect(domainsOf('müller.example')).toEqual({ domains: ['müller.example'] });
  expect(domainsOf('')).toEqual({ domains: [] });
  expect(domainsOf('example.org, kim@exampl.org')).toEqual({ fault: 'kim@exampl.org' });
  expect(domainsOf('localhost')).toEqual({ fault: 'localhost' });
});

test('fewer days remove messages, more do not', () => {
  expect(removesHistory(90, 7)).toBe(true);
  expect(removesHistory(90, 0)).toBe(true);
  expect(removesHistory(90, 365)).toBe(false);
  expect(removesHistory(0, 30)).toBe(false);
});

test('text sizes go step by step and stop at the ends', () => {
  expect(TEXT_SIZES.map((size) => nextTextSize(size, 1))).toEqual([90, 100, 110, 125, 150, 150]);
  expect(TEXT_SIZES.map((size) => nextTextSize(size, -1))).toEqual([80, 80, 90, 100, 110, 125]);
});

test.each([
  ['http://proxy.example:8080', true],
  [' socks5://127.0.0.1:9050 ', true],
  ['https://proxy.example', true],
  ['nonsense', false],
  ['ftp://proxy.example', false],
  ['file:///etc/passwd', false],
  ['', false],
])('proxy %j', (text, good) => expect(proxyOf(text)).toBe(good ? text.trim() : undefined));
