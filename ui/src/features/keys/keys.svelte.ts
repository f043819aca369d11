import { SvelteMap } from 'svelte/reactivity';
import { call, failureOf } from '$lib/backend';
import type { Failure, KeyUse, KeyView } from '$lib/bindings';

/** The keys and how each has been used. Lives as long as the screen. */
export class KeyShelf {
  keys = $state.raw<KeyView[]>([]);
  fresh = $state(true);
  failure = $state<Failure>();
  readonly uses = new SvelteMap<string, KeyUse>();

  async load(): Promise<void> {
    try {
      this.keys = (await call('key.list', {})).keys;
      this.failure = undefined;
      await Promise.all(this.keys.map((key) => this.#loadUse(key.id)));
    } catch (thrown) {
      this.failure = failureOf(thrown);
    } finally {
      this.fresh = false;
    }
  }

  async #loadUse(id: string): Promise<void> {
    const use = await call('key.use', { key: id }).catch(() => undefined);
    if (use) this.uses.set(id, use);
  }
}
