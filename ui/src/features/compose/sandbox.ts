/** The same message, where nothing leaves this computer. */
import { call } from '$lib/backend';
import { openInCompose } from '$lib/state/outbox.svelte';
import { session } from '$lib/state/session.svelte';
import { composer } from './composer.svelte';
import { sending } from './sending.svelte';

/** Goes over to the sandbox with a copy of the open message; the draft stays where it is. */
export async function tryInSandbox(): Promise<void> {
  const draft = composer.draft();
  if (!(await composer.keeper.flush())) return;
  sending.dismiss();
  await call('profile.switch', { profile: 'sandbox' });
  await session.start();
  openInCompose(draft, null);
}
