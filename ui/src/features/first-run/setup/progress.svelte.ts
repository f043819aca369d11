/** How far the last three steps are, as the vault itself tells: a key, a permission, a message. */
import { call } from '$lib/backend';
import { session } from '$lib/state/session.svelte';

class Progress {
  key = $state(false);
  /** Google said so in this session, or has taken a message before. */
  allowed = $state(false);
  sent = $state(false);
  /** Put away until the next start. */
  dismissed = $state(false);
  known = $state(false);
  /** This vault is a practice: nothing of it is real. */
  practice = $state(false);

  readonly done = $derived([this.key, this.allowed, this.sent].filter(Boolean).length);
  readonly next = $derived(!this.key ? 'key' : !this.allowed ? 'permission' : 'message');

  /** Looks again. */
  async look(): Promise<void> {
    if (!session.unlocked) return;
    try {
      const [{ keys }, { items }] = await Promise.all([
        call('key.list', {}),
        call('history.list', { limit: 1, state: 'sent' }),
      ]);
      this.key = keys.length > 0;
      this.sent = items.length > 0;
      if (this.sent) this.allowed = true;
      if (!this.key) this.allowed = false;
      this.practice = session.sandbox && (await call('practice.phone', {})).passphrase !== null;
      this.known = true;
    } catch {
      this.known = false;
    }
  }
}

export const progress = new Progress();
