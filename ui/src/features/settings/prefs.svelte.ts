import { failureOf } from '$lib/backend';
import type { Failure, PrefsPatch } from '$lib/bindings';
import { changePrefs } from '$lib/state/appearance.svelte';

/** Changes to the window's preferences, and why the last one was refused. */
export class PrefsChange {
  failure = $state.raw<Failure>();

  async change(patch: PrefsPatch): Promise<void> {
    try {
      await changePrefs(patch);
      this.failure = undefined;
    } catch (thrown) {
      this.failure = failureOf(thrown);
    }
  }
}
