import { mount } from 'svelte';
import { useBackend } from '$lib/backend';
import { scriptedBackend } from '$lib/backend/scripted';
import Gallery from './Gallery.svelte';
import { NOW, facts, unlocked } from './samples';

/** Shows the gallery in place of the window. The address names the state: `gallery.ts`. */
export function showGallery(target: HTMLElement): void {
  const real = Date.now;
  const start = real();
  Date.now = () => NOW + real() - start;
  useBackend(scriptedBackend({ 'window.facts': () => facts, status: () => unlocked }));
  addEventListener('hashchange', () => location.reload());
  mount(Gallery, { target });
}
