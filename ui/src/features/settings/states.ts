import type { Settings as Values } from '$lib/bindings';
import { never, press, states, type GalleryState } from '$features/gallery/gallery';
import { DAY, NOW, fails, facts, prefs, unlocked } from '$features/gallery/samples';
import Settings from './Settings.svelte';

const values: Values = {
  idle_lock_seconds: 600,
  lock_on_suspend: true,
  lock_on_screen_lock: true,
  history_days: 90,
  proxy: 'system',
};
const backend = {
  'settings.show': () => values,
  'settings.change': (patch: object) => Object.assign({}, values, patch),
  'backup.list': () => ({
    backups: [{ path: '/home/mia/backup-2026-11-20.db', written: NOW - 2 * DAY, bytes: 184_320 }],
  }),
};
const base = { component: Settings, frame: true, backend } satisfies Partial<GalleryState>;

export default states('settings', [
  { name: 'all', ...base },
  { name: 'loading', ...base, backend: { 'settings.show': never, 'backup.list': never } },
  {
    name: 'unreadable',
    ...base,
    backend: { ...backend, 'settings.show': () => fails('internal', { fault: 'sealed row' }) },
  },
  {
    name: 'no-tray-own-proxy',
    ...base,
    facts: { ...facts, tray: 'absent', prefs: { ...prefs, own_domains: ['example.org', 'example.net'] } },
    status: { ...unlocked, unprotected: ['memory may be swapped', 'core dumps are on'] },
    backend: { ...backend, 'settings.show': () => ({ ...values, proxy: 'http://proxy.example:8080' }) },
  },
  {
    name: 'fewer-days',
    ...base,
    after: async (root) => {
      await press(root, 'button', '90');
      await press(root, '[role="option"]', '7');
    },
  },
]);
