import { SENTENCES, type Failure } from '$lib/bindings';
import { language } from '$lib/i18n/language.svelte';
import { CODES, type CodeEntry, type FailureAction } from './codes';

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
  /** What else the window can do about it. */
  action: FailureAction | undefined;
}

/** What a person is told. The agent's own more exact sentence wins where it speaks their language. */
export function explain(failure: Failure): Explained {
  // A window and an agent of two versions: a code that this window does not know.
  const entry: CodeEntry = CODES[failure.code] ?? CODES.unsupported;
  return {
    what: entry.named?.(failure) ?? exact(failure) ?? entry.what(),
    remedy: entry.remedy(),
    tone: entry.tone,
    retry: entry.retry,
    action: entry.action,
  };
}

function exact({ code, what }: Failure): string | undefined {
  if (!what || what === SENTENCES[code]?.what || language.current !== 'en') return undefined;
  return what.includes('`') ? undefined : what;
}
