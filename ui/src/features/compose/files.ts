/** Attachments: picked, dropped, looked at again. The page knows them by handle only. */
import { call } from '$lib/backend';
import type { FileFacts } from '$lib/bindings';
import type { Item, Letter } from './letter';

/** Google's limit on the encoded message; a single file over it can never be sent. */
export const LIMIT_BYTES = 36_700_160;

/** Asks for files and attaches them. */
export async function pickFiles(letter: Letter): Promise<FileFacts[]> {
  const { files } = await call('files.pick', { purpose: 'attachment', multiple: true });
  attach(letter, files);
  return files;
}

/** Attaches files; one that is there already is not added twice. */
export function attach(letter: Letter, files: FileFacts[]): void {
  const there = new Set(letter.files.map((item) => item.handle));
  letter.files.push(...files.filter((file) => !there.has(file.handle)).map(itemOf));
}

/** Looks at what is at the files' places now. */
export async function lookAtFiles(letter: Letter): Promise<void> {
  const handles = letter.files.map((item) => item.handle);
  if (handles.length === 0) return;
  const reply = await call('files.look', { handles }).catch(() => undefined);
  for (const facts of reply?.files ?? []) {
    const item = letter.files.find((one) => one.handle === facts.handle);
    if (item) item.facts = facts;
  }
}

function itemOf(facts: FileFacts): Item {
  return { handle: facts.handle, name: facts.name, inline: null, content_type: null, facts };
}

/** Why a file cannot go out as it is, if it cannot. */
export type FileFault = 'folder' | 'missing' | 'unreadable' | 'too-large';

export function fileFault(item: Item): FileFault | undefined {
  const { facts } = item;
  if (!facts) return undefined;
  if (facts.state !== 'readable') return facts.state;
  return facts.bytes > LIMIT_BYTES ? 'too-large' : undefined;
}

/** A content id for an inline image that no other file has. */
export function inlineId(letter: Letter, item: Item): string {
  const stem = item.name.replace(/\.[^.]*$/, '').replace(/[^A-Za-z0-9._-]+/g, '-') || 'image';
  const taken = new Set(letter.files.map((one) => one.inline));
  for (let n = 1; ; n++) {
    const id = n === 1 ? stem : `${stem}-${n}`;
    if (!taken.has(id)) return id;
  }
}

/** Whether a file can be shown inside the HTML. */
export function isImage(item: Item): boolean {
  return (item.content_type ?? item.facts?.content_type ?? '').startsWith('image/');
}
