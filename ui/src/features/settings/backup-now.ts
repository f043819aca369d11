import { call, failureOf } from '$lib/backend';
import { explain } from '$lib/errors/explain';
import { m } from '$lib/paraglide/messages';
import { notice } from '$lib/state/notice.svelte';

/** Writes a rolling backup into the vault's folder, and says so. */
export async function backUpNow(): Promise<void> {
  try {
    await call('backup', { pick: false });
    notice.show(m.settings_backup_done());
  } catch (thrown) {
    notice.show(explain(failureOf(thrown)).what, 'warn');
  }
}
