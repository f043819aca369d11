import { call } from '$lib/backend';
import type { HostStatus, ServingView } from '$lib/bindings';
import { clock } from '$lib/i18n/format';
import { m } from '$lib/paraglide/messages';
import { session } from '$lib/state/session.svelte';
import { own } from './desks.svelte';

/** Whether this vault serves a team now: for the sidebar, on every screen. */
class Serving {
  #status = $state.raw<HostStatus>();
  /** The newer of the two: the Team screen asks as well. */
  readonly now = $derived((own.status ?? this.#status)?.serving ?? undefined);

  /** Follows it until the returned function is called. */
  follow(): () => void {
    void this.#load();
    const forget = session.listen((event) => {
      if (event.event === 'changed' && event.area === 'team') void this.#load();
    });
    const timer = setInterval(() => void this.#load(), 30_000);
    return () => {
      forget();
      clearInterval(timer);
      this.#status = undefined;
    };
  }

  /** Stops it. */
  async stop(): Promise<void> {
    this.#take(await call('host.stop', {}));
  }

  async #load(): Promise<void> {
    const status = await call('host.show', {}).catch(() => undefined);
    if (status) this.#take(status);
  }

  #take(status: HostStatus): void {
    this.#status = status;
    if (own.status) own.status = status;
  }
}

export const serving = new Serving();

/** `Serving 3 people until 17:00`. */
export function servingText(now: ServingView): string {
  const count = now.connected.length;
  if (count === 0)
    return now.until === null
      ? m.team_serving_nobody_open()
      : m.team_serving_nobody_until({ time: clock(now.until) });
  return now.until === null
    ? m.team_serving_open({ count })
    : m.team_serving_until({ count, time: clock(now.until) });
}
