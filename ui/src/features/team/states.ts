import { found, never, press, states, type, type GalleryState } from '$features/gallery/gallery';
import { openRow } from '$features/gallery/open-row';
import { absent, fails, failure, LONG, NOW } from '$features/gallery/samples';
import type { Handlers } from '$lib/backend/scripted';
import type { JoinView, LeaverReport, PolicyAnswer } from '$lib/bindings';
import Invited from './Invited.svelte';
import { m } from '$lib/paraglide/messages';
import { own as store } from './desks.svelte';
import { desk, drawing, forbids, grant, made, none, off, on, serves, team, waiting } from './samples';
import { shared } from './shared.svelte';
import Team from './Team.svelte';

const common = { component: Team, frame: true, backend: serves };
// Words are asked for when the state is shown: it may be in another language.
const tab = (name: () => string) => (root: HTMLElement) => press(root, '[role=tab]', name());
const approvals = tab(() => m.team_tab_approvals_count({ count: 1 }));
const sharedTab = tab(m.team_tab_shared);
const forbidsTab = tab(m.team_tab_forbids);
const forbidding: Handlers = { ...serves, 'team.show': () => ({ ...team, forbids }) };
/** Rows: Lea (pending), Tom (open), Mia, Jon, the long name, Ann, Olaf. */
const [LEA, TOM, MIA, JON, KIM, ANN, OLAF] = [0, 1, 2, 3, 4, 5, 6];

function opened(name: string, row: number, more: Handlers = {}, after?: GalleryState['after']): GalleryState {
  return {
    ...common,
    name,
    backend: { ...serves, ...more },
    after: async (root) => {
      await openRow(row)(root);
      await after?.(root);
    },
  };
}

const denied: PolicyAnswer = {
  decision: 'deny',
  grant: null,
  failure: failure('denied-recipient', { recipient: 'jon@partner.example', grant: '1' }),
  findings: [
    { grant: 1, sentence: '', failing: ['recipients'], unknown: ['networks'] },
    { grant: 2, sentence: '', failing: ['senders', 'recipients', 'per-day'], unknown: ['code-within'] },
  ],
};
const ask = async (root: HTMLElement) => {
  await type(root, '[data-ask-to]', 'jon@partner.example');
  await new Promise((next) => setTimeout(next, 50));
  await press(root, 'button[type=submit]', m.team_ask());
  (await found(root, '[data-answer]')).scrollIntoView();
};
const report: LeaverReport = {
  name: 'Mia Berg',
  devices: ['Mia’s laptop', 'Build machine'],
  closed: 1,
  grants: 2,
  under_way: 1,
  sends_30_days: 143,
  keys: ['billing-mailer'],
  unrecorded: null,
};
const removing = async (root: HTMLElement) =>
  press(root, 'header button', m.team_remove({ name: 'Mia Berg' }));
const join = (state: JoinView['state'], more: Partial<JoinView> = {}): JoinView => ({
  host: desk.host,
  name: desk.name,
  at: desk.at,
  words: ['apple', 'river', 'stone'],
  state,
  member: state === 'waiting' ? null : 'Mia Berg',
  role: state === 'waiting' ? null : 'sender',
  failure: null,
  ...more,
});
const joining = (view: () => JoinView): Handlers => ({
  'shared.list': () => ({ hosts: [] }),
  'join.begin': () => view(),
  'join.show': () => view(),
  'join.code': () => ({
    qr: drawing,
    groups: ['JBSW', 'Y3DP', 'EHPK', '3PXP', 'JBSW', 'Y3DP', 'EHPK', '3PXP'],
  }),
});
const ask_to_join = async (root: HTMLElement) => {
  await found(root, 'textarea');
  await type(root, 'textarea', made.text);
  await new Promise((next) => setTimeout(next, 50));
  await press(root, 'button[type=submit]', m.team_join_begin());
};
const invited = { component: Invited, status: absent };
const others = (...hosts: (typeof desk)[]): Handlers => ({ 'shared.list': () => ({ hosts }) });

export default states('team', [
  { ...common, name: 'loading', backend: { 'host.show': () => never() } },
  { ...common, name: 'failed', backend: { 'host.show': () => fails('vault-damaged') } },
  { ...common, name: 'no-host', backend: { ...serves, 'host.show': () => none } },
  {
    ...common,
    name: 'nobody',
    backend: { ...serves, 'team.show': () => ({ ...team, members: [], invites: [] }) },
  },
  { ...common, name: 'list' },
  { ...common, name: 'not-serving', backend: { ...serves, 'host.show': () => off } },
  {
    ...common,
    name: 'stopped-by-itself',
    backend: { ...serves, 'host.show': () => ({ ...off, failure: failure('host-address') }) },
  },
  {
    ...common,
    name: 'start-menu',
    backend: { ...serves, 'host.show': () => off },
    after: (root) => press(root, 'button', m.team_start()),
  },
  {
    ...common,
    name: 'serving-open',
    backend: {
      ...serves,
      'host.show': () => ({ ...on, serving: on.serving && { ...on.serving, until: null } }),
    },
  },
  opened('member', MIA),
  opened('auditor', JON),
  opened('device-warning', KIM),
  opened('suspended', ANN),
  opened('removed', OLAF),
  opened('grant-change', MIA, {}, async (root) => {
    await press(root, '[data-grant="1"] button', m.team_grant_change());
    await press(root, '[role=dialog] button', m.team_limit_day({ number: '20' }));
    await press(root, '[role=dialog] button', m.team_limit_day({ number: '100' }));
  }),
  opened('grant-anyone', MIA, {}, async (root) => {
    await press(root, '[data-grant="1"] button', m.team_grant_change());
    await press(root, '[role=dialog] button', m.team_anyone_at({ domain: 'example.org' }));
    await press(root, '[role=dialog] button', m.team_anyone_choice());
  }),
  opened('grant-hours', MIA, {}, async (root) => {
    await press(root, '[data-grant="2"] button', m.team_grant_change());
    await press(root, '[role=dialog] button', 'Europe/Berlin');
  }),
  opened('grant-new', MIA, {}, (root) => press(root, 'button', m.team_grant_add())),
  opened('what-if-no', MIA, { 'policy.ask': () => denied }, ask),
  opened(
    'what-if-yes',
    MIA,
    {
      'policy.ask': () => ({
        decision: 'allow',
        grant: 1,
        failure: null,
        findings: [{ grant: 1, sentence: '', failing: [], unknown: [] }],
      }),
    },
    ask,
  ),
  opened(
    'what-if-forbidden',
    MIA,
    {
      'team.show': () => ({ ...team, forbids }),
      'policy.ask': () => ({ ...denied, failure: failure('denied-forbidden', { forbid: '1' }) }),
    },
    ask,
  ),
  opened('role', MIA, {}, async (root) => {
    await press(root, 'section header button[aria-haspopup=menu]');
    await press(root, '[role=menuitem]', m.team_role_change());
  }),
  opened('leaver', MIA, {}, removing),
  opened('leaver-report', MIA, { 'member.revoke': () => report }, async (root) => {
    await removing(root);
    await press(root, '[role=dialog] [data-footer] button', m.team_remove({ name: 'Mia Berg' }));
    await found(root, '[data-leaver]');
  }),
  opened(
    'leaver-unrecorded',
    MIA,
    { 'member.revoke': () => ({ ...report, unrecorded: failure('disk-full') }) },
    async (root) => {
      await removing(root);
      await press(root, '[role=dialog] [data-footer] button', m.team_remove({ name: 'Mia Berg' }));
      await found(root, '[data-leaver]');
    },
  ),
  { ...common, name: 'invite-form', after: (root) => press(root, 'button', m.team_invite()) },
  opened('invite-open', TOM, {}, async (root) => {
    store.made.set(made.invite.id, made);
    await found(root, '[data-invite]');
  }),
  opened('invite-text-gone', TOM),
  opened('invite-words', LEA),
  opened('invite-warning', LEA, {
    'team.show': () => ({
      ...team,
      invites: team.invites.map((one) => ({
        ...one,
        warning: 'A second device has shown this invite, too.',
      })),
    }),
  }),
  opened('invite-code', LEA, {}, (root) => press(root, 'button', m.team_words_match())),
  opened('invite-words-wrong', LEA, { 'member.refuse': () => fails('invite-over') }, (root) =>
    press(root, 'button', m.team_words_differ()),
  ),
  { ...common, name: 'approvals', after: approvals },
  {
    ...common,
    name: 'approvals-none',
    backend: { ...serves, 'approval.list': () => ({ waiting: [] }) },
    after: tab(m.team_tab_approvals),
  },
  {
    ...common,
    name: 'approval',
    after: async (root) => {
      await approvals(root);
      await found(root, '[role=option]', waiting.message.subject);
      await openRow(0)(root);
    },
  },
  { ...common, name: 'forbids-none', after: forbidsTab },
  { ...common, name: 'forbids', backend: forbidding, after: forbidsTab },
  {
    ...common,
    name: 'forbid-new',
    after: async (root) => {
      await forbidsTab(root);
      await press(root, '[role=tabpanel] button', m.team_forbid_add());
    },
  },
  {
    ...common,
    name: 'forbid-change',
    backend: forbidding,
    after: async (root) => {
      await forbidsTab(root);
      await press(root, '[data-forbid="2"] button', m.team_grant_change());
    },
  },
  {
    ...common,
    name: 'forbid-failed',
    backend: { ...forbidding, 'forbid.remove': () => fails('disk-full') },
    after: async (root) => {
      await forbidsTab(root);
      await press(root, '[data-forbid="1"] button', m.team_forbid_end());
    },
  },
  { ...common, name: 'shared-none', after: sharedTab },
  { ...common, name: 'shared', backend: { ...serves, ...others(desk) }, after: sharedTab },
  {
    ...common,
    name: 'shared-away',
    backend: {
      ...serves,
      ...others(
        { ...desk, reachable: false, keys: [], failure: failure('host-away') },
        {
          ...desk,
          host: 'cd'.repeat(32),
          name: LONG,
          member: '',
          keys: [],
        },
      ),
    },
    after: sharedTab,
  },
  {
    ...common,
    name: 'shared-alarm',
    backend: {
      ...serves,
      ...others({
        ...desk,
        alarm: 'the log is shorter than this device has seen it',
        failure: failure('host-forked'),
        reachable: false,
      }),
    },
    after: sharedTab,
  },
  {
    ...common,
    name: 'shared-code-missing',
    backend: { ...serves, ...others({ ...desk, code_set: false }) },
    after: sharedTab,
  },
  { ...invited, name: 'invited', backend: others() },
  {
    ...invited,
    name: 'invited-by-link',
    backend: others(),
    after: async (root) => {
      shared.link = made.link;
      await found(root, 'textarea');
    },
  },
  { ...invited, name: 'join-words', backend: joining(() => join('waiting')), after: ask_to_join },
  { ...invited, name: 'join-code', backend: joining(() => join('code-missing')), after: ask_to_join },
  { ...invited, name: 'join-done', backend: joining(() => join('joined')), after: ask_to_join },
  {
    ...invited,
    name: 'join-refused',
    backend: joining(() => join('ended', { failure: failure('invite-over') })),
    after: ask_to_join,
  },
  { ...invited, name: 'join-failed', backend: joining(() => fails('host-away')), after: ask_to_join },
  { ...invited, name: 'no-vault-shared', backend: others(desk) },
  {
    ...invited,
    name: 'no-vault-message',
    backend: others({
      ...desk,
      keys: desk.keys.map((key) => ({
        ...key,
        grants: [
          { ...grant, grant: { ...grant.grant, conditions: { ...grant.grant.conditions, code_within: 0 } } },
        ],
      })),
    }),
    after: async (root) => {
      await press(root, '[data-shared-key] button', m.team_write());
      await type(root, '[data-message-to]', 'jon@partner.example');
    },
  },
  {
    ...invited,
    name: 'no-vault-approval',
    backend: {
      ...others(desk),
      'address.parse': ({ text }) => ({
        entries: [{ text, name: null, address: text, domain: 'example.org', failure: null }],
        merged: 0,
      }),
      'shared.send': () => fails('approval-needed', { request: '7'.repeat(32) }),
      'shared.sends': () => ({
        sends: [
          {
            request: '7'.repeat(32),
            time: NOW,
            from: 'qa@example.org',
            recipients: 1,
            subject: '',
            state: 'waiting',
            failure: null,
            message_id: null,
            bytes: 2000,
          },
        ],
      }),
    },
    after: async (root) => {
      await press(root, '[data-shared-key] button', m.team_write());
      await type(root, '[data-message-to]', 'mia@example.org');
      await new Promise((next) => setTimeout(next, 50));
      await press(root, 'button[type=submit]');
    },
  },
]);
