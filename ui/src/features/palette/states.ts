import { never, states, type, type GalleryState } from '$features/gallery/gallery';
import { LONG, NOW, key, locked, vaultFacts } from '$features/gallery/samples';
import Settings from '$features/settings/Settings.svelte';
import Unlock from '$features/unlock/Unlock.svelte';
import type { HistoryListReply } from '$lib/bindings';
import { palette } from './palette.svelte';

const opened: Pick<GalleryState, 'component' | 'frame' | 'after' | 'backend'> = {
  component: Settings,
  frame: true,
  backend: { 'settings.show': never, 'backup.list': never },
  after: () => palette.toggle(),
};

const sent: HistoryListReply = {
  items: ['[TEST] Bill 2026-114', LONG, ''].map((subject, at) => ({
    id: `row-${at}`,
    time: NOW,
    from: 'qa@example.org',
    to: ['Billing <billing@example.org>', 'jon@partner.example'],
    recipients: 2,
    subject,
    attachments: 1,
    state: 'sent',
    key: key.client_email,
    code: null,
  })),
  more: false,
};

async function typed(root: HTMLElement, text: string): Promise<void> {
  palette.toggle();
  await type(root, '[data-palette]', text);
}

export default states('palette', [
  { name: 'open', ...opened },
  { name: 'found', ...opened, after: (root) => typed(root, 'lo') },
  {
    name: 'people-and-messages',
    ...opened,
    backend: { ...opened.backend, 'key.list': () => ({ keys: [key] }), 'history.list': () => sent },
    after: (root) => typed(root, 'bill'),
  },
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
