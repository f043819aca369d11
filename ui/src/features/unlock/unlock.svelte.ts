import { call, failureOf } from '$lib/backend';
import type { Code, Failure, Unlocked } from '$lib/bindings';

/** Codes of the phone change every 30 seconds. */
const STEP = 30_000;

/** The unlock form: what is typed, what the last try said, what may be said about it. */
export class UnlockForm {
  passphrase = $state('');
  code = $state('');
  /** The person says that the phone's clock may be off. */
  wide = $state(false);
  opening = $state(false);
  failure = $state.raw<Failure>();
  /** Wrong tries since the form was opened. */
  wrong = $state(0);
  /** The code of the last try. */
  tried = $state('');
  /** When the code that was used already is replaced by the next. */
  nextCodeAt = $state<number>();

  readonly complete = $derived(this.passphrase !== '' && this.code.length === 6);
  /** A whole code is there that has not been tried yet. */
  readonly fresh = $derived(this.code.length === 6 && this.code !== this.tried);
  /** The widening is offered where it can help: the clock is off, or codes were refused twice. */
  readonly offersWide = $derived(this.failure?.code === 'clock-off' || this.wrong >= 2 || this.wide);

  /** Tries to open the vault. The passphrase stays if it fails; after it has opened nothing stays. */
  async submit(): Promise<Unlocked | undefined> {
    if (!this.complete || this.opening) return undefined;
    this.opening = true;
    this.failure = undefined;
    this.nextCodeAt = undefined;
    try {
      const { passphrase, code, wide } = this;
      this.tried = code;
      const unlocked = await call('unlock', { passphrase, code, wide });
      this.clear();
      return unlocked;
    } catch (thrown) {
      this.#refused(failureOf(thrown));
      return undefined;
    } finally {
      this.opening = false;
    }
  }

  /** Forgets what was typed. */
  clear(): void {
    this.passphrase = '';
    this.code = '';
    this.tried = '';
  }

  #refused(failure: Failure): void {
    this.failure = failure;
    if (failure.code === 'wrong-passphrase-or-code') this.wrong += 1;
    if (failure.code === 'code-already-used') {
      const seconds = Number.parseFloat(failure.facts?.wait_seconds ?? '');
      this.nextCodeAt = Date.now() + (Number.isFinite(seconds) ? seconds * 1000 : millisLeft(Date.now()));
    }
  }
}

/** Seconds until the phone shows the next code. */
export function secondsLeft(now: number): number {
  return Math.ceil(millisLeft(now) / 1000);
}

/** Which recovery can open a vault that refused for this reason, if one can. */
export function recoveryFor(code: Code): 'code' | 'kit' | undefined {
  if (code === 'code-table-ended') return 'code';
  if (code === 'keychain-item-missing' || code === 'vault-rolled-back') return 'kit';
  return undefined;
}

function millisLeft(now: number): number {
  return STEP - (now % STEP);
}
