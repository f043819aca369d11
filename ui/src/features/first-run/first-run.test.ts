import { beforeEach, describe, expect, it } from 'vitest';
import { useBackend } from '$lib/backend';
import { scriptedBackend } from '$lib/backend/scripted';
import type { VaultStatus } from '$lib/bindings';
import { session } from '$lib/state/session.svelte';
import { absent, facts, locked, unlocked } from '$features/gallery/samples';
import { firstRun, openRecovery } from './first-run.svelte';
import { setup } from './setup/setup.svelte';

beforeEach(() => {
  session.facts = { ...facts, practice: false };
  session.status = absent;
  firstRun.leave();
});

describe('who has the window', () => {
  // First: once left, the practice does not come back by itself.
  it('is the practice straight away where the window was started for it', () => {
    session.facts = { ...facts, practice: true };
    session.status = locked;
    expect(firstRun.scene).toBe('practice');
    firstRun.leave();
    expect(firstRun.covers).toBe(false);
  });

  it('is the welcome until there is a vault', () => {
    expect(firstRun.scene).toBe('welcome');
    session.status = locked;
    expect(firstRun.covers).toBe(false);
    session.status = unlocked;
    expect(firstRun.covers).toBe(false);
  });

  it('stays with the set-up when the vault has come into being, and gives way to a lock', () => {
    firstRun.go('setup');
    session.status = unlocked;
    expect(firstRun.scene).toBe('setup');
    session.status = locked;
    expect(firstRun.covers).toBe(false);
    session.status = unlocked;
    expect(firstRun.scene).toBe('setup');
    firstRun.leave();
    expect(firstRun.covers).toBe(false);
  });

  it('never hides a vault that cannot be used', () => {
    firstRun.go('setup');
    const vault: VaultStatus = {
      state: 'unusable',
      failure: { code: 'vault-damaged', what: '', remedy: '' },
    };
    session.status = { ...absent, vault };
    expect(firstRun.covers).toBe(false);
  });

  it('is the recovery in place of the unlock screen', () => {
    session.status = locked;
    openRecovery('kit');
    expect(firstRun.scene).toBe('recover');
    expect(firstRun.recovery).toBe('kit');
    firstRun.leave();
    expect(firstRun.covers).toBe(false);
  });

  it('goes back to one of the last steps', () => {
    session.status = unlocked;
    firstRun.finishSetup('permission');
    expect(firstRun.scene).toBe('setup');
    expect(setup.step).toBe('permission');
  });

  it('stays with what is shown while the profile changes', async () => {
    let answer: () => void = () => undefined;
    useBackend(
      scriptedBackend({
        'profile.switch': () =>
          new Promise((given) => (answer = () => given({ ...facts, profile: 'production' }))),
        'window.facts': () => ({ ...facts, profile: 'production' }),
        'window.events': () => new Promise(() => undefined),
        status: () => absent,
      }),
    );
    session.status = unlocked;
    firstRun.go('practice');
    const switching = firstRun.switchTo('production');
    session.status = undefined;
    expect(firstRun.scene).toBe('practice');
    answer();
    await switching;
    expect(session.facts?.profile).toBe('production');
    expect(firstRun.switching).toBe(false);
  });
});
