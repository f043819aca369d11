/** A team, for the state gallery and tests; in no release. */
import type { Handlers } from '$lib/backend/scripted';
import type {
  ApprovalView,
  Forbid,
  GrantView,
  HostStatus,
  InviteView,
  MemberView,
  PageInviteMade,
  SharedHost,
  TeamView,
} from '$lib/bindings';
import { blank } from '$features/compose/fake';
import { DAY, key, LONG, MINUTE, NOW } from '$features/gallery/samples';

const HOUR = 60 * MINUTE;
const id = (digit: string) => digit.repeat(32);

export const grant: GrantView = {
  grant: {
    id: 1,
    member: id('a'),
    key: key.id,
    conditions: {
      senders: ['qa@example.org'],
      recipients: ['example.org'],
      per_day: 20,
      bytes_max: 5_000_000,
      networks: ['192.0.2.0/24'],
      not_after: NOW + 5 * DAY,
    },
    note: 'Invoice tests',
  },
  key_name: key.name,
  used_today: 7,
  sentence: '',
};

/** Every limit at once. */
export const strict: GrantView = {
  ...grant,
  grant: {
    ...grant.grant,
    id: 2,
    note: LONG,
    conditions: {
      senders: ['billing@example.org', 'no-reply@example.org'],
      recipients: ['example.org', 'leo@example.net'],
      recipients_max: 10,
      bytes_max: 5_000_000,
      attachment_types: ['application/pdf', 'image/*'],
      per_minute: 2,
      per_day: 20,
      networks: ['192.0.2.0/24', '198.51.100.7/32'],
      hours: {
        days: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
        from: 480,
        to: 1080,
        zone: 'Europe/Berlin',
      },
      not_after: NOW + 30 * DAY,
      code_within: 0,
      approvals: { by: 'owner', within_secs: 3600 },
    },
  },
  used_today: 20,
};

export const mia: MemberView = {
  id: id('a'),
  name: 'Mia Berg',
  address: 'mia@example.org',
  role: 'sender',
  state: 'active',
  not_after: null,
  devices: [
    {
      id: 'd1'.repeat(32),
      name: 'Mia’s laptop',
      state: 'active',
      connected: true,
      last_seen: NOW - MINUTE,
      last_address: '192.0.2.17',
      warning: null,
    },
    {
      id: 'd2'.repeat(32),
      name: 'Build machine',
      state: 'active',
      connected: false,
      last_seen: NOW - 3 * HOUR,
      last_address: '192.0.2.40',
      warning: null,
    },
  ],
  grants: [grant, strict],
  code_set: true,
  last_send: NOW - 12 * MINUTE,
};

const jon: MemberView = {
  ...mia,
  id: id('b'),
  name: 'Jon Diaz',
  address: null,
  role: 'auditor',
  devices: [],
  grants: [],
  code_set: false,
  last_send: null,
};
const kim: MemberView = {
  ...mia,
  id: id('c'),
  name: LONG,
  role: 'test-sender',
  grants: [],
  devices: mia.devices.slice(0, 1).map((device) => ({
    ...device,
    connected: false,
    state: 'suspended',
    warning: 'A second copy of this device’s key may exist.',
  })),
};
const ann: MemberView = { ...mia, id: id('e'), name: 'Ann Suspended', state: 'suspended' };
const old: MemberView = { ...mia, id: id('f'), name: 'Olaf Gone', state: 'revoked', devices: [], grants: [] };

export const pending: InviteView = {
  id: '0123456789abcdef',
  name: 'Lea Novak',
  role: 'sender',
  state: 'pending',
  expires: NOW + 23 * HOUR,
  words: ['apple', 'river', 'stone'],
  device: 'Lea’s laptop',
  address: '192.0.2.88',
  grants: [{ key_name: 'billing', conditions: grant.grant.conditions, sentence: grant.sentence }],
  warning: null,
};
export const invite: InviteView = {
  ...pending,
  id: 'fedcba9876543210',
  name: 'Tom Okafor',
  role: 'test-sender',
  state: 'open',
  words: null,
  device: null,
  address: null,
};

export const forbids: Forbid[] = [
  { id: 1, matches: { recipients: ['competitor.example'] }, note: 'Agreed with the board' },
  {
    id: 2,
    member: mia.id,
    key: key.id,
    matches: {
      senders: ['billing@example.org'],
      recipients: ['example.net', 'leo@partner.example'],
      recipients_over: 50,
      bytes_over: 1_000_000,
      attachment_types: ['application/zip', 'image/*'],
      networks: ['198.51.100.0/24'],
      hours: { days: ['saturday', 'sunday'], from: 0, to: 1440, zone: 'Europe/Berlin' },
      not_after: NOW + 30 * DAY,
    },
    note: LONG,
  },
  { id: 3, matches: {}, note: '' },
];

export const team: TeamView = {
  members: [mia, jon, kim, ann, old],
  invites: [invite, pending],
  forbids: [],
  epoch: 12,
};

export const off: HostStatus = {
  host: {
    name: 'Anna’s desk',
    key: 'ab'.repeat(32),
    listen: '0.0.0.0:7465',
    reachable_at: ['desk.example.org:7465'],
    networks: ['192.0.2.0/24'],
    members: 4,
    epoch: 12,
  },
  serving: null,
  failure: null,
};
export const on: HostStatus = {
  ...off,
  serving: {
    since: NOW - HOUR,
    until: NOW + 5 * HOUR,
    address: '0.0.0.0:7465',
    connected: ['Mia Berg', 'Jon Diaz', 'Kim Larsen'],
    sending: 1,
  },
};
export const none: HostStatus = { host: null, serving: null, failure: null };

/** A drawing that looks like a QR code, and is none. */
export const drawing = Array.from({ length: 29 }, (_, y) =>
  Array.from({ length: 29 }, (_, x) => ((x * 7 + y * 13 + ((x * y) % 5)) % 3 === 0 ? '1' : '0')).join(''),
);

export const made: PageInviteMade = {
  invite,
  text: 'signet1-q3zk-8f2m-xw4t-7hcd-p9ra-5nbe-2gvy-k6ls@desk.example.org:7465',
  link: 'signet://join/q3zk8f2mxw4t7hcdp9ra5nbe2gvyk6ls@desk.example.org:7465',
  qr: drawing,
};

export const waiting: ApprovalView = {
  request: id('9'),
  member: 'Mia Berg',
  key: key.name,
  since: NOW - 4 * MINUTE,
  until: NOW + 56 * MINUTE,
  message: {
    ...blank,
    from: 'billing@example.org',
    to: ['Leo Ruiz <leo@example.net>'],
    cc: ['mia@example.org'],
    subject: 'Invoice 2026-114',
    text: 'Dear Mr Ruiz,\n\nplease find the invoice attached.\n',
  },
  attachments: [
    {
      name: 'Übersicht 2026 – «финал».pdf',
      content_type: 'application/pdf',
      bytes: 1_820_000,
      sha256: '3f'.repeat(32),
      path: null,
    },
  ],
  bytes: 2_500_000,
  sha256: '9c'.repeat(32),
};

export const desk: SharedHost = {
  host: 'ab'.repeat(32),
  name: 'Anna’s desk',
  at: 'desk.example.org:7465',
  member: 'Mia Berg',
  role: 'sender',
  code_set: true,
  reachable: true,
  failure: null,
  keys: [
    {
      id: `abababab/${key.id}`,
      name: key.name,
      client_email: key.client_email,
      grants: [grant],
    },
  ],
  alarm: null,
};

/** Answers of a vault that serves this team. */
export const serves: Handlers = {
  'host.show': () => on,
  'team.show': () => team,
  'approval.list': () => ({ waiting: [waiting] }),
  'key.list': () => ({ keys: [key, { ...key, id: '1'.repeat(32), name: 'newsletter' }] }),
  'key.use': () => ({
    weeks: [],
    senders: ['qa@example.org', 'billing@example.org'],
    last_failure: null,
    original_there: false,
  }),
  'shared.list': () => ({ hosts: [] }),
};
