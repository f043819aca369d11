/** Sends of other programs, followed until they end. */
import { SvelteMap } from 'svelte/reactivity';
import { call } from '$lib/backend';
import type { SendUnderWay, WindowEvent } from '$lib/bindings';
import { sending } from './sending.svelte';

class Others {
  sends = $state<SendUnderWay[]>([]);
  /** Which program sends what. */
  programs = new SvelteMap<string, string>();
  #followed = new Set<string>();

  /** Reads what is under way. */
  async refresh(event?: Extract<WindowEvent, { event: 'send-began' | 'send-ended' }>): Promise<void> {
    if (event?.event === 'send-began') this.programs.set(event.request_id, event.program);
    const reply = await call('send.list', {}).catch(() => undefined);
    if (!reply) return;
    const own = sending.now.state === 'going' ? sending.now.request : undefined;
    // One's own send may begin before its number is known here.
    const unsure = sending.now.state === 'going' && own === undefined;
    this.sends = unsure ? [] : reply.sends.filter((send) => send.request_id !== own);
    for (const { request_id } of this.sends) void this.#follow(request_id);
  }

  async #follow(request_id: string): Promise<void> {
    if (this.#followed.has(request_id)) return;
    this.#followed.add(request_id);
    const onEvent = (event: { event: string; sent?: number; total?: number }) => {
      const send = this.sends.find((one) => one.request_id === request_id);
      if (send && event.event === 'progress') [send.sent, send.total] = [event.sent ?? 0, event.total ?? 0];
    };
    await call('send.watch', { request_id }, { onEvent }).catch(() => undefined);
    this.#followed.delete(request_id);
    this.programs.delete(request_id);
    this.sends = this.sends.filter((send) => send.request_id !== request_id);
  }
}

export const others = new Others();
