import type { FileFacts, HistoryItem } from '$lib/bindings';

/** A file of a message, and whether what lies at its place now is still what went out. */
export interface SentFile {
  name: string;
  bytes: number | undefined;
  type: string | undefined;
  sha256: string | undefined;
  state: 'same' | 'changed' | 'missing' | 'unreadable' | 'unsaid';
  folder: string | undefined;
}

/** The files of a message: as sent where it was read, else as the draft names them. */
export function filesOf(item: HistoryItem, now: FileFacts[]): SentFile[] {
  return item.draft.attachments.map((attachment, index) => {
    const sent = item.report?.attachments[index];
    const facts = now.find((file) => file.handle === attachment.handle);
    return {
      name: sent?.name ?? attachment.name ?? facts?.name ?? attachment.path ?? '',
      bytes: sent?.bytes ?? facts?.bytes,
      type: sent?.content_type ?? attachment.content_type ?? facts?.content_type,
      sha256: sent?.sha256,
      state: stateOf(facts, sent?.bytes, item.time),
      folder: facts?.folder,
    };
  });
}

function stateOf(facts: FileFacts | undefined, bytes: number | undefined, sent: number): SentFile['state'] {
  if (!facts) return 'unsaid';
  if (facts.state === 'missing') return 'missing';
  if (facts.state !== 'readable') return 'unreadable';
  const other = bytes !== undefined && facts.bytes !== bytes;
  const later = facts.modified !== null && facts.modified > sent;
  return other || later ? 'changed' : 'same';
}
