/**
 * A send: held where the message goes outside, then with Google, then a result that stays until dismissed.
 * During the hold nothing is recorded or sent, and a lock ends it: the draft is as it was.
 */
import { call, failureOf } from '$lib/backend';
import { shared } from '$features/team/shared.svelte';
import type {
  Draft,
  Failure,
  SendEvent,
  SendPhase,
  SendReport,
  SendRequest,
  SharedSend,
} from '$lib/bindings';

/** A send through the host that has the key. */
export interface Via {
  /** The key, as the host's list names it. */
  key: string;
  /** The host's key, hex. */
  host: string;
  /** Its name. */
  name: string;
  /** A fresh code, where the grant wants one. */
  code: string | null;
}

/** What is to be sent. */
export interface Outgoing {
  draft: Draft;
  key: string | null;
  allow_blocked: boolean;
  /** With a key that another shares; none: with one of this vault. */
  via?: Via | undefined;
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
      /** Through which host. */
      via: string | undefined;
      /** The host has it all, and is sending it. */
      at_host: boolean;
    }
  | { state: 'approval'; at: number; request: string; via: Via }
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
  /** A code for a host whose grant wants one. */
  code = $state('');
  /** What is, or was, sent: for "send again". */
  outgoing = $state.raw<Outgoing>();

  /** A host asked for a code, or refused the one it got. */
  readonly code_asked = $derived(
    this.now.state === 'failed' && ['code-needed', 'member-code-wrong'].includes(this.now.failure.code),
  );

  /** The message can be neither changed nor sent a second time now. */
  readonly busy = $derived(this.now.state === 'holding' || this.now.state === 'going');

  #timer: ReturnType<typeof setTimeout> | undefined;
  #readings: [number, number][] = [];
  /** A try that the host may know: the same message is not sent twice. */
  #tried: { mark: string; request: string } | undefined;

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
    if (this.now.state === 'accepted' || this.now.state === 'approval') this.now = { state: 'idle' };
    if (!this.busy) this.outgoing = undefined;
    this.code = '';
  }

  /** Puts the result away. */
  dismiss(): void {
    if (!this.busy) this.now = { state: 'idle' };
  }

  /** An unknown end may be known by now: the agent asks Google once it runs again, and the history has it. */
  async settle(): Promise<void> {
    const { now } = this;
    if (now.state === 'approval') return this.#answered(now);
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

  /** Whether somebody has approved the message by now. */
  async #answered(now: SendState & { state: 'approval' }): Promise<void> {
    const reply = await call('shared.sends', { host: now.via.host }).catch(() => undefined);
    const found = reply?.sends.find((one) => one.request === now.request);
    if (!found || this.now !== now) return;
    void shared.load();
    const { outgoing } = this;
    if (found.state === 'sent') {
      const report = reportOf(found, Date.now() - now.at);
      this.now = { state: 'accepted', at: Date.now(), report, message_id: found.message_id ?? '' };
      await outgoing?.accepted();
    } else if (found.failure) {
      this.#fail(found.failure, found.state === 'unknown', outgoing?.current ?? (() => true));
    }
  }

  async #go(outgoing: Outgoing): Promise<void> {
    const { draft, key, allow_blocked, via, current, accepted } = outgoing;
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
      via: via?.name,
      at_host: false,
    };
    const mark = via && JSON.stringify([draft, via.key]);
    const earlier = this.#tried?.mark === mark ? (this.#tried?.request ?? null) : null;
    this.#tried = undefined;
    const request: SendRequest = { draft, key, mode: 'send', allow_blocked };
    try {
      const onEvent = (event: SendEvent) => this.#on(event);
      const report = via
        ? await call(
            'shared.send',
            { draft, key: via.key, allow_blocked, code: via.code, request: earlier },
            { onEvent },
          )
        : await call('send', request, { onEvent });
      const { outcome } = report;
      if (outcome.outcome === 'sent') {
        this.now = { state: 'accepted', at: Date.now(), report, message_id: outcome.message_id };
        await accepted();
      } else if ('failure' in outcome) this.#fail(outcome.failure, outcome.outcome === 'unknown', current);
    } catch (thrown) {
      const failure = this.#whatIsKnown(failureOf(thrown));
      const known = failure.facts?.request;
      if (via && known && failure.code === 'approval-needed') {
        const request = failure.facts?.listed ?? known;
        this.now = { state: 'approval', at: Date.now(), request, via };
        return;
      }
      const lost = failure.code === 'host-away' || failure.code === 'send-unknown';
      if (mark && known && lost) this.#tried = { mark, request: known };
      this.#fail(failure, failure.code === 'send-unknown', current);
    } finally {
      // What is left of a grant has changed, or the grant has.
      if (via) void shared.load();
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
      // The host's own phases come once it has everything.
      if (now.via !== undefined && (event.phase === 'recording' || event.phase === 'token'))
        now.at_host = true;
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

/** What a host's list says of a send, as the report that its end would have been. */
function reportOf(found: SharedSend, millis: number): SendReport {
  return {
    request_id: found.request,
    outcome: { outcome: 'sent', message_id: found.message_id ?? '', thread_id: '' },
    bytes: found.bytes,
    millis,
    recipients: found.recipients,
    findings: [],
    attachments: [],
    audit: null,
    timeline: [],
  };
}
