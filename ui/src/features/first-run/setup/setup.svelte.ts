/** Where the set-up stands. The vault comes into being at the end of `recovery`; the rest can wait. */
export const STEPS = ['passphrase', 'phone', 'recovery', 'key', 'permission', 'message'] as const;
export type Step = (typeof STEPS)[number];

class Setup {
  step = $state<Step>('passphrase');
  /** The sender that the permission was asked for, kept for the first message. */
  sender = $state('');
  /** The key that was imported last. */
  key = $state<string>();

  readonly number = $derived(STEPS.indexOf(this.step) + 1);

  next(): void {
    this.step = STEPS[this.number] ?? 'message';
  }

  back(): void {
    this.step = STEPS[this.number - 2] ?? 'passphrase';
  }

  /** From the start, with nothing known. */
  reset(): void {
    this.step = 'passphrase';
    this.sender = '';
    this.key = undefined;
  }
}

export const setup = new Setup();
