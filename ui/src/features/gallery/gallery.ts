/**
 * The state gallery: every state of every screen at an address of its own, in test builds only
 * (`SIGNET_GALLERY=1`; a release holds none of it).
 *
 *     /#/__states                                        the index
 *     /#/__states/compose/empty?theme=dark&text=150&lang=de   one state, alone
 *
 * An area adds states in `src/features/<area>/states.ts` (or `<anything>.states.ts`):
 *
 *     export default states('history', [
 *       { name: 'empty', component: History, backend: { 'history.list': () => ({ items: [], more: false }) } },
 *       { name: 'row-open', component: History, backend, frame: true, after: (root) => press(root, 'option') },
 *     ]);
 *
 * A method that is not scripted fails with `unsupported`; `never()` as an answer stays loading.
 * `samples.ts` has facts, states of the vault, keys and drafts to start from. Dates: the clock of the
 * gallery starts at `NOW`. Component tests may render the same states.
 */
import type { Component } from 'svelte';
import type { Handlers } from '$lib/backend/scripted';
import type { Failure, StatusReport, WindowFacts } from '$lib/bindings';

/** One state of one screen. */
export interface GalleryState {
  /** In the address: `sending`, `two-to-check`. */
  name: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- components of any props
  component: Component<any>;
  props?: Record<string, unknown>;
  /** Answers of the backend; added to answers that everything needs. */
  backend?: Handlers;
  /** What the window knows; by default an unlocked sandbox vault. */
  facts?: Partial<WindowFacts>;
  status?: StatusReport;
  away?: Failure;
  /** Shown in the window's frame, beside the sidebar. The component is then the place named by `place`. */
  frame?: boolean;
  /** Brings the state about once it is shown: presses, types. */
  after?: (root: HTMLElement) => void | Promise<void>;
}

/** The states of an area. */
export interface GalleryArea {
  area: string;
  states: GalleryState[];
}

/** Names an area's states. */
export function states(area: string, list: GalleryState[]): GalleryArea {
  return { area, states: list };
}

/** An answer that never comes: what loading looks like. */
export function never<T>(): Promise<T> {
  return new Promise<T>(() => undefined);
}

/** Presses the control of that role whose name contains the text, once it is there. */
export async function press(root: HTMLElement, selector: string, text = ''): Promise<void> {
  (await found(root, selector, text)).click();
}

/** Types into a field, once it is there. */
export async function type(root: HTMLElement, selector: string, text: string): Promise<void> {
  const field = (await found(root, selector)) as HTMLInputElement;
  field.value = text;
  field.dispatchEvent(new Event('input', { bubbles: true }));
}

/** Waits for an element that matches the selector and contains the text. */
export async function found(root: HTMLElement, selector: string, text = ''): Promise<HTMLElement> {
  for (let tries = 0; tries < 300; tries++) {
    for (const element of [root, document.body].flatMap((from) => [...from.querySelectorAll(selector)])) {
      const named = `${element.textContent} ${element.getAttribute('aria-label') ?? ''}`;
      if (element instanceof HTMLElement && named.includes(text)) return element;
    }
    await new Promise((next) => setTimeout(next, 50));
  }
  throw new Error(`not found: ${selector} ${text}`);
}
