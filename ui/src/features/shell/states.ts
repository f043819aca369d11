import { never, states, type GalleryState } from '$features/gallery/gallery';
import { NOW, failure, unlocked } from '$features/gallery/samples';
import type { StatusReport } from '$lib/bindings';
import Settings from '$features/settings/Settings.svelte';
import { on } from '$features/team/samples';
import Away from './Away.svelte';
import Connecting from './Connecting.svelte';
import Unusable from './Unusable.svelte';

function locksAt(locks_at: number | null): StatusReport {
  if (unlocked.vault.state !== 'unlocked') return unlocked;
  return { ...unlocked, vault: { ...unlocked.vault, locks_at } };
}
const frame = {
  component: Settings,
  frame: true,
  backend: { 'settings.show': never, 'backup.list': never },
} satisfies Partial<GalleryState>;

export default states('shell', [
  { name: 'connecting', component: Connecting },
  { name: 'agent-not-running', component: Away, props: { failure: failure('agent-not-running') } },
  { name: 'agent-version', component: Away, props: { failure: failure('agent-version') } },
  {
    name: 'agent-untrusted',
    component: Away,
    props: { failure: failure('agent-untrusted', { uid: '1001' }) },
  },
  { name: 'vault-damaged', component: Unusable, props: { failure: failure('vault-damaged') } },
  { name: 'vault-newer', component: Unusable, props: { failure: failure('vault-newer') } },
  { name: 'keychain-missing', component: Unusable, props: { failure: failure('keychain-missing') } },
  { name: 'frame-sandbox', ...frame },
  { name: 'frame-production', ...frame, facts: { profile: 'production' } },
  { name: 'frame-locks-soon', ...frame, status: locksAt(NOW + 42_000) },
  { name: 'frame-serving', ...frame, backend: { ...frame.backend, 'host.show': () => on } },
  { name: 'frame-stays-open', ...frame, status: locksAt(null) },
]);
