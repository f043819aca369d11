import { actions, type Action } from '$lib/state/actions.svelte';
import { session } from '$lib/state/session.svelte';
import { lookup } from './lookup.svelte';
import { grouped, matching } from './search';

/** A row of the palette; the same action may stand under “Recent” and in its group. */
export interface Row {
  id: string;
  action: Action;
}
export interface Group {
  group: Action['group'] | 'recent';
  rows: Row[];
}

/** The command palette: what is typed, what matches, which row is chosen, what was used last. */
class Palette {
  open = $state(false);
  sheet = $state(false);
  #query = $state('');
  #chosen = $state(0);
  /** Ids of the last five actions; forgotten with the window. */
  #recent = $state.raw<string[]>([]);

  /** What may be run now. */
  readonly usable = $derived(
    actions.all.filter((action) => !action.keysOnly && (action.locked || session.unlocked)),
  );
  readonly groups = $derived.by((): Group[] => {
    const query = this.#query.trim();
    const offered = query && session.unlocked ? [...actions.offered(query), ...lookup.found(query)] : [];
    const list = grouped([...offered, ...matching(this.usable, query)]).map(({ group, actions: found }) => ({
      group,
      rows: found.map((action) => ({ id: action.id, action })),
    }));
    const recent = query
      ? []
      : this.#recent.flatMap((id) => this.usable.find((action) => action.id === id) ?? []);
    if (recent.length === 0) return list;
    const rows = recent.map((action) => ({ id: `recent-${action.id}`, action }));
    return [{ group: 'recent', rows }, ...list];
  });
  readonly rows = $derived(this.groups.flatMap(({ rows }) => rows));
  readonly chosen = $derived(this.rows[Math.min(this.#chosen, this.rows.length - 1)]);

  get query(): string {
    return this.#query;
  }
  set query(text: string) {
    this.#query = text;
    this.#chosen = 0;
  }

  toggle(): void {
    this.query = '';
    this.sheet = false;
    this.open = !this.open;
  }

  choose(row: Row): void {
    this.#chosen = this.rows.indexOf(row);
  }

  /** Moves by so many rows, around the ends. */
  move(by: number): void {
    const count = this.rows.length;
    if (count > 0) this.#chosen = (Math.min(this.#chosen, count - 1) + by + count) % count;
  }

  /** To the first (0) or the last (-1) row. */
  jump(to: 0 | -1): void {
    this.#chosen = to === 0 ? 0 : Math.max(this.rows.length - 1, 0);
  }

  /** Closes, then runs: the action may open a dialog of its own. */
  run(action: Action): void {
    this.open = false;
    if (this.usable.some(({ id }) => id === action.id))
      this.#recent = [action.id, ...this.#recent.filter((id) => id !== action.id)].slice(0, 5);
    // After the dialog has given the focus back.
    requestAnimationFrame(() => void action.run());
  }
}

export const palette = new Palette();
