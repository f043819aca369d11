/**
 * Google's permission, asked for again and again until it is there: every 15 seconds, after ten tries every
 * minute, and never while nobody looks. Only what time can put right is waited for.
 */
import { call, failureOf } from '$lib/backend';
import type { Code, Failure } from '$lib/bindings';

const SOON = 15;
const PATIENT = 60;
const PATIENT_AFTER = 10;

/** What the administrator or time puts right by itself. */
const WAITS: readonly Code[] = [
  'delegation-missing',
  'scope-missing',
  'key-refused',
  'gmail-api-disabled',
  'google-unavailable',
  'network',
  'rate-limited',
];

export class Permission {
  state = $state<'idle' | 'checking' | 'waiting' | 'stopped' | 'allowed'>('idle');
  failure = $state.raw<Failure>();
  /** Seconds until the next check. */
  left = $state(0);
  /** Whom the last check was for. */
  sender = $state('');
  #key: string | null = null;
  #tries = 0;
  #run = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly onallowed: (sender: string) => void = () => undefined) {}

  /** Checks now, and goes on until it is allowed or cannot become so. */
  async watch(sender: string, key: string | null): Promise<void> {
    this.stop();
    this.sender = sender;
    this.#key = key;
    this.#tries = 0;
    await this.#check();
  }

  /** Checks at once instead of at the end of the countdown. */
  now(): Promise<void> {
    clearInterval(this.#timer);
    return this.#check();
  }

  stop(): void {
    this.#run++;
    clearInterval(this.#timer);
    this.state = 'idle';
    this.failure = undefined;
  }

  async #check(): Promise<void> {
    const run = ++this.#run;
    this.#tries++;
    this.state = 'checking';
    let failure: Failure | undefined;
    try {
      const report = await call('check', { sender: this.sender, key: this.#key });
      failure = report.steps.find(({ status }) => status === 'failed')?.failure ?? undefined;
      if (run !== this.#run) return;
      if (report.ready) {
        this.failure = undefined;
        this.state = 'allowed';
        this.onallowed(this.sender);
        return;
      }
    } catch (thrown) {
      if (run !== this.#run) return;
      failure = failureOf(thrown);
    }
    this.failure = failure;
    if (failure && WAITS.includes(failure.code)) this.#wait();
    else this.state = 'stopped';
  }

  #wait(): void {
    this.state = 'waiting';
    this.left = this.#tries < PATIENT_AFTER ? SOON : PATIENT;
    this.#timer = setInterval(() => {
      if (document.hidden) return;
      this.left--;
      if (this.left <= 0) void this.now();
    }, 1000);
  }
}
