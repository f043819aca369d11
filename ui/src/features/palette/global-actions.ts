import AArrowDown from '@lucide/svelte/icons/a-arrow-down';
import AArrowUp from '@lucide/svelte/icons/a-arrow-up';
import Archive from '@lucide/svelte/icons/archive';
import Keyboard from '@lucide/svelte/icons/keyboard';
import Lock from '@lucide/svelte/icons/lock';
import SunMoon from '@lucide/svelte/icons/sun-moon';
import { failureOf } from '$lib/backend';
import type { PrefsPatch } from '$lib/bindings';
import { explain } from '$lib/errors/explain';
import { m } from '$lib/paraglide/messages';
import type { Action } from '$lib/state/actions.svelte';
import { changePrefs } from '$lib/state/appearance.svelte';
import { lock } from '$lib/state/lock.svelte';
import { notice } from '$lib/state/notice.svelte';
import { router } from '$lib/state/router.svelte';
import { session } from '$lib/state/session.svelte';
import { undo } from '$lib/state/undo.svelte';
import { placeKeys, placesFor } from '$features/shell/places';
import { backUpNow } from '$features/settings/backup-now';
import { palette } from './palette.svelte';
import { nextTextSize } from '$features/settings/text-sizes';

/** What the window itself can do, wherever one is. */
export function globalActions(): Action[] {
  return [
    {
      id: 'palette',
      label: m.palette_open(),
      keys: '$mod+k',
      group: 'do',
      locked: true,
      anywhere: true,
      keysOnly: true,
      run: () => palette.toggle(),
    },
    {
      id: 'lock',
      label: m.lock_now(),
      words: m.palette_words_lock(),
      icon: Lock,
      keys: '$mod+l',
      group: 'do',
      anywhere: true,
      command: () => ({ action: 'named', name: 'lock', subject: null }),
      run: () => lock.now(),
    },
    {
      id: 'backup-now',
      label: m.palette_backup(),
      words: m.palette_words_backup(),
      icon: Archive,
      group: 'do',
      command: () => ({ action: 'named', name: 'backup', subject: null }),
      run: backUpNow,
    },
    ...undoAction(),
    ...placesFor(session.sandbox).map(({ place, label, icon }, index): Action => ({
      id: `go-${place}`,
      label: label(),
      icon,
      keys: place === 'settings' ? '$mod+,' : placeKeys(index),
      alsoKeys: [placeKeys(index)],
      group: 'go',
      run: () => router.go(place),
    })),
    ...settingsActions(),
  ];
}

function undoAction(): Action[] {
  const offer = undo.offer;
  if (!offer) return [];
  // In a field, the key belongs to the text.
  return [
    { id: 'undo', label: m.undo(), keys: '$mod+z', group: 'do', notInText: true, run: () => undo.take() },
  ];
}

function settingsActions(): Action[] {
  const size = session.facts?.prefs.text_size ?? 100;
  return [
    {
      id: 'shortcuts',
      label: m.shortcuts_open(),
      words: m.palette_words_shortcuts(),
      icon: Keyboard,
      keys: '$mod+/',
      // Where the slash is on another key: German keyboards have it on Shift 7.
      alsoKeys: ['$mod+Shift+/', 'F1'],
      group: 'settings',
      locked: true,
      run: () => void (palette.sheet = true),
    },
    {
      id: 'theme',
      label: m.shortcuts_theme(),
      words: m.palette_words_theme(),
      icon: SunMoon,
      group: 'settings',
      locked: true,
      run: () => change({ theme: isDark() ? 'light' : 'dark' }),
    },
    {
      id: 'text-larger',
      label: m.shortcuts_larger(),
      words: m.palette_words_text(),
      icon: AArrowUp,
      keys: '$mod+=',
      alsoKeys: ['$mod+Shift++', '$mod++'],
      group: 'settings',
      locked: true,
      anywhere: true,
      run: () => change({ text_size: nextTextSize(size, 1) }),
    },
    {
      id: 'text-smaller',
      label: m.shortcuts_smaller(),
      words: m.palette_words_text(),
      icon: AArrowDown,
      keys: '$mod+-',
      group: 'settings',
      locked: true,
      anywhere: true,
      run: () => change({ text_size: nextTextSize(size, -1) }),
    },
  ];
}

async function change(patch: PrefsPatch): Promise<void> {
  try {
    await changePrefs(patch);
  } catch (thrown) {
    notice.show(explain(failureOf(thrown)).what, 'warn');
  }
}

function isDark(): boolean {
  const { theme } = document.documentElement.dataset;
  return theme ? theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
}
