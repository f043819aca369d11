import { call, failureOf } from '$lib/backend';
import type { Failure, Settings, SettingsPatch } from '$lib/bindings';
import { session } from '$lib/state/session.svelte';

/** The agent's settings: those of the vault. Those of the window are `session.facts.prefs`. */
export class VaultSettings {
  current = $state.raw<Settings>();
  /** Why they cannot be read, or why the last change was refused. */
  failure = $state.raw<Failure>();

  async load(): Promise<void> {
    await this.#run(async () => {
      this.current = await call('settings.show', {});
    });
  }

  /** Changes at once; the old value comes back if it is refused. Whether it was taken. */
  async change(patch: SettingsPatch): Promise<boolean> {
    const before = this.current;
    if (before) this.current = { ...before, ...(patch as Partial<Settings>) };
    const taken = await this.#run(async () => {
      this.current = await call('settings.change', patch);
    });
    if (!taken) this.current = before;
    return taken;
  }

  /** Follows changes by others until the returned function is called. */
  follow(): () => void {
    return session.listen((event) => {
      if (event.event === 'changed' && event.area === 'settings') void this.load();
    });
  }

  async #run(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      this.failure = undefined;
      return true;
    } catch (thrown) {
      this.failure = failureOf(thrown);
      return false;
    }
  }
}

/** Minutes as typed, in seconds; none if they are not 1 to 1440. */
export function idleSeconds(text: string): number | undefined {
  const minutes = Number(text.trim());
  return Number.isInteger(minutes) && minutes >= 1 && minutes <= 1440 ? minutes * 60 : undefined;
}

/** Domains as typed, or the first that is none. */
export function domainsOf(text: string): { domains: string[] } | { fault: string } {
  const domains = text
    .split(/[\s,;]+/)
    .map((domain) => domain.replace(/^@/, '').toLowerCase())
    .filter(Boolean);
  const fault = domains.find((domain) => !/^[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)+$/u.test(domain));
  return fault === undefined
    ? { domains: domains.filter((domain, at) => domains.indexOf(domain) === at) }
    : { fault };
}

/** Whether keeping so many days removes messages that are kept now; 0 = keep none. */
export function removesHistory(from: number, to: number): boolean {
  return from !== 0 && to < from;
}
