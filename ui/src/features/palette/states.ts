import { never, states, type, type GalleryState } from '$features/gallery/gallery';
import { locked, vaultFacts } from '$features/gallery/samples';
import Settings from '$features/settings/Settings.svelte';
import Unlock from '$features/unlock/Unlock.svelte';
import { palette } from './palette.svelte';

const opened: Pick<GalleryState, 'component' | 'frame' | 'after' | 'backend'> = {
  component: Settings,
  frame: true,
  backend: { 'settings.show': never, 'backup.list': never },
  after: () => palette.toggle(),
};

async function typed(root: HTMLElement, text: string): Promise<void> {
  palette.toggle();
  await type(root, '[data-palette]', text);
}

export default states('palette', [
  { name: 'open', ...opened },
  { name: 'found', ...opened, after: (root) => typed(root, 'lo') },
  { name: 'nothing', ...opened, after: (root) => typed(root, 'xyzzy') },
  {
    name: 'locked',
    component: Unlock,
    props: { info: vaultFacts },
    status: locked,
    after: () => palette.toggle(),
  },
  { name: 'shortcuts', ...opened, after: () => void (palette.sheet = true) },
]);
