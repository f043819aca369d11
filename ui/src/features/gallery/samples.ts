import { Failed } from '$lib/backend';
import type { Code, Failure, KeyView, Prefs, StatusReport, VaultFacts, WindowFacts } from '$lib/bindings';

/** The gallery's clock starts here: 22 November 2026, 12:04 UTC. */
export const NOW = Date.UTC(2026, 10, 22, 12, 4, 0);
export const MINUTE = 60_000;
export const DAY = 86_400_000;

export const prefs: Prefs = {
  theme: 'system',
  language: 'system',
  text_size: 100,
  compact: false,
  notifications: true,
  close_to_tray: false,
  undo_seconds: 5,
  own_domains: [],
};

export const facts: WindowFacts = {
  version: '0.1.0',
  platform: 'linux',
  profile: 'sandbox',
  locale: 'en-GB',
  prefs,
  tray: 'there',
  practice: false,
  gallery: true,
};

export const vaultFacts: VaultFacts = {
  vault_id: 'a41f9c0e6d2b4f7f9b1a5c3d2e1f0a9b',
  profile: 'sandbox',
  kit_fingerprint: '7c1e 90ab 44d2 13f0',
  kdf: 'Argon2id, 256 MiB, 3 passes, 4 lanes',
  codes_left: 8,
};

const base: Omit<StatusReport, 'vault'> = {
  version: '0.1.0',
  pid: 4711,
  profile: 'sandbox',
  folder: '/home/mia/.local/share/signet/sandbox',
  log_file: '/home/mia/.local/state/signet/sandbox/agent.log',
  audit: { size: 4812, fingerprint: '1f0a 9b7c 44d2 90ab', failure: null },
  sending: 0,
};

export const unlocked: StatusReport = {
  ...base,
  vault: {
    state: 'unlocked',
    info: vaultFacts,
    since: NOW - MINUTE,
    locks_at: NOW + 9 * MINUTE,
    keys: 1,
  },
};
export const locked: StatusReport = { ...base, vault: { state: 'locked', info: vaultFacts } };
export const absent: StatusReport = { ...base, vault: { state: 'absent' } };

/** A failure as the agent would report it. */
export function failure(code: Code, withFacts: Record<string, string> = {}): Failure {
  return { code, what: '', remedy: '', facts: withFacts };
}

/** For a scripted answer: fails the call. */
export function fails(code: Code, withFacts: Record<string, string> = {}): never {
  throw new Failed(failure(code, withFacts));
}

export const key: KeyView = {
  id: '0f9d2c7a41e84b5c8a6b3d1e2f4a5c6b',
  name: 'billing-mailer',
  client_email: 'billing-mailer@example-project.iam.gserviceaccount.com',
  client_id: '104512345678901234567',
  project_id: 'example-project',
  google_key_id: '3f2a9c0d1e4b5a6978c0d1e2f3a4b5c6d7e8f901',
  bits: 2048,
  imported: NOW - 30 * DAY,
  created: NOW - 31 * DAY,
  last_used: NOW - 2 * MINUTE,
  scopes: ['https://www.googleapis.com/auth/gmail.send'],
};

/** A name that is too long for everything. */
export const LONG =
  'Übersicht der Donaudampfschifffahrtsgesellschaftskapitäne – «финал» 2026 Quartalsabrechnung';
