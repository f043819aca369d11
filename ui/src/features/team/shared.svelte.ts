/** What others share with this device. It needs no vault: a member's device holds a key of its own. */
import { call, failureOf } from '$lib/backend';
import { session } from '$lib/state/session.svelte';
import type { Conditions, Failure, SharedHost, SharedKey } from '$lib/bindings';

/** A shared key with the host that has it. */
export interface Offered {
  host: SharedHost;
  key: SharedKey;
}

/** A host tells nobody that a grant has changed, or that it is back: it is asked. */
const POLL_MS = 10_000;

class Shared {
  hosts = $state.raw<SharedHost[]>([]);
  failure = $state<Failure>();
  fresh = $state(true);
  /** An invite that was opened as a link: it fills the field, and does nothing by itself. */
  link = $state('');

  readonly joined = $derived(this.hosts.filter((host) => host.member !== ''));
  readonly keys = $derived(this.joined.flatMap((host): Offered[] => host.keys.map((key) => ({ host, key }))));

  async load(): Promise<void> {
    try {
      const { hosts } = await call('shared.list', {});
      this.hosts = hosts.map((host) => this.#remembered(host));
      this.failure = undefined;
    } catch (thrown) {
      this.failure = failureOf(thrown);
    } finally {
      this.fresh = false;
    }
  }

  /** Asks now and again and again, until the returned function is called. */
  follow(): () => void {
    void this.load();
    const forget = session.listen((event) => {
      if (event.event === 'changed' && event.area === 'team') void this.load();
    });
    const timer = setInterval(() => void this.load(), POLL_MS);
    return () => {
      forget();
      clearInterval(timer);
    };
  }

  /** A host that is away for a while shares what it shared before. */
  #remembered(host: SharedHost): SharedHost {
    if (host.reachable || host.keys.length > 0 || host.failure?.code !== 'host-away') return host;
    const before = this.hosts.find((one) => one.host === host.host);
    return before ? { ...host, keys: before.keys } : host;
  }

  /** The shared key of that id. */
  find(id: string | null): Offered | undefined {
    return this.keys.find(({ key }) => key.id === id);
  }
}

export const shared = new Shared();

/** Whether this device has been removed there: it can only be forgotten. */
export function ended({ failure }: SharedHost): boolean {
  return failure?.code === 'membership-ended';
}

/** The addresses that the grants of a key allow to send as. */
export function sendersOf({ key }: Offered): string[] {
  const all = key.grants.flatMap(({ grant }) => grant.conditions.senders);
  return all.filter((sender, index) => all.indexOf(sender) === index);
}

/** What is about to be sent, as far as the page can measure it. */
export interface Measured {
  from: string;
  recipients: string[];
  bytes: number | undefined;
  types: string[];
}

/** What stands in the way of a message by every grant that lets this sender send. */
export type Obstacle =
  | { obstacle: 'sender' }
  | { obstacle: 'recipients'; addresses: string[] }
  | { obstacle: 'count'; most: number }
  | { obstacle: 'bytes'; most: number }
  | { obstacle: 'types'; types: string[] }
  | { obstacle: 'used-up' };

/**
 * Looks at a message with the grants that the host showed. Nothing if one of them lets it through as far as
 * the page can tell, else what the closest one fails on. Only the host decides.
 */
export function obstacles({ key }: Offered, message: Measured): Obstacle[] {
  const fitting = key.grants.filter(({ grant }) => allowsSender(grant.conditions, message.from));
  if (fitting.length === 0) return [{ obstacle: 'sender' }];
  const found = fitting.map((view) => fails(view.grant.conditions, view.used_today, message));
  return found.toSorted((a, b) => a.length - b.length)[0] ?? [];
}

/** Whether every grant that lets this sender send wants a code with the message. */
export function wantsCode({ key }: Offered, from: string): boolean {
  const fitting = key.grants.filter(({ grant }) => allowsSender(grant.conditions, from));
  return fitting.length > 0 && fitting.every(({ grant }) => grant.conditions.code_within === 0);
}

/** The address inside `Name <a@b>`. */
export function bare(text: string): string {
  return (/<([^<>]*)>\s*$/.exec(text)?.[1] ?? text).trim().toLowerCase();
}

function allowsSender({ senders, aliases }: Conditions, from: string): boolean {
  const address = bare(from);
  return [...senders, ...(aliases ?? [])].some((sender) => sender.toLowerCase() === address);
}

function fails(c: Conditions, used: number, message: Measured): Obstacle[] {
  const found: Obstacle[] = [];
  const { recipients } = c;
  const addresses = recipients
    ? message.recipients.filter((to) => !recipients.some((rule) => allows(rule, bare(to))))
    : [];
  if (addresses.length > 0) found.push({ obstacle: 'recipients', addresses });
  if (c.recipients_max != null && message.recipients.length > c.recipients_max)
    found.push({ obstacle: 'count', most: c.recipients_max });
  if (c.bytes_max != null && (message.bytes ?? 0) > c.bytes_max)
    found.push({ obstacle: 'bytes', most: c.bytes_max });
  const patterns = c.attachment_types;
  const types = patterns ? message.types.filter((type) => !patterns.some((one) => matches(one, type))) : [];
  if (types.length > 0) found.push({ obstacle: 'types', types });
  if (c.per_day != null && used >= c.per_day) found.push({ obstacle: 'used-up' });
  return found;
}

/** An address in any case, or exactly a domain: its subdomains are others. */
function allows(rule: string, address: string): boolean {
  const wanted = rule.toLowerCase();
  return wanted.includes('@') ? address === wanted : address.endsWith(`@${wanted}`);
}

function matches(pattern: string, type: string): boolean {
  if (pattern === '*/*') return true;
  return pattern.endsWith('/*') ? type.startsWith(pattern.slice(0, -1)) : pattern === type;
}
