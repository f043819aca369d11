/** What can be done on this screen: keys, palette, menus and buttons call the same functions. */
import { tick } from 'svelte';
import { call } from '$lib/backend';
import type { DraftItem } from '$lib/bindings';
import { m } from '$lib/paraglide/messages';
import { announce } from '$lib/state/announcer.svelte';
import { session } from '$lib/state/session.svelte';
import { undo } from '$lib/state/undo.svelte';
import { shared } from '$features/team/shared.svelte';
import { addText } from './chips';
import { composer } from './composer.svelte';
import { pickFiles } from './files';
import { LINES, type Line, type Tab, type View } from './letter';
import { outsideDomains } from './review';
import { senders } from './senders.svelte';
import { sending } from './sending.svelte';

/** Puts the focus into a field, once it is in the page. */
export async function focusField(field: NonNullable<View['field']>): Promise<void> {
  if (field === 'text' || field === 'html') composer.view.tab = field;
  await tick();
  document.querySelector<HTMLElement>(`[data-field="${field}"]`)?.focus();
}

/** Opens a line of addresses and goes there. */
export async function showLine(line: Line): Promise<void> {
  if (!composer.view.shown.includes(line)) composer.view.shown.push(line);
  await focusField(line);
}

export async function showTab(tab: Tab): Promise<void> {
  composer.view.tab = tab;
  if (tab === 'text' || tab === 'html') await focusField(tab);
}

/** Puts caret and scroll where they were when this draft was left. */
export async function restorePlace(): Promise<void> {
  const { field, caret, scroll } = composer.view;
  await tick();
  if (!field) return focusField(composer.letter.from ? 'to' : 'from');
  await focusField(field);
  const area = document.activeElement;
  if (!(area instanceof HTMLTextAreaElement)) return;
  area.setSelectionRange(...caret);
  area.scrollTop = scroll;
}

export async function newMessage(): Promise<void> {
  if (sending.busy) return;
  if (!(await composer.openNew())) announce(m.compose_stays_open(), true);
}

export async function openDraft(item: DraftItem): Promise<void> {
  if (sending.busy) return;
  if (!(await composer.open(item))) announce(m.compose_stays_open(), true);
}

/** Removes a draft at once, and offers it back. */
export async function removeDraft(id: string): Promise<void> {
  if (id === composer.id) await composer.keeper.flush();
  await composer.refresh();
  const item = await composer.remove(id);
  if (item) undo.show(m.compose_draft_removed(), () => composer.bringBack(item));
}

export async function attachFiles(): Promise<void> {
  if (!sending.busy) await pickFiles(composer.letter);
}

/** What is typed on the lines becomes addresses. */
export async function commitPending(): Promise<void> {
  const { letter, view } = composer;
  for (const line of LINES) {
    const text = view.pending[line];
    view.pending[line] = '';
    await addText(letter, line, text);
  }
}

/** Sends the open message: after the hold where a recipient is outside. */
export async function send(): Promise<void> {
  if (sending.busy || !composer.ready) return;
  await commitPending();
  const { letter, view, keeper } = composer;
  await keeper.flush();
  const prefs = session.facts?.prefs;
  const outside = outsideDomains(letter, prefs?.own_domains ?? []).length > 0;
  const offered = shared.find(letter.key);
  sending.begin({
    draft: composer.draft(),
    key: senders.keyOf(letter.key)?.id ?? letter.key,
    via: offered && {
      key: offered.key.id,
      host: offered.host.host,
      name: offered.host.name,
      code: sending.code || null,
    },
    allow_blocked: view.allow_blocked,
    hold: outside ? (prefs?.undo_seconds ?? 5) : 0,
    current: () => composer.keeper === keeper || (keeper.id !== null && keeper.id === composer.id),
    accepted: () => composer.sent(keeper),
  });
  // A code works once.
  sending.code = '';
}

/** The command that sends this message, for a terminal. */
export async function copyAsCommand(): Promise<void> {
  const { line } = await call('command.show', {
    action: 'send',
    draft: composer.draft(),
    key: composer.letter.key,
  });
  await navigator.clipboard.writeText(line);
  announce(m.copied());
}

/** Saves the message as a message file. */
export async function saveAsFile(): Promise<void> {
  const { file } = await call('template.save', { draft: composer.draft(), key: composer.letter.key });
  if (file) announce(m.compose_template_saved({ name: file.name }));
}
