import { overwriteGetLocale } from '$lib/paraglide/runtime';
import { language } from './language.svelte';

/** The languages there are. */
export const LANGUAGES = ['en', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];

/**
 * Applies the setting: a language, or `system` for the desktop's as the window reports it. The page's own
 * guess (`navigator.language`) is `C` under `LANG=C` and is never used.
 */
export function applyLanguage(setting: string, locale: string): void {
  const tag = setting === 'system' ? locale : setting;
  pseudo(tag);
  const found = LANGUAGES.find((known) => known === tag.slice(0, 2)) ?? 'en';
  language.locale = safeLocale(setting === 'system' || found === locale.slice(0, 2) ? locale : found);
  language.current = found;
  overwriteGetLocale(() => language.current);
  document.documentElement.lang = found;
}

/** Test builds have a pseudo-locale (pseudo-locale.ts); elsewhere nobody looks at the mark. */
function pseudo(tag: string): void {
  if (tag === 'en-XA') Object.assign(globalThis, { __SIGNET_PSEUDO__: true });
  else Reflect.deleteProperty(globalThis, '__SIGNET_PSEUDO__');
}

/** A locale that `Intl` takes; British English otherwise. */
function safeLocale(tag: string): string {
  try {
    return Intl.getCanonicalLocales(tag)[0] ?? 'en-GB';
  } catch {
    return 'en-GB';
  }
}
