import type { Action } from '$lib/state/actions.svelte';
import { session } from '$lib/state/session.svelte';

/** What `tinykeys` shall do for each key. Of two actions with the same keys the first wins: the nearer one. */
export function bindings(all: Action[]): Record<string, (event: KeyboardEvent) => void> {
  const map: Record<string, (event: KeyboardEvent) => void> = {};
  for (const action of all) {
    for (const keys of [action.keys, ...(action.alsoKeys ?? [])]) {
      if (!keys || keys in map) continue;
      map[keys] = (event) => {
        if (event.defaultPrevented || !applies(action, event)) return;
        event.preventDefault();
        void action.run();
      };
    }
  }
  return map;
}

function applies(action: Action, event: KeyboardEvent): boolean {
  if (!action.locked && !session.unlocked) return false;
  if (!action.anywhere && document.querySelector('[role="dialog"][data-state="open"]')) return false;
  const bare = !event.ctrlKey && !event.altKey && !event.metaKey && event.key.length === 1;
  return !((bare || action.notInText) && isEditable(event.target));
}

/** Whether the target takes text. */
export function isEditable(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))
  );
}
