/**
 * Messages that another place wants written: history ("send again"), first run ("the first message"), the
 * palette (an address). Compose takes what waits here and opens it as a new draft.
 */
import type { Draft } from '$lib/bindings';
import { router } from './router.svelte';

/** A message on its way to compose; what is not named stays empty. Attachments by handle. */
export interface Waiting {
  draft: Partial<Draft>;
  /** The key: name, id or account. */
  key: string | null;
}

class Outbox {
  waiting = $state<Waiting>();

  /** Takes what waits. */
  take(): Waiting | undefined {
    const waiting = this.waiting;
    this.waiting = undefined;
    return waiting;
  }
}

export const outbox = new Outbox();

/** Opens a message in compose as a new draft, and goes there. */
export function openInCompose(draft: Partial<Draft>, key: string | null = null): void {
  outbox.waiting = { draft, key };
  router.go('compose');
}
