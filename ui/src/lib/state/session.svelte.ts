import { call, failureOf } from '$lib/backend';
import type { Failure, StatusReport, WindowEvent, WindowFacts } from '$lib/bindings';

type Listener = (event: WindowEvent) => void;

/** What the window knows of itself and of the agent, kept current by one stream of events. */
class Session {
  facts = $state<WindowFacts>();
  status = $state<StatusReport>();
  /** Why the agent cannot be reached, if so. */
  away = $state<Failure>();
  /** Files are held over the window. */
  hovering = $state(false);

  readonly sandbox = $derived(this.facts?.profile === 'sandbox');
  readonly vault = $derived(this.status?.vault);
  readonly unlocked = $derived(this.status?.vault.state === 'unlocked');

  /** The agent has been started for this window, or has answered. */
  #begun = false;
  #listeners = new Set<Listener>();
  #following: AbortController | undefined;
  /** How many states the stream has brought. */
  #news = 0;

  /** Reads the facts and follows events. Called once, and again after a change of profile. */
  async start(): Promise<void> {
    try {
      this.facts = await call('window.facts', {});
    } catch (thrown) {
      this.away = failureOf(thrown);
      return;
    }
    this.#begun = false;
    this.#following?.abort();
    const following = new AbortController();
    this.#following = following;
    void this.#follow(following.signal);
  }

  /** Sees every event until the returned function is called. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Starts the background part, or the current one in place of an older one. */
  async startAgent(): Promise<void> {
    if (!this.facts) return this.start();
    await this.#ask(() => call('agent.start', {}));
  }

  /** Asks for the state now, without waiting for an event. */
  async refresh(): Promise<void> {
    await this.#ask(() => call('status', {}));
  }

  /** Takes over an answer, unless the stream has said something newer since the question. */
  async #ask(question: () => Promise<StatusReport>): Promise<void> {
    const asked = this.#news;
    try {
      const status = await question();
      if (asked !== this.#news) return;
      this.status = status;
      this.away = undefined;
    } catch (thrown) {
      if (asked === this.#news) this.away = failureOf(thrown);
    }
  }

  async #follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await call('window.events', {}, { onEvent: (event) => this.#on(event), signal });
      } catch (thrown) {
        if (signal.aborted) return;
        this.#away(failureOf(thrown));
      }
      await new Promise((next) => setTimeout(next, 500));
    }
  }

  /** At the start the window brings the agent up by itself; one that goes away later is a person's to start. */
  #away(failure: Failure): void {
    if (failure.code === 'agent-not-running' && !this.#begun) {
      this.#begun = true;
      void this.startAgent();
    } else {
      this.away = failure;
    }
  }

  #on(event: WindowEvent): void {
    if (event.event === 'status') {
      this.#begun = true;
      this.#news++;
      this.status = event.status;
      this.away = undefined;
    } else if (event.event === 'away') {
      this.#away(event.failure);
    } else if (event.event === 'hover') {
      this.hovering = event.over;
    } else if (event.event === 'dropped') {
      this.hovering = false;
    }
    for (const listener of this.#listeners) listener(event);
  }
}

export const session = new Session();
