/**
 * A send: held where the message goes outside, then with Google, then a result that stays until dismissed.
 * During the hold nothing is recorded or sent, and a lock ends it: the draft is as it was.
 */
import { call, failureOf } from '$lib/backend';
import type { Draft, Failure, SendEvent, SendPhase, SendReport, SendRequest } from '$lib/bindings';

/** What is to be sent. */
export interface Outgoing {
  draft: Draft;
  key: string | null;
  allow_blocked: boolean;
  /** Seconds to wait first. */
  hold: number;
  /** Whether this is the message that is open now. */
  current: () => boolean;
  /** The message was accepted. */
  accepted: () => void | Promise<void>;
}

export type SendState =
  | { state: 'idle' }
  | { state: 'holding'; until: number }
  | {
      state: 'going';
      request: string | undefined;
      phase: SendPhase | undefined;
      sent: number;
      total: number;
      /** Bytes a second, once two readings tell. */
      speed: number | undefined;
      /** Google asked to wait until then. */
      waiting: number | undefined;
      cancelling: boolean;
      /** The cancel came after the last byte. */
      too_late: boolean;
    }
  | { state: 'accepted'; at: number; report: SendReport; message_id: string }
  | {
      state: 'failed';
      at: number;
      failure: Failure;
      unknown: boolean;
      /** The send, where one was recorded. */
      request: string | undefined;
      current: () => boolean;
    };

export class Sending {
  now = $state<SendState>({ state: 'idle' });
  /** What is, or was, sent: for "send again". */
  outgoing = $state.raw<Outgoing>();

  /** The message can be neither changed nor sent a second time now. */
  readonly busy = $derived(this.now.state === 'holding' || this.now.state === 'going');

  #timer: ReturnType<typeof setTimeout> | undefined;
  #readings: [number, number][] = [];

  /** Sends, after the hold. */
  begin(outgoing: Outgoing): void {
    if (this.busy) return;
    this.outgoing = outgoing;
    if (outgoing.hold <= 0) return void this.#go(outgoing);
    const millis = outgoing.hold * 1000;
    this.now = { state: 'holding', until: Date.now() + millis };
    this.#timer = setTimeout(() => void this.#go(outgoing), millis);
  }

  /** Sends without waiting for the end of the hold. */
  hurry(): void {
    if (this.now.state !== 'holding' || !this.outgoing) return;
    clearTimeout(this.#timer);
    void this.#go(this.outgoing);
  }

  /** Takes the message back, or asks the agent to. */
  async cancel(): Promise<void> {
    if (this.now.state === 'holding') {
      clearTimeout(this.#timer);
      this.now = { state: 'idle' };
      return;
    }
    if (this.now.state !== 'going' || !this.now.request) return;
    this.now.cancelling = true;
    if (this.now.phase === 'confirming') this.now.too_late = true;
    await call('send.cancel', { request_id: this.now.request }).catch(() => undefined);
  }

  /** The vault was locked: what is held goes back to being a draft. */
  locked(): void {
    if (this.now.state === 'holding') void this.cancel();
    if (this.now.state === 'accepted') this.now = { state: 'idle' };
    if (!this.busy) this.outgoing = undefined;
  }

  /** Puts the result away. */
  dismiss(): void {
    if (!this.busy) this.now = { state: 'idle' };
  }

  /** An unknown end may be known by now: the agent asks Google once it runs again, and the history has it. */
  async settle(): Promise<void> {
    const { now } = this;
    if (now.state !== 'failed' || !now.unknown || !now.request) return;
    const item = await call('history.show', { id: now.request }).catch(() => undefined);
    const report = item?.report;
    if (!report || this.now !== now) return;
    if (report.outcome.outcome === 'sent') {
      // The draft stays: the text may have been changed since.
      this.now = { state: 'accepted', at: Date.now(), report, message_id: report.outcome.message_id };
    } else if (report.outcome.outcome === 'not-sent') {
      this.#fail(report.outcome.failure, false, now.current);
    }
  }

  async #go({ draft, key, allow_blocked, current, accepted }: Outgoing): Promise<void> {
    this.#readings = [];
    this.now = {
      state: 'going',
      request: undefined,
      phase: undefined,
      sent: 0,
      total: 0,
      speed: undefined,
      waiting: undefined,
      cancelling: false,
      too_late: false,
    };
    const request: SendRequest = { draft, key, mode: 'send', allow_blocked };
    try {
      const report = await call('send', request, { onEvent: (event) => this.#on(event) });
      const { outcome } = report;
      if (outcome.outcome === 'sent') {
        this.now = { state: 'accepted', at: Date.now(), report, message_id: outcome.message_id };
        await accepted();
      } else if ('failure' in outcome) this.#fail(outcome.failure, outcome.outcome === 'unknown', current);
    } catch (thrown) {
      const failure = this.#whatIsKnown(failureOf(thrown));
      this.#fail(failure, failure.code === 'send-unknown', current);
    }
  }

  /** Where the agent went away with bytes on their way, nobody here knows what became of them. */
  #whatIsKnown(failure: Failure): Failure {
    const { now } = this;
    const away = failure.code === 'agent-not-running' || failure.code === 'internal';
    const began = now.state === 'going' && (now.phase === 'uploading' || now.phase === 'confirming');
    return away && began ? { ...failure, code: 'send-unknown', what: '', remedy: '' } : failure;
  }

  #fail(failure: Failure, unknown: boolean, current: () => boolean): void {
    const request = this.now.state === 'going' ? this.now.request : undefined;
    this.now = { state: 'failed', at: Date.now(), failure, unknown, request, current };
  }

  #on(event: SendEvent): void {
    const { now } = this;
    if (now.state !== 'going') return;
    if (event.event === 'started') {
      now.request = event.request_id;
      now.total = event.bytes;
    } else if (event.event === 'phase') {
      now.phase = event.phase;
      now.waiting = undefined;
    } else if (event.event === 'progress') {
      [now.sent, now.total, now.waiting] = [event.sent, event.total, undefined];
      now.speed = this.#speed(event.sent) ?? now.speed;
    } else now.waiting = Date.now() + event.millis;
  }

  /** Over the last three seconds: what matters is now, not the average since the start. */
  #speed(sent: number): number | undefined {
    const at = Date.now();
    this.#readings = [...this.#readings.filter(([then]) => at - then < 3000), [at, sent]];
    const [first] = this.#readings;
    if (!first || at - first[0] < 200 || sent <= first[1]) return undefined;
    return ((sent - first[1]) * 1000) / (at - first[0]);
  }
}

export const sending = new Sending();
