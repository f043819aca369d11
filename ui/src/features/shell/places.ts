import FlaskConical from '@lucide/svelte/icons/flask-conical';
import History from '@lucide/svelte/icons/history';
import KeyRound from '@lucide/svelte/icons/key-round';
import ScrollText from '@lucide/svelte/icons/scroll-text';
import Send from '@lucide/svelte/icons/send';
import Settings from '@lucide/svelte/icons/settings';
import Users from '@lucide/svelte/icons/users';
import type { Component } from 'svelte';
import { m } from '$lib/paraglide/messages';
import type { Place } from '$lib/state/router.svelte';

/** A place as sidebar, title, palette and shortcuts name it. */
export interface PlaceEntry {
  place: Place;
  label: () => string;
  icon: Component<{ class?: string }>;
  /** Only where there is a sandbox. */
  sandbox?: boolean;
}

export const PLACE_ENTRIES: PlaceEntry[] = [
  { place: 'compose', label: m.nav_compose, icon: Send },
  { place: 'history', label: m.nav_history, icon: History },
  { place: 'keys', label: m.nav_keys, icon: KeyRound },
  { place: 'team', label: m.nav_team, icon: Users },
  { place: 'activity', label: m.nav_activity, icon: ScrollText },
  { place: 'inbox', label: m.nav_inbox, icon: FlaskConical, sandbox: true },
  { place: 'settings', label: m.nav_settings, icon: Settings },
];

/** Those that exist for this vault. */
export function placesFor(sandbox: boolean): PlaceEntry[] {
  return PLACE_ENTRIES.filter((entry) => sandbox || !entry.sandbox);
}

/** The key of the n-th place, from 0, for `tinykeys`. */
export function placeKeys(index: number): string {
  return `Alt+${index + 1}`;
}
