import { SENTENCES, type Failure } from '$lib/bindings';
import { language } from '$lib/i18n/language.svelte';
import { CODES } from './codes';

/** A failure in the reader's language. */
export interface Explained {
  /** One sentence: what happened. */
  what: string;
  /** One sentence: what to do. */
  remedy: string;
  /** Red only for what is broken; amber for what a person can put right. */
  tone: 'warn' | 'danger';
  /** Whether trying again can help. */
  retry: boolean;
}

/** What a person is told. The agent's own more exact sentence wins where it speaks their language. */
export function explain(failure: Failure): Explained {
  const entry = CODES[failure.code];
  const exact = failure.what && failure.what !== SENTENCES[failure.code].what ? failure.what : undefined;
  return {
    what: (language.current === 'en' ? exact : undefined) ?? entry.what(),
    remedy: entry.remedy(),
    tone: entry.tone,
    retry: entry.retry,
  };
}
