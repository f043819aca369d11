import type { WindowEvent } from '$lib/bindings';
import { lock } from '$lib/state/lock.svelte';
import { PLACES, router } from '$lib/state/router.svelte';
import { session } from '$lib/state/session.svelte';
import { isInvite, openInvite } from '$features/team/link';

/** What the tray and links ask of the window: a place, or the lock. */
export function obey(event: WindowEvent): void {
  if (event.event === 'go') go(event.place);
  else if (event.event === 'link' && isInvite(event.text)) openInvite(event.text);
  else if (event.event === 'link') go(/^signet:\/\/([a-z]+)\/?$/.exec(event.text)?.[1]);
}

function go(wanted: string | undefined): void {
  const place = PLACES.find((known) => known === wanted);
  if (place) router.go(place);
  else if (wanted === 'lock' && session.unlocked) void lock.now();
}
