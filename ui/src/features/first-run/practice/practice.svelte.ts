/** The practice: a real vault, a real send, all inside the sandbox. The person makes only the real gestures. */
import { call, failureOf } from '$lib/backend';
import type {
  Delivered,
  Draft,
  Failure,
  FileFacts,
  PracticeCode,
  SendReport,
  Practice as Given,
} from '$lib/bindings';
import { m } from '$lib/paraglide/messages';
import { session } from '$lib/state/session.svelte';
import { firstRun } from '../first-run.svelte';

export type Stage = 'preparing' | 'code' | 'message' | 'sending' | 'arrived';

const ARRIVES_WITHIN = 20_000;
const LOOK_EVERY = 400;

export class Practice {
  given = $state.raw<Given>();
  /** The file that is attached. */
  file = $state.raw<FileFacts>();
  code = $state('');
  sent = $state.raw<SendReport>();
  progress = $state<{ sent: number; total: number }>();
  delivered = $state.raw<Delivered>();
  failure = $state.raw<Failure>();
  busy = $state(false);

  readonly stage = $derived.by((): Stage => {
    if (this.delivered) return 'arrived';
    if (!this.given || !session.vault) return 'preparing';
    if (session.vault.state !== 'unlocked') return 'code';
    return this.busy ? 'sending' : 'message';
  });

  /** Makes the practice vault, or finds the one there is. */
  prepare(): Promise<void> {
    return this.#run(async () => {
      await firstRun.switchTo('sandbox');
      this.given = await call('practice.begin', {});
      await session.refresh();
    });
  }

  unlock(): Promise<void> {
    return this.#run(async () => {
      const passphrase = this.given?.passphrase ?? '';
      const code = this.code;
      await call('unlock', { passphrase, code, wide: false });
      this.code = '';
      await session.refresh();
    });
  }

  async pick(): Promise<void> {
    await this.#run(async () => {
      const { files } = await call('files.pick', { purpose: 'attachment', multiple: false });
      this.attach(files);
    });
  }

  attach(files: FileFacts[]): void {
    const file = files.find(({ state }) => state === 'readable');
    if (file) this.file = file;
  }

  /** Sends the message for real, into the sandbox, and waits until it is in the inbox. */
  send(): Promise<void> {
    return this.#run(async () => {
      const known = (await call('sandbox.inbox', { limit: 50 })).messages.map(({ id }) => id);
      const report = await call(
        'send',
        { draft: this.draft, key: null, mode: 'send', allow_blocked: false },
        {
          onEvent: (event) => {
            if (event.event === 'progress') this.progress = { sent: event.sent, total: event.total };
          },
        },
      );
      if (report.outcome.outcome === 'not-sent' || report.outcome.outcome === 'unknown') {
        this.failure = report.outcome.failure;
        return;
      }
      this.sent = report;
      this.delivered = await arrival(known);
    });
  }

  /** On to the real thing. */
  setUpForReal(): Promise<void> {
    return this.#run(() => firstRun.setUpForReal());
  }

  get draft(): Draft {
    return {
      from: this.given?.sender ?? '',
      to: [this.given?.recipient ?? ''],
      cc: [],
      bcc: [],
      reply_to: [],
      subject: m.first_run_practice_subject(),
      text: m.first_run_practice_text(),
      attachments: this.file ? [{ handle: this.file.handle }] : [],
    };
  }

  async #run(work: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.failure = undefined;
    try {
      await work();
    } catch (thrown) {
      this.failure = failureOf(thrown);
    } finally {
      this.busy = false;
      this.progress = undefined;
    }
  }
}

/** What the practice's phone shows, if this vault is a practice. */
export function readPhone(): Promise<PracticeCode> {
  return call('practice.phone', {});
}

async function arrival(known: string[]): Promise<Delivered | undefined> {
  const until = Date.now() + ARRIVES_WITHIN;
  while (Date.now() < until) {
    const { messages } = await call('sandbox.inbox', { limit: 10 });
    const arrived = messages.find(({ id }) => !known.includes(id));
    if (arrived) return call('sandbox.message', { id: arrived.id });
    await new Promise((next) => setTimeout(next, LOOK_EVERY));
  }
  return undefined;
}
