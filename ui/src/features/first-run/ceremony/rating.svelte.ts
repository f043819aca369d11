import { call } from '$lib/backend';
import type { PassphraseRating } from '$lib/bindings';
import { m } from '$lib/paraglide/messages';

const PAUSE = 150;

/** How hard a passphrase is to guess, by the agent's word, a moment after the last key. */
export class Rating {
  #rated = $state.raw<PassphraseRating>();
  #latest = '';
  #timer: ReturnType<typeof setTimeout> | undefined;

  readonly word = $derived.by(() => {
    if (!this.#rated) return undefined;
    return this.#rated.score < 3 ? 'weak' : this.#rated.score === 3 ? 'fair' : 'strong';
  });
  /** Whether the agent will take it. */
  readonly good = $derived((this.#rated?.score ?? 0) >= 3);
  /** The one reason, where there is one. */
  readonly reason = $derived(reason(this.#rated));

  of(passphrase: string): void {
    clearTimeout(this.#timer);
    this.#latest = passphrase;
    this.#rated = undefined;
    if (passphrase === '') return;
    this.#timer = setTimeout(() => void this.#ask(passphrase), PAUSE);
  }

  forget(): void {
    clearTimeout(this.#timer);
    this.#latest = '';
    this.#rated = undefined;
  }

  async #ask(passphrase: string): Promise<void> {
    try {
      const rated = await call('passphrase.rate', { passphrase });
      if (passphrase === this.#latest) this.#rated = rated;
    } catch {
      // Without a rating it cannot be used; the next key asks again.
    }
  }
}

/** The estimator's reasons come in English; each has its sentence here, and the rest one for all. */
function reason(rated: PassphraseRating | undefined): string | undefined {
  const hint = rated?.hint;
  if (!hint) return undefined;
  const found = REASONS.find(([pattern]) => pattern.test(hint));
  return (found?.[1] ?? m.first_run_weak_other)();
}

const REASONS: [RegExp, () => string][] = [
  [/^(straight rows|short keyboard|use a longer keyboard)/i, m.first_run_weak_keyboard],
  [/^(repeats|avoid repeated)/i, m.first_run_weak_repeats],
  [/^(sequences|avoid sequences)/i, m.first_run_weak_sequence],
  [/^(this is a|this is similar|a word by itself)/i, m.first_run_weak_common],
  [/^(recent years|dates|avoid (recent|years|dates))/i, m.first_run_weak_dates],
  [/^(names|common names)/i, m.first_run_weak_names],
  [/^(capitali[sz]ation|all-uppercase|reversed|predictable)/i, m.first_run_weak_tricks],
];
