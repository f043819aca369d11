import { call, failureOf } from '$lib/backend';
import type { Verified } from '$lib/bindings';

/** Whether the log has been checked since this window was opened, and what was found: green only by that. */
class Verification {
  checking = $state<{ done: number; total: number }>();
  verdict = $state.raw<{ found: Verified; at: number }>();

  /** Checks the whole log. */
  async run(): Promise<void> {
    if (this.checking) return;
    this.checking = { done: 0, total: 0 };
    let found: Verified;
    try {
      found = await call('audit.verify', {}, { onEvent: (progress) => (this.checking = progress) });
    } catch (thrown) {
      found = { result: 'cannot-check', failure: failureOf(thrown) };
    }
    this.verdict = { found, at: Date.now() };
    this.checking = undefined;
  }

  /** Forgets what was found, as for another vault. */
  forget(): void {
    this.verdict = undefined;
  }
}

export const verification = new Verification();
