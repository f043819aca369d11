/** The teams that can be run from here: the own vault's, and those of hosts that this device is an admin of. */
import { call, type Request, type Response } from '$lib/backend';
import type { FarMethods, HostStatus, Role, SharedHost } from '$lib/bindings';
import { session } from '$lib/state/session.svelte';
import { Desk, type Looked, type TeamMethod } from './desk.svelte';
import { ADMIN_ROLES, ROLES } from './roles';
import { ended, shared } from './shared.svelte';

class OwnDesk extends Desk {
  status = $state.raw<HostStatus>();
  /** The host that this vault is, if it is one. */
  readonly hosting = $derived(this.status?.host ?? undefined);

  readonly id = '';
  readonly host = $derived(this.hosting?.name ?? '');
  readonly isOwner = true;
  readonly roles: readonly Role[] = ROLES;
  // Connections come and go without a change of the team.
  protected readonly every = 15_000;

  call<K extends TeamMethod>(method: K, request: Request<K>): Promise<Response<K>> {
    return call(method, request);
  }

  async senders(key: string): Promise<string[]> {
    return (await call('key.use', { key }).catch(() => undefined))?.senders ?? [];
  }

  protected async look(): Promise<Looked | undefined> {
    this.status = await call('host.show', {});
    if (!this.status.host) return undefined;
    const [team, { waiting }, { keys }] = await Promise.all([
      call('team.show', {}),
      call('approval.list', {}),
      call('key.list', {}),
    ]);
    return { team, approvals: waiting, keys };
  }

  override forget(): void {
    super.forget();
    this.status = undefined;
  }
}

/** The team that the own vault serves. */
export const own = new OwnDesk();

/** Somebody else's host, which tells nobody what has changed. */
export class FarDesk extends Desk {
  /** As whom this device belongs to it. */
  readonly membership = $derived.by((): SharedHost | undefined =>
    shared.hosts.find(({ host }) => host === this.id),
  );
  readonly host = $derived(this.membership?.name ?? '');
  readonly isOwner = false;
  readonly roles: readonly Role[] = ADMIN_ROLES;
  protected readonly every = 10_000;

  constructor(readonly id: string) {
    super();
  }

  call<K extends TeamMethod>(method: K, request: Request<K>): Promise<Response<K>> {
    return this.#at(method, request);
  }

  /** Those that it is granted for already: the host tells nothing more of its keys. */
  senders(key: string): Promise<string[]> {
    const grants = (this.team?.members ?? []).flatMap(({ grants }) => grants);
    const senders = grants
      .filter(({ grant }) => grant.key === key)
      .flatMap(({ grant }) => grant.conditions.senders);
    return Promise.resolve(senders.filter((sender, place) => senders.indexOf(sender) === place));
  }

  protected async look(): Promise<Looked> {
    const [team, { waiting }, { keys }] = await Promise.all([
      this.#at('team.show', {}),
      this.#at('approval.list', {}),
      this.#at('team.keys', {}),
    ]);
    return { team, approvals: waiting, keys };
  }

  async #at<K extends keyof FarMethods>(
    method: K,
    request: FarMethods[K]['request'],
  ): Promise<FarMethods[K]['response']> {
    // Of any shape on the way: the bindings say which one belongs to the method.
    const { reply } = await call('team.at', { host: this.id, method, request: request as never });
    return reply as unknown as FarMethods[K]['response'];
  }
}

/** Whether this device may run that host's team. */
export function isAdmin(host: SharedHost): boolean {
  return host.member !== '' && host.role === 'admin' && !ended(host);
}

class Desks {
  #chosen = $state<string>();
  readonly #known: Record<string, FarDesk> = {};

  readonly far = $derived(shared.hosts.filter(isAdmin).map(({ host }) => this.#find(host)));
  readonly all = $derived<Desk[]>(session.unlocked ? [own, ...this.far] : this.far);
  /** The chosen one; else the own team, unless there is none and another is run from here. */
  readonly current = $derived(this.all.find(({ id }) => id === this.#chosen) ?? this.#first());
  /** It is not known yet which team is shown. */
  readonly fresh = $derived(
    this.current === own && (own.fresh || (!own.hosting && this.#chosen === undefined && shared.fresh)),
  );

  choose(id: string): void {
    this.#chosen = id;
  }

  /** The vault is locked: what was shown leaves the page. */
  forget(): void {
    own.forget();
    for (const desk of Object.values(this.#known)) desk.forget();
  }

  #first(): Desk {
    const isOwn = session.unlocked && (own.fresh || own.hosting || own.failure);
    return isOwn ? own : (this.far[0] ?? own);
  }

  #find(host: string): FarDesk {
    return (this.#known[host] ??= new FarDesk(host));
  }
}

export const desks = new Desks();
