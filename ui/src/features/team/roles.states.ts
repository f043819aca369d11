import { found, press, states } from '$features/gallery/gallery';
import { openRow } from '$features/gallery/open-row';
import { absent, fails, failure } from '$features/gallery/samples';
import type { Handlers } from '$lib/backend/scripted';
import type { SharedHost } from '$lib/bindings';
import { m } from '$lib/paraglide/messages';
import { desks } from './desks.svelte';
import Invited from './Invited.svelte';
import { desk, made, none, serves, team, waiting } from './samples';
import Team from './Team.svelte';

const far: SharedHost = { ...desk, host: 'ee'.repeat(32), name: 'Office host', role: 'admin', keys: [] };
const replies: Record<string, unknown> = {
  'team.show': team,
  'approval.list': { waiting: [waiting] },
  'team.keys': { keys: [{ id: '0'.repeat(32), name: 'billing-mailer', client_email: 'a@b.example' }] },
  'invite.make': made,
};
const at: Handlers = {
  ...serves,
  'shared.list': () => ({ hosts: [far] }),
  'team.at': ({ method }) => ({ reply: (replies[method] ?? {}) as never }),
};
const common = { component: Team, frame: true };
const choose = async (root: HTMLElement) => {
  await found(root, '[data-team]');
  desks.choose(far.host);
};
const card = (more: Partial<SharedHost>): Handlers => ({
  ...serves,
  'shared.list': () => ({ hosts: [{ ...far, ...more }] }),
});
const sharedTab = (root: HTMLElement) => press(root, '[role=tab]', m.team_tab_shared());

/** What a device does at the host of somebody else, by role. */
export default states('team-roles', [
  // Without a host of one's own, the team that one looks after is shown.
  { ...common, name: 'admin', backend: { ...at, 'host.show': () => none } },
  { ...common, name: 'admin-beside-own', backend: at, after: choose },
  {
    ...common,
    name: 'admin-member',
    backend: { ...at, 'host.show': () => none },
    after: async (root) => {
      await found(root, '[role=option]', 'Mia Berg');
      await openRow(2)(root);
    },
  },
  {
    ...common,
    name: 'admin-invite',
    backend: { ...at, 'host.show': () => none },
    after: (root) => press(root, 'header button', m.team_invite()),
  },
  {
    ...common,
    name: 'admin-away',
    backend: {
      ...at,
      'host.show': () => none,
      'team.at': () => fails('host-away'),
    },
  },
  { component: Invited, status: absent, name: 'admin-without-vault', backend: at },
  { ...common, name: 'custodian', backend: card({ role: 'custodian' }), after: sharedTab },
  {
    ...common,
    name: 'custodian-seals',
    backend: card({ role: 'custodian' }),
    after: async (root) => {
      await sharedTab(root);
      await press(root, '[data-host] button', m.team_seal());
    },
  },
  { ...common, name: 'auditor', backend: card({ role: 'auditor' }), after: sharedTab },
  {
    ...common,
    name: 'auditor-asks',
    backend: card({ role: 'auditor' }),
    after: async (root) => {
      await sharedTab(root);
      await press(root, '[data-host] button', m.team_ask_address());
    },
  },
  {
    ...common,
    name: 'trust-again',
    backend: card({
      role: 'sender',
      alarm: 'the log is shorter than this device has seen it',
      failure: failure('host-forked'),
      reachable: false,
    }),
    after: async (root) => {
      await sharedTab(root);
      await press(root, '[data-host] button', m.team_trust_again());
    },
  },
  {
    ...common,
    name: 'membership-over',
    backend: card({ role: 'sender', reachable: false, failure: failure('membership-ended') }),
    after: sharedTab,
  },
]);
