/** A team as whoever runs it sees it: asked again whenever it changes, and changed through `call`. */
import { createContext } from 'svelte';
import { failureOf, type MethodName, type Request, type Response } from '$lib/backend';
import type {
  ApprovalView,
  Failure,
  FarMethods,
  InviteView,
  MemberView,
  NamedKey,
  PageInviteMade,
  Role,
  TeamView,
} from '$lib/bindings';
import { session } from '$lib/state/session.svelte';
import { SvelteMap } from 'svelte/reactivity';

/** A row of the list: somebody, or an invite that is not answered yet. */
export type Person =
  { kind: 'member'; id: string; member: MemberView } | { kind: 'invite'; id: string; invite: InviteView };

/** What is done with a team: the same methods, whoever's host it is. */
export type TeamMethod = keyof FarMethods & MethodName;

/** What a look at a team brings. */
export interface Looked {
  team: TeamView;
  approvals: ApprovalView[];
  keys: NamedKey[];
}

export abstract class Desk {
  team = $state.raw<TeamView>();
  approvals = $state.raw<ApprovalView[]>([]);
  /** The keys that can be granted. */
  keys = $state.raw<NamedKey[]>([]);
  failure = $state<Failure>();
  /** Nothing has been answered yet. */
  fresh = $state(true);
  /** Texts of the invites made here: the host shows them once. */
  readonly made = new SvelteMap<string, PageInviteMade>();
  readonly people = $derived(peopleOf(this.team));

  /** Tells desks apart: the host's key; empty for the own vault's. */
  abstract readonly id: string;
  /** The host's name. */
  abstract readonly host: string;
  /** Whether the host's owner sits here: an admin has fewer rights. */
  abstract readonly isOwner: boolean;
  /** Roles that may be given here; whoever has one of them may be changed. */
  abstract readonly roles: readonly Role[];
  /** How often the team is asked for, beside the news. */
  protected abstract readonly every: number;

  /** The newest question: an older answer that comes late is dropped. */
  #asked = 0;
  #asking = false;

  /** Calls a method at the team's host. */
  abstract call<K extends TeamMethod>(method: K, request: Request<K>): Promise<Response<K>>;
  /** Addresses that the key is known to send as. */
  abstract senders(key: string): Promise<string[]>;
  /** Asks for everything; nothing where there is no team. */
  protected abstract look(): Promise<Looked | undefined>;

  manages(role: Role): boolean {
    return this.roles.includes(role);
  }

  /** Whether a forbid of that member, or of everybody, may be made and ended here. */
  binds(member: string | null | undefined): boolean {
    if (this.isOwner) return true;
    const found = this.team?.members.find(({ id }) => id === member);
    return !!found && this.manages(found.role);
  }

  async load(): Promise<void> {
    const asked = ++this.#asked;
    this.#asking = true;
    try {
      const found = await this.look();
      if (asked !== this.#asked) return;
      if (found) [this.team, this.approvals, this.keys] = [found.team, found.approvals, found.keys];
      this.failure = undefined;
    } catch (thrown) {
      if (asked === this.#asked) this.failure = failureOf(thrown);
    } finally {
      if (asked === this.#asked) this.fresh = this.#asking = false;
    }
  }

  /** Asks now, at news and again and again, until the returned function is called. */
  follow(): () => void {
    void this.load();
    const forget = session.listen((event) => {
      if (event.event === 'changed' && (event.area === 'team' || event.area === 'keys')) void this.load();
    });
    // A host that is away takes its time to say so.
    const timer = setInterval(() => this.#asking || void this.load(), this.every);
    return () => {
      clearInterval(timer);
      forget();
    };
  }

  /** What it holds leaves the page. */
  forget(): void {
    this.#asked++;
    this.#asking = false;
    this.team = this.failure = undefined;
    [this.approvals, this.keys, this.fresh] = [[], [], true];
    this.made.clear();
  }
}

/** The desk that the components of a team work at. It stays the same for as long as they are there. */
export const [theDesk, provideDesk] = createContext<Desk>();

const LIVE = new Set(['open', 'pending']);

/** Who waits comes first, then open invites, members, and at the end those who are no longer part of it. */
export function peopleOf(team: TeamView | undefined): Person[] {
  const invites = (team?.invites ?? [])
    .filter(({ state }) => LIVE.has(state))
    .map((invite): Person => ({ kind: 'invite', id: `invite-${invite.id}`, invite }));
  const members = (team?.members ?? []).map((member): Person => ({
    kind: 'member',
    id: `member-${member.id}`,
    member,
  }));
  const rank = (person: Person) =>
    person.kind === 'invite'
      ? person.invite.state === 'pending'
        ? 0
        : 1
      : person.member.state === 'revoked'
        ? 3
        : 2;
  return [...invites, ...members].toSorted((a, b) => rank(a) - rank(b));
}

/** A call that may fail, for a form: busy, and why it failed. */
export class Doing {
  busy = $state(false);
  failure = $state<Failure>();

  /** Runs it; true if it succeeded. */
  async run(work: () => Promise<unknown>): Promise<boolean> {
    this.busy = true;
    this.failure = undefined;
    try {
      await work();
      return true;
    } catch (thrown) {
      this.failure = failureOf(thrown);
      return false;
    } finally {
      this.busy = false;
    }
  }
}
