/**
 * What of this area is on screen. The window asks `firstRun.covers`: the first run has the window for
 * itself until a vault is there and nobody stands in the middle of practice, set-up or recovery.
 */
import { call } from '$lib/backend';
import type { Profile } from '$lib/bindings';
import { session } from '$lib/state/session.svelte';
import { setup } from './setup/setup.svelte';

export type Scene = 'welcome' | 'practice' | 'setup' | 'restore' | 'recover' | 'invited';
export type RecoveryKind = 'code' | 'kit';
export type RenewalKind = 'passphrase' | 'phone' | 'codes' | 'kit';

class FirstRun {
  /** Where the person chose to be; none = where the state of the vault leads. */
  #chosen = $state<Scene>();
  /** The practice of `make run` has been left. */
  #practiceLeft = $state(false);
  /** Which recovery is open. */
  recovery = $state<RecoveryKind>('code');
  /** Which renewal is open (Renew.svelte). */
  renewal = $state<RenewalKind>();
  /** The window changes over to the other profile. */
  switching = $state(false);

  readonly #straight = $derived(
    session.facts?.practice === true && session.sandbox && !this.#practiceLeft ? 'practice' : undefined,
  );

  /** The scene to show, if this area has the window. */
  readonly scene = $derived.by((): Scene | undefined => {
    const state = session.vault?.state;
    if (this.switching) return this.#chosen ?? 'welcome';
    if (state === 'unusable') return undefined;
    const scene = this.#chosen ?? this.#straight ?? (state === 'absent' ? 'welcome' : undefined);
    // A vault that locks itself in the middle of the last steps is unlocked like any other, and goes on there.
    if (scene === 'setup' && state === 'locked') return undefined;
    if (scene === 'recover' && state === 'absent') return 'welcome';
    return scene;
  });

  readonly covers = $derived(this.scene !== undefined);

  go(scene: Scene): void {
    if (this.scene === 'practice' && scene !== 'practice') this.#practiceLeft = true;
    this.#chosen = scene;
  }

  /** Ends this area's hold on the window; without a vault the welcome remains. */
  leave(): void {
    if (this.scene === 'practice') this.#practiceLeft = true;
    this.#chosen = undefined;
  }

  /** Comes back to the last three steps of the set-up. */
  finishSetup(step: 'key' | 'permission' | 'message'): void {
    setup.step = step;
    this.#chosen = 'setup';
  }

  /** From the sandbox to the real thing: its set-up, or its vault where there is one. */
  async setUpForReal(): Promise<void> {
    await this.switchTo('production');
    if (session.vault?.state !== 'absent') return this.leave();
    setup.reset();
    this.go('setup');
  }

  /** Changes over to the other profile; what is on screen stays until it answers. */
  async switchTo(profile: Profile): Promise<void> {
    if (session.facts?.profile === profile) return;
    this.switching = true;
    try {
      await call('profile.switch', { profile });
      session.status = undefined;
      await session.start();
      await session.refresh();
    } finally {
      this.switching = false;
    }
  }
}

export const firstRun = new FirstRun();

/** Opens a renewal: of the passphrase, the phone, the recovery codes or the kit. */
export function openRenewal(kind: RenewalKind): void {
  firstRun.renewal = kind;
}

/** Opens a recovery, in place of the unlock screen. */
export function openRecovery(kind: RecoveryKind): void {
  firstRun.recovery = kind;
  firstRun.go('recover');
}
