import type { Language } from './language';

/** The language in use, and the locale for dates and numbers. Reading them makes a view follow. */
class CurrentLanguage {
  current = $state<Language>('en');
  locale = $state('en-GB');
}

export const language = new CurrentLanguage();
