import { CODES as ALL, SENTENCES, type Code } from '$lib/bindings';

export interface CodeEntry {
  what: () => string;
  remedy: () => string;
  tone: 'warn' | 'danger';
  retry: boolean;
}

/** Every code; a new one without an entry does not compile. */
export const CODES: Record<Code, CodeEntry> = Object.fromEntries(
  ALL.map((code) => [
    code,
    { what: () => SENTENCES[code].what, remedy: () => SENTENCES[code].remedy, tone: 'warn', retry: false },
  ]),
) as Record<Code, CodeEntry>;
