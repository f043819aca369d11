import { call } from '$lib/backend';
import type { CommandWish } from '$lib/bindings';
import { m } from '$lib/paraglide/messages';
import { announce } from './announcer.svelte';

/** Puts the command that does the same on the clipboard, and says so. */
export async function copyCommand(wish: CommandWish): Promise<void> {
  const { line } = await call('command.show', wish);
  await navigator.clipboard.writeText(line);
  announce(m.copied());
}
