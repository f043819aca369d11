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

/** The address of a proxy as typed, if it is one. */
export function proxyOf(text: string): string | undefined {
  try {
    const address = text.trim();
    const { protocol, hostname } = new URL(address);
    return ['http:', 'https:', 'socks5:', 'socks5h:'].includes(protocol) && hostname ? address : undefined;
  } catch {
    return undefined;
  }
}
