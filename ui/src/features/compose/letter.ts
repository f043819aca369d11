/** The message as it is written: what a draft holds, plus what the page knows of it. */
import type { Attachment, Draft, Failure, FileFacts } from '$lib/bindings';

/** The lines that hold addresses. */
export const LINES = ['to', 'cc', 'bcc', 'reply_to'] as const;
export type Line = (typeof LINES)[number];

/** One address on a line. */
export interface Chip {
  id: number;
  /** As a draft holds it; as written where it is no address. */
  text: string;
  name: string | null;
  address: string | null;
  domain: string | null;
  /** Why it cannot be sent to. */
  failure: Failure | null;
  /** Not read by the agent yet. */
  unread: boolean;
}

/** One attachment. */
export interface Item {
  handle: string;
  name: string;
  /** Content-ID: shown inside the HTML. */
  inline: string | null;
  content_type: string | null;
  /** What is at its place; none until it was looked at. */
  facts: FileFacts | null;
}

export interface Letter {
  from: string;
  /** Id of the key; none: the only one there is. */
  key: string | null;
  to: Chip[];
  cc: Chip[];
  bcc: Chip[];
  reply_to: Chip[];
  subject: string;
  text: string;
  html: string;
  files: Item[];
}

/** Views of the body. */
export const TABS = ['text', 'html', 'preview', 'source', 'links'] as const;
export type Tab = (typeof TABS)[number];

/** Where the person was: kept beside the draft, so that it opens as it was left. */
export interface View {
  tab: Tab;
  /** Which field had the focus. */
  field: 'from' | Line | 'subject' | 'text' | 'html' | null;
  caret: [number, number];
  scroll: number;
  /** Typed on a line and not an address yet. */
  pending: Record<Line, string>;
  /** Lines opened on demand. */
  shown: Line[];
  /** Send although Gmail is known to block a type. */
  allow_blocked: boolean;
}

let chips = 0;

/** An address that the agent has not read yet. */
export function unreadChip(text: string): Chip {
  return { id: ++chips, text, name: null, address: null, domain: null, failure: null, unread: true };
}

export function emptyLetter(from = '', key: string | null = null): Letter {
  return { from, key, to: [], cc: [], bcc: [], reply_to: [], subject: '', text: '', html: '', files: [] };
}

export function emptyView(): View {
  return {
    tab: 'text',
    field: null,
    caret: [0, 0],
    scroll: 0,
    pending: { to: '', cc: '', bcc: '', reply_to: '' },
    shown: [],
    allow_blocked: false,
  };
}

/** Whether nothing but the sender is there. */
export function isEmpty(letter: Letter, view: View): boolean {
  const lines = LINES.every((line) => letter[line].length === 0 && view.pending[line].trim() === '');
  return lines && !letter.subject && !letter.text && !letter.html && letter.files.length === 0;
}

/** The letter as it is saved and sent. */
export function toDraft(letter: Letter): Draft {
  const texts = (line: Line) => letter[line].map((chip) => chip.text);
  return {
    from: letter.from.trim(),
    to: texts('to'),
    cc: texts('cc'),
    bcc: texts('bcc'),
    reply_to: texts('reply_to'),
    subject: letter.subject,
    text: letter.text || (letter.html ? null : ''),
    html: letter.html || null,
    attachments: letter.files.map(({ handle, name, inline, content_type }): Attachment => ({
      handle,
      name,
      content_type,
      content_id: inline,
    })),
  };
}

/** A letter from a draft; addresses and files are yet to be read. */
export function fromDraft(draft: Partial<Draft>, key: string | null): Letter {
  const line = (texts: string[] | undefined) => (texts ?? []).map(unreadChip);
  return {
    from: draft.from ?? '',
    key,
    to: line(draft.to),
    cc: line(draft.cc),
    bcc: line(draft.bcc),
    reply_to: line(draft.reply_to),
    subject: draft.subject ?? '',
    text: draft.text ?? '',
    html: draft.html ?? '',
    files: (draft.attachments ?? []).flatMap(itemOf),
  };
}

function itemOf({ handle, name, path, content_type, content_id }: Attachment): Item[] {
  if (!handle) return [];
  const shown = name ?? path?.split(/[/\\]/).at(-1) ?? '';
  return [
    { handle, name: shown, inline: content_id ?? null, content_type: content_type ?? null, facts: null },
  ];
}

/** What a draft's `view` says, as far as it can be understood. */
export function readView(text: string | null): View {
  const view = emptyView();
  if (!text) return view;
  try {
    const read = JSON.parse(text) as Partial<View>;
    if (TABS.includes(read.tab as Tab)) view.tab = read.tab as Tab;
    if (typeof read.field === 'string') view.field = read.field;
    if (Array.isArray(read.caret)) view.caret = [Number(read.caret[0]) || 0, Number(read.caret[1]) || 0];
    view.scroll = Number(read.scroll) || 0;
    for (const line of LINES) {
      const pending: unknown = read.pending?.[line];
      if (typeof pending === 'string') view.pending[line] = pending;
    }
    if (Array.isArray(read.shown)) view.shown = LINES.filter((line) => read.shown?.includes(line));
    view.allow_blocked = read.allow_blocked === true;
  } catch {
    // A view of another version: the text matters, the place in it does not.
  }
  return view;
}
