/**
 * Locking from the window. Whoever holds text that is not saved yet registers it with `beforeLock`: at a lock
 * the rest is posted, the cover is painted, and only then is the agent asked to drop its keys. The decrypted
 * text leaves the page with the cover; after the next unlock it comes back from the agent's drafts.
 */
import { call, failureOf } from '$lib/backend';
import type { Failure } from '$lib/bindings';
import { session } from './session.svelte';

type Keep = () => void | Promise<void>;

class Lock {
  /** The cover is up, the agent has not answered yet. */
  covering = $state(false);
  /** Why the last lock failed, if so: the vault is still open. */
  failure = $state<Failure>();
  #keeps = new Set<Keep>();

  /** Saves something at a lock, until the returned function is called. Use inside `$effect`. */
  beforeLock(keep: Keep): () => void {
    this.#keeps.add(keep);
    return () => this.#keeps.delete(keep);
  }

  /** Locks now. What takes longer than two seconds to save is left to the agent's last draft. */
  async now(): Promise<void> {
    if (this.covering) return;
    const kept = Promise.allSettled([...this.#keeps].map(async (keep) => keep()));
    this.covering = true;
    this.failure = undefined;
    try {
      await Promise.race([kept, new Promise((late) => setTimeout(late, 2000))]);
      await call('lock', {});
      // The cover stays until the page knows: the window of before must not flash up again.
      await session.refresh();
    } catch (thrown) {
      this.failure = failureOf(thrown);
    } finally {
      this.covering = false;
    }
  }
}

export const lock = new Lock();
