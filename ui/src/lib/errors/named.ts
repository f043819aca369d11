import type { Failure } from '$lib/bindings';
import * as format from '$lib/i18n/format';

/** A sentence that needs a fact of the failure; none where the failure does not carry it. */
export type Named = (failure: Failure) => string | undefined;
type Sentence = (slots: { value: string }) => string;

/** The fact as it is. */
export function text(fact: string, sentence: Sentence): Named {
  return (failure) => {
    const value = failure.facts?.[fact];
    return value ? sentence({ value: shortened(value) }) : undefined;
  };
}

/** A whole number. */
export function number(fact: string, sentence: Sentence): Named {
  return numeric(fact, sentence, (value) => format.number(value));
}

/** A time, in Unix milliseconds. */
export function moment(fact: string, sentence: Sentence): Named {
  return numeric(fact, sentence, format.moment);
}

/** Bytes. */
export function bytes(fact: string, sentence: Sentence): Named {
  return numeric(fact, sentence, format.bytes);
}

/** Seconds, as people say them: `4 minutes`. */
export function span(fact: string, sentence: Sentence): Named {
  return numeric(fact, sentence, (value) => format.span(Math.abs(value) * 1000));
}

function numeric(fact: string, sentence: Sentence, shown: (value: number) => string): Named {
  return (failure) => {
    const value = Number.parseFloat(failure.facts?.[fact] ?? '');
    return Number.isFinite(value) ? sentence({ value: shown(value) }) : undefined;
  };
}

function shortened(value: string): string {
  return value.length > 120 ? `${value.slice(0, 119)}…` : value;
}
