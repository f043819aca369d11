import { announcer } from './announcer.svelte';
import { notice } from './notice.svelte';
import { undo } from './undo.svelte';

/** At a lock: sentences that may quote what the vault holds leave the page with it. */
export function forgetSentences(): void {
  undo.dismiss();
  notice.dismiss();
  announcer.polite = '';
  announcer.assertive = '';
}
