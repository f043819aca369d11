import { router } from '$lib/state/router.svelte';
import { session } from '$lib/state/session.svelte';
import { firstRun } from '$features/first-run/first-run.svelte';
import { shared } from './shared.svelte';

/** Whether a link holds an invite. */
export function isInvite(link: string): boolean {
  return /^signet:\/\/join\/./.test(link);
}

/** Puts an invite's link into the field where one asks to join. Nothing connects by itself. */
export function openInvite(link: string): void {
  shared.link = link;
  if (session.unlocked) router.go('team');
  else firstRun.go('invited');
}
