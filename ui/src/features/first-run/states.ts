import type { Handlers } from '$lib/backend/scripted';
import type { FileFacts, PageCeremonyShown } from '$lib/bindings';
import { found, never, press, states, type, type GalleryState } from '$features/gallery/gallery';
import { DAY, LONG, NOW, absent, fails, key, locked, unlocked } from '$features/gallery/samples';
import { m } from '$lib/paraglide/messages';
import { firstRun } from './first-run.svelte';
import FinishSetup from './FinishSetup.svelte';
import FirstRun from './FirstRun.svelte';
import Recover from './Recover.svelte';
import Renew from './Renew.svelte';
import { setup, type Step } from './setup/setup.svelte';

/** A square that looks like a QR code and is none. */
const qr = Array.from({ length: 33 }, (_, y) =>
  Array.from({ length: 33 }, (_, x) => ((x * 7 + y * 13 + x * y) % 5 < 2 ? '1' : '0')).join(''),
);
const shown: PageCeremonyShown = {
  id: 'c0ffee',
  totp: { qr, groups: 'JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP'.split(' ') },
  kit: { count: 9, fingerprint: '7c1e 90ab 44d2 13f0', audit_fingerprint: '1f0a 9b7c 44d2 90ab' },
  codes: [
    'K7QM-2VXA-R4TB',
    'H3WN-6ZPC-D5YF',
    'M2RS-7KTA-Q6XE',
    'P4VB-3NWC-H7ZD',
    'T5YE-4QXF-K2MA',
    'W6ZD-5RSB-N3PC',
    'X7AF-6TVE-P4QB',
    'Z2BC-7WYD-R5SA',
  ],
  asks_code: true,
  asks_kit_groups: [3, 7],
};
const file: FileFacts = {
  handle: 'f1',
  name: 'example-project-3f2a9c0d1e4b.json',
  folder: '~/Downloads',
  state: 'readable',
  bytes: 2381,
  modified: NOW - DAY,
  content_type: 'application/json',
  blocked: false,
};
const picture: FileFacts = { ...file, handle: 'p1', name: 'Invoice 2026-114.pdf', bytes: 48_231 };

const ceremony: Handlers = {
  'passphrase.suggest': () => ({ passphrase: 'ruling-walnut-copper-stanza-fifty' }),
  'passphrase.rate': ({ passphrase }) =>
    passphrase.length < 12
      ? { score: 1, hint: 'Sequences like abc or 6543 are easy to guess.' }
      : { score: passphrase.length < 20 ? 3 : 4, hint: null },
  'ceremony.begin': () => shown,
  'ceremony.drop': () => ({}) as never,
  'ceremony.prove': ({ code, kit_groups }) => {
    if (code === '000000' || kit_groups.some(([, text]) => /^x/i.test(text))) fails('set-up-proof-failed');
    return { code: true, kit_groups: kit_groups.length > 0 };
  },
  'kit.save': () => ({ file: { ...file, name: 'Signet recovery kit.pdf', folder: '~/Documents' } }),
};
const imports: Handlers = {
  'key.list': () => ({ keys: [] }),
  'files.pick': () => ({ files: [file] }),
  'key.import': () => ({ key, original: 'o1' }),
  'key.remove-original': () => ({ advice: '' }),
  'keys.elsewhere': () => ({
    folder: '~/projects',
    looked_at: 212,
    found: [
      {
        file: { ...file, handle: 'k2' },
        client_email: key.client_email,
        google_key_id: key.google_key_id,
        in_vault: true,
      },
      {
        file: { ...file, handle: 'k3', name: `${LONG}.json`, folder: '~/projects/old' },
        client_email: 'reports@another-project-with-a-long-name.iam.gserviceaccount.com',
        google_key_id: 'aa11',
        in_vault: false,
      },
    ],
  }),
};
const practice: Handlers = {
  'practice.begin': () => ({
    passphrase: 'ruling-walnut-copper-stanza-fifty',
    sender: 'qa@sandbox.example',
    recipient: 'mia@sandbox.example',
    file: picture,
  }),
  'practice.phone': () => ({ code: '492071', seconds: 21, passphrase: 'ruling-walnut-copper-stanza-fifty' }),
  'sandbox.inbox': () => ({ messages: [], total: 0 }),
};

/** A state of the set-up at one step. */
function step(name: string, at: Step, rest: Partial<GalleryState> = {}): GalleryState {
  return {
    name,
    component: FirstRun,
    status: unlocked,
    facts: { profile: 'production' },
    ...rest,
    backend: { ...ceremony, ...imports, ...rest.backend },
    after: async (root) => {
      setup.reset();
      if (at !== 'phone' && at !== 'recovery') setup.step = at;
      firstRun.go('setup');
      if (at === 'phone' || at === 'recovery') {
        await type(root, 'input', 'ruling-walnut-copper-stanza-fifty');
        await press(root, 'button:not([disabled])', m.next());
        await found(root, '[data-testid="seed"]');
        if (at === 'recovery') {
          await type(root, 'input', '492071');
          await press(root, 'button:not([disabled])', m.next());
        }
      }
      await rest.after?.(root);
    },
  };
}

function scene(
  name: string,
  to: Parameters<typeof firstRun.go>[0],
  rest: Partial<GalleryState>,
): GalleryState {
  return {
    name,
    component: FirstRun,
    ...rest,
    after: async (root) => {
      firstRun.go(to);
      await rest.after?.(root);
    },
  };
}

export default states('first-run', [
  scene('welcome', 'welcome', { status: absent, facts: { profile: 'production' } }),
  scene('practice-preparing', 'practice', { status: absent, backend: { 'practice.begin': never } }),
  scene('practice-refused', 'practice', {
    status: locked,
    backend: { 'practice.begin': () => fails('vault-exists') },
  }),
  scene('practice-code', 'practice', { status: locked, backend: practice }),
  scene('practice-code-used', 'practice', {
    status: locked,
    backend: { ...practice, unlock: () => fails('code-already-used', { wait_seconds: '12' }) },
    after: (root) => type(root, 'input[inputmode=numeric]', '492071'),
  }),
  scene('practice-message', 'practice', { backend: practice }),
  scene('practice-file', 'practice', {
    backend: practice,
    after: (root) => press(root, 'button', 'Invoice'),
  }),
  scene('practice-send-failed', 'practice', {
    backend: { ...practice, send: () => fails('sandbox-away') },
    after: async (root) => {
      await press(root, 'button', 'Invoice');
      await press(root, 'button:not([disabled])', m.first_run_send_in_sandbox());
    },
  }),
  scene('practice-arrived', 'practice', {
    backend: {
      ...practice,
      'sandbox.inbox': (() => {
        let asked = 0;
        const row = {
          id: 'm1',
          time: NOW,
          from: 'qa@sandbox.example',
          to: ['mia@sandbox.example'],
          subject: '[TEST] My first message with Signet',
          bytes: 66_012,
          attachments: 1,
        };
        return () => ({ messages: asked++ === 0 ? [] : [row], total: 1 });
      })(),
      'sandbox.message': () => ({
        row: {
          id: 'm1',
          time: NOW,
          from: 'qa@sandbox.example',
          to: ['mia@sandbox.example'],
          subject: '[TEST] My first message with Signet',
          bytes: 66_012,
          attachments: 1,
        },
        headers: [],
        text: 'Hello,\n\nthis message was signed with a key that no file on this disk holds.\n\nKind regards',
        html: null,
        preview: null,
        attachments: [
          { name: picture.name, content_type: 'application/pdf', bytes: picture.bytes, sha256: 'ab' },
        ],
        source: { bytes: 66_012, parts: [] },
        support: [],
      }),
      send: () => ({
        request_id: 'r1',
        outcome: { outcome: 'sent', message_id: '18f', thread_id: '18f' },
        bytes: 66_012,
        millis: 412,
        recipients: 1,
        findings: [],
        attachments: [],
        audit: null,
        timeline: [],
      }),
    },
    after: async (root) => {
      await press(root, 'button', 'Invoice');
      await press(root, 'button:not([disabled])', m.first_run_send_in_sandbox());
      await found(root, 'h1', m.first_run_practice_end_title());
    },
  }),
  step('setup-passphrase', 'passphrase', { status: absent }),
  step('setup-passphrase-own-weak', 'passphrase', {
    status: absent,
    after: async (root) => {
      await press(root, 'button', m.first_run_passphrase_use_own());
      await type(root, 'input', 'abcdef');
    },
  }),
  step('setup-passphrase-own-strong', 'passphrase', {
    status: absent,
    after: async (root) => {
      await press(root, 'button', m.first_run_passphrase_use_own());
      await type(root, 'input', 'seven grey herons on the roof');
    },
  }),
  step('setup-phone', 'phone', { status: absent }),
  step('setup-phone-refused', 'phone', {
    status: absent,
    after: (root) => type(root, 'input', '000000'),
  }),
  step('setup-recovery', 'recovery', { status: absent }),
  step('setup-recovery-refused', 'recovery', {
    status: absent,
    after: async (root) => {
      await press(root, 'button', m.first_run_kit_save());
      const fields = [...root.querySelectorAll('input')];
      for (const field of fields) {
        field.value = 'xxxx';
        field.dispatchEvent(new Event('input', { bubbles: true }));
      }
      await press(root, 'button:not([disabled])', m.first_run_kit_compare());
    },
  }),
  step('setup-key', 'key'),
  step('setup-key-sandbox', 'key', { facts: { profile: 'sandbox' } }),
  step('setup-key-wrong', 'key', {
    backend: { 'key.import': () => fails('key-file-oauth-client') },
    after: (root) => press(root, 'button', m.first_run_key_choose()),
  }),
  step('setup-key-in', 'key', { after: (root) => press(root, 'button', m.first_run_key_choose()) }),
  step('setup-key-elsewhere', 'key', {
    after: async (root) => {
      await press(root, 'button', m.first_run_key_choose());
      await press(root, 'button:not([disabled])', m.first_run_original_delete());
      await press(root, 'button:not([disabled])', m.first_run_elsewhere());
    },
  }),
  step('setup-permission', 'permission', { backend: { 'key.list': () => ({ keys: [key] }) } }),
  step('setup-permission-not-yet', 'permission', {
    backend: {
      'key.list': () => ({ keys: [key] }),
      check: () => ({
        ready: false,
        steps: [
          {
            name: 'delegation',
            status: 'failed',
            what: '',
            failure: {
              code: 'delegation-missing',
              what: '',
              remedy: '',
              facts: { client_id: '104512345678901234567' },
            },
          },
        ],
      }),
    },
    after: async (root) => {
      await type(root, 'input', 'qa@example.org');
      await press(root, 'button:not([disabled])', m.first_run_check());
    },
  }),
  step('setup-permission-allowed', 'permission', {
    backend: { 'key.list': () => ({ keys: [key] }), check: () => ({ ready: true, steps: [] }) },
    after: async (root) => {
      await type(root, 'input', 'qa@example.org');
      await press(root, 'button:not([disabled])', m.first_run_check());
    },
  }),
  step('setup-request', 'permission', {
    backend: { 'key.list': () => ({ keys: [key] }) },
    after: (root) => press(root, 'button', m.first_run_not_admin()),
  }),
  step('setup-message', 'message'),
  scene('restore', 'restore', { status: absent, facts: { profile: 'production' } }),
  {
    name: 'recover-by-code',
    component: Recover,
    status: locked,
    props: { kind: 'code', onkind: () => undefined, onclose: () => undefined },
    backend: ceremony,
  },
  {
    name: 'recover-by-kit',
    component: Recover,
    status: locked,
    props: { kind: 'kit', onkind: () => undefined, onclose: () => undefined },
    backend: ceremony,
    after: (root) => type(root, 'textarea', 'abcd efgh ijkl mnop qrst'),
  },
  {
    name: 'renew-passphrase',
    component: Renew,
    backend: ceremony,
    after: () => {
      firstRun.renewal = 'passphrase';
    },
  },
  {
    name: 'renew-kit',
    component: Renew,
    backend: { ...ceremony, 'ceremony.begin': () => ({ ...shown, totp: null, asks_code: false }) },
    after: async (root) => {
      firstRun.renewal = 'kit';
      await type(root, 'input[type=password]', 'ruling-walnut-copper-stanza-fifty');
      await type(root, 'input[inputmode=numeric]', '492071');
      await press(root, 'button:not([disabled])', m.next());
    },
  },
  {
    name: 'finish-card',
    component: FinishSetup,
    backend: { 'history.list': () => ({ items: [], more: false }) },
  },
  {
    name: 'finish-card-practice',
    component: FinishSetup,
    backend: { ...practice, 'history.list': () => ({ items: [], more: false }) },
  },
]);
