import { call, failureOf } from '$lib/backend';
import type { Failure, Settings, SettingsPatch } from '$lib/bindings';
import { session } from '$lib/state/session.svelte';

/** The agent's settings: those of the vault. Those of the window are `session.facts.prefs`. */
export class VaultSettings {
  current = $state.raw<Settings>();
  /** Why they cannot be read. */
  failure = $state.raw<Failure>();
  /** Which change was refused last, and why. */
  refused = $state.raw<{ field: keyof SettingsPatch; failure: Failure }>();

  async load(): Promise<void> {
    try {
      this.current = await call('settings.show', {});
      this.failure = undefined;
    } catch (thrown) {
      this.failure = failureOf(thrown);
    }
  }

  /** Changes at once; the old value comes back if it is refused. Whether it was taken. */
  async change(patch: SettingsPatch): Promise<boolean> {
    const before = this.current;
    if (before) this.current = { ...before, ...(patch as Partial<Settings>) };
    this.refused = undefined;
    try {
      this.current = await call('settings.change', patch);
      return true;
    } catch (thrown) {
      this.current = before;
      const [field] = Object.keys(patch) as (keyof SettingsPatch)[];
      if (field) this.refused = { field, failure: failureOf(thrown) };
      return false;
    }
  }

  /** Follows changes by others until the returned function is called. */
  follow(): () => void {
    return session.listen((event) => {
      if (event.event === 'changed' && event.area === 'settings') void this.load();
    });
  }
}
