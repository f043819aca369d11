import { actions, type Action } from '$lib/state/actions.svelte';
import { session } from '$lib/state/session.svelte';
import { matching } from './search';

/** The command palette: what is typed, what matches, what was used last. */
class Palette {
  open = $state(false);
  sheet = $state(false);
  query = $state('');
  /** Ids of the last five actions; forgotten with the window. */
  #recent = $state.raw<string[]>([]);

  /** What may be run now. */
  readonly usable = $derived(
    actions.all.filter((action) => !action.keysOnly && (action.locked || session.unlocked)),
  );
  readonly recent = $derived(
    this.#recent.flatMap((id) => this.usable.find((action) => action.id === id) ?? []),
  );
  readonly found = $derived.by(() => {
    const query = this.query.trim();
    if (!query) return this.usable;
    const offered = session.unlocked ? actions.offered(query) : [];
    return [...offered, ...matching(this.usable, query)];
  });

  toggle(): void {
    this.query = '';
    this.sheet = false;
    this.open = !this.open;
  }

  /** Closes, then runs: the action may open a dialog of its own. */
  run(action: Action): void {
    this.open = false;
    this.#recent = [action.id, ...this.#recent.filter((id) => id !== action.id)].slice(0, 5);
    // After the dialog has given the focus back.
    requestAnimationFrame(() => void action.run());
  }
}

export const palette = new Palette();
