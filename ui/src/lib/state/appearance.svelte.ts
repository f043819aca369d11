import { call } from '$lib/backend';
import type { Prefs, PrefsPatch } from '$lib/bindings';
import { applyLanguage } from '$lib/i18n/language';
import { session } from './session.svelte';

/** Puts theme, text size and language on the document. */
export function applyPrefs(prefs: Prefs, locale: string): void {
  const root = document.documentElement;
  if (prefs.theme === 'system') delete root.dataset.theme;
  else root.dataset.theme = prefs.theme;
  root.style.fontSize = `${prefs.text_size}%`;
  root.dataset.density = prefs.compact ? 'compact' : 'normal';
  applyLanguage(prefs.language, locale);
}

/** Changes preferences and shows them at once. */
export async function changePrefs(patch: PrefsPatch): Promise<void> {
  const prefs = await call('prefs.change', patch);
  if (!session.facts) return;
  session.facts.prefs = prefs;
  applyPrefs(prefs, session.facts.locale);
}
