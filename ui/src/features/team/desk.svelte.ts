/** The team that this vault serves: what the agent says of it, asked again whenever it changes. */
import { call, failureOf } from '$lib/backend';
import type {
  ApprovalView,
  Failure,
  HostStatus,
  InviteView,
  KeyView,
  MemberView,
  PageInviteMade,
  TeamView,
} from '$lib/bindings';
import { SvelteMap } from 'svelte/reactivity';

/** A row of the list: somebody, or an invite that is not answered yet. */
export type Person =
  { kind: 'member'; id: string; member: MemberView } | { kind: 'invite'; id: string; invite: InviteView };

class Desk {
  status = $state.raw<HostStatus>();
  team = $state.raw<TeamView>();
  approvals = $state.raw<ApprovalView[]>([]);
  keys = $state.raw<KeyView[]>([]);
  failure = $state<Failure>();
  /** Nothing has been answered yet. */
  fresh = $state(true);
  /** Texts of the invites made here: the agent shows them once. */
  readonly made = new SvelteMap<string, PageInviteMade>();

  readonly host = $derived(this.status?.host ?? undefined);
  readonly people = $derived(peopleOf(this.team));

  async load(): Promise<void> {
    try {
      this.status = await call('host.show', {});
      if (this.status.host) {
        const [team, approvals, keys] = await Promise.all([
          call('team.show', {}),
          call('approval.list', {}),
          call('key.list', {}),
        ]);
        [this.team, this.approvals, this.keys] = [team, approvals.waiting, keys.keys];
      }
      this.failure = undefined;
    } catch (thrown) {
      this.failure = failureOf(thrown);
    } finally {
      this.fresh = false;
    }
  }

  /** The vault is locked: what it holds leaves the page. */
  forget(): void {
    this.status = this.team = this.failure = undefined;
    [this.approvals, this.keys, this.fresh] = [[], [], true];
    this.made.clear();
  }
}

export const desk = new Desk();

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
