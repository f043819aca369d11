import type { Component } from 'svelte';

/** An action: one registry feeds palette, shortcut sheet, menus and keys. */
export interface Action {
  id: string;
  label: string;
  /** Words people may search for. */
  words?: string;
  icon?: Component<{ class?: string }>;
  /** For `tinykeys`: `$mod+Enter`. */
  keys?: string;
  /** Which part of the palette it belongs to. */
  group: 'item' | 'go' | 'do' | 'settings';
  /** Whether it works while the vault is locked. */
  locked?: boolean;
  run: () => void | Promise<void>;
}

class Actions {
  #sets = $state<(() => Action[])[]>([]);
  /** All actions that apply now; those registered last come first. */
  readonly all = $derived(this.#sets.toReversed().flatMap((set) => set()));

  /** Adds actions until the returned function is called. Use inside `$effect`. */
  register(set: () => Action[]): () => void {
    this.#sets = [...this.#sets, set];
    return () => (this.#sets = this.#sets.filter((known) => known !== set));
  }

  run(id: string): void {
    void this.all.find((action) => action.id === id)?.run();
  }
}

export const actions = new Actions();

/** `$mod+Shift+a` as people read it: `Ctrl Shift A`. */
export function keysText(keys: string): string {
  return keys
    .split(' ')
    .map((chord) =>
      chord
        .split('+')
        .map((key) => (key === '$mod' ? 'Ctrl' : key.length === 1 ? key.toUpperCase() : key))
        .join(' '),
    )
    .join(', ');
}
