import { mount } from 'svelte';
import { applyPrefs } from './lib/state/appearance.svelte';
import { session } from './lib/state/session.svelte';
import './styles/app.css';

const target = document.getElementById('app');
if (target) {
  if (__GALLERY__ && location.hash.startsWith('#/__states')) {
    const { showGallery } = await import('./features/gallery');
    showGallery(target);
  } else {
    // Theme, text size and language are on the document before anything is painted.
    const [{ default: App }] = await Promise.all([import('./App.svelte'), session.start()]);
    if (session.facts) applyPrefs(session.facts.prefs, session.facts.locale);
    mount(App, { target });
  }
}
