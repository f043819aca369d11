import { call, failureOf } from '$lib/backend';
import { explain } from '$lib/errors/explain';
import { m } from '$lib/paraglide/messages';
import type { Action } from '$lib/state/actions.svelte';
import { notice } from '$lib/state/notice.svelte';

/** Puts the same action, as a line for a terminal, on the clipboard. */
export async function copyAsCommand(action: Action): Promise<void> {
  const wish = action.command?.();
  if (!wish) return;
  try {
    const { line } = await call('command.show', wish);
    await navigator.clipboard.writeText(line);
    notice.show(m.palette_command_copied({ line }));
  } catch (thrown) {
    notice.show(explain(failureOf(thrown)).what, 'warn');
  }
}
