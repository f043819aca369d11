/** What the agent says of the message before it is sent: asked again at each pause in typing. */
import { call, failureOf } from '$lib/backend';
import type { Failure, MessageChecked, PageMessage } from '$lib/bindings';

const PAUSE_MS = 300;

export class Check {
  result = $state<MessageChecked>();
  failure = $state<Failure>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #turn = 0;

  /** Asks soon, or at once; only the answer to the last question counts. */
  ask(message: PageMessage, at_once = false): void {
    clearTimeout(this.#timer);
    const turn = ++this.#turn;
    this.#timer = setTimeout(() => void this.#ask(message, turn), at_once ? 0 : PAUSE_MS);
  }

  /** Forgets the answer: another message is open. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#turn++;
    this.result = this.failure = undefined;
  }

  async #ask(message: PageMessage, turn: number): Promise<void> {
    try {
      const result = await call('message.check', message);
      if (turn === this.#turn) [this.result, this.failure] = [result, undefined];
    } catch (thrown) {
      if (turn === this.#turn) [this.result, this.failure] = [undefined, failureOf(thrown)];
    }
  }
}

export const check = new Check();
