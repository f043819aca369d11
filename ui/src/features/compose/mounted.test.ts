import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { useBackend } from '$lib/backend';
import { scriptedBackend } from '$lib/backend/scripted';
import { session } from '$lib/state/session.svelte';
import { facts, locked, unlocked } from '$features/gallery/samples';
import { composer } from './composer.svelte';
import { draftItem, fakeBackend, invoice, type Fake } from './fake';
import WhileOpen from './WhileOpen.svelte';

let fake: Fake;
let screen: Record<string, unknown> | undefined;

function show(open: boolean): void {
  session.status = open ? unlocked : locked;
  screen ??= mount(WhileOpen, { target: document.body });
  flushSync();
}

async function pause(millis: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(millis);
  flushSync();
}

function type(field: string, text: string): void {
  const input = document.querySelector<HTMLInputElement>(`[data-field="${field}"]`);
  if (!input) throw new Error(`${field} is not in the page`);
  input.value = text;
  input.dispatchEvent(new Event('input', { bubbles: true }));
  flushSync();
}

beforeEach(() => {
  vi.useFakeTimers();
  fake = fakeBackend([draftItem(invoice)]);
  useBackend(scriptedBackend(fake.handlers));
  session.facts = facts;
});
afterEach(async () => {
  show(false);
  await pause(5000);
  if (screen) await unmount(screen);
  vi.useRealTimers();
});

test('a second unlock keeps what is typed as the first did', async () => {
  for (const round of ['one', 'two', 'three']) {
    show(true);
    await pause(2000);
    type('text', round);
    await pause(300);
    expect(fake.drafts[0]?.draft.text).toBe(round);
    type('text', `${round} and more`);
    fake.failing = 'locked';
    show(false);
    await pause(2000);
    expect(JSON.stringify(composer.letter)).not.toContain('more');
    expect(document.body.textContent).not.toContain('more');
    fake.failing = undefined;
    show(true);
    await pause(2000);
    expect(fake.drafts[0]?.draft.text).toBe(`${round} and more`);
    show(false);
    await pause(2000);
  }
});
