import { untrack, type Component } from 'svelte';
import type { CommandWish } from '$lib/bindings';
import { m } from '$lib/paraglide/messages';

/** An action: one registry feeds palette, shortcut sheet, menus and keys. */
export interface Action {
  id: string;
  label: string;
  /** Words people may search for. */
  words?: string;
  icon?: Component<{ class?: string }>;
  /** For `tinykeys`: `$mod+Enter`. */
  keys?: string;
  /** Other keys for the same, which are not shown: another keyboard's. */
  alsoKeys?: string[];
  /** Which part of the palette it belongs to. */
  group: 'item' | 'do' | 'go' | 'keys' | 'people' | 'messages' | 'settings';
  /** Whether it works while the vault is locked. */
  locked?: boolean;
  /** Whether its keys work while a dialog is open. */
  anywhere?: boolean;
  /** Its keys belong to the text while a field has the focus. */
  notInText?: boolean;
  /** Not in the palette: only keys and the shortcut sheet. */
  keysOnly?: boolean;
  /** The same as a line for a terminal: “Copy as command”. */
  command?: () => CommandWish;
  run: () => void | Promise<void>;
}

/** Actions that depend on what is typed into the palette. */
type Offer = (query: string) => Action[];

class Actions {
  #sets = $state.raw<(() => Action[])[]>([]);
  #offers = $state.raw<Offer[]>([]);
  /** All actions that apply now; those registered last come first. */
  readonly all = $derived(this.#sets.toReversed().flatMap((set) => set()));

  /** Adds actions until the returned function is called. Use inside `$effect`. */
  register(set: () => Action[]): () => void {
    // An effect that registers must not depend on who else has registered.
    this.#sets = [...untrack(() => this.#sets), set];
    return () => (this.#sets = this.#sets.filter((known) => known !== set));
  }

  /** Adds answers to what is typed into the palette, until the returned function is called. */
  offer(offer: Offer): () => void {
    this.#offers = [...untrack(() => this.#offers), offer];
    return () => (this.#offers = this.#offers.filter((known) => known !== offer));
  }

  /** What is offered for a text. */
  offered(query: string): Action[] {
    return this.#offers.flatMap((offer) => offer(query));
  }

  run(id: string): void {
    void this.all.find((action) => action.id === id)?.run();
  }
}

export const actions = new Actions();

/** `$mod+Shift+a` as people read it on their keyboard: `Ctrl Shift A`. */
export function keysText(keys: string): string {
  const names: Record<string, () => string> = {
    $mod: m.kbd_ctrl,
    Control: m.kbd_ctrl,
    Shift: m.kbd_shift,
    Alt: m.kbd_alt,
    Enter: m.kbd_enter,
    Escape: m.kbd_escape,
    Delete: m.kbd_delete,
  };
  return keys
    .split(' ')
    .map((press) =>
      press
        .split(/\b\+/)
        .map((key) => names[key]?.() ?? (key.length === 1 ? key.toUpperCase() : key))
        .join(' '),
    )
    .join(', ');
}
