/** Addresses on a line: read by the agent, the same way as sending reads them. */
import { call } from '$lib/backend';
import type { ParsedAddress } from '$lib/bindings';
import { unreadChip, type Chip, type Letter, type Line } from './letter';

/** What came of a text that was put on a line. */
export interface Added {
  good: number;
  bad: number;
  merged: number;
}

/**
 * Puts a typed or pasted text on a line, at `at` or the end. It is there at once, as written, and becomes its
 * addresses when the agent has read it: those to check first, each address once.
 */
export async function addText(
  letter: Letter,
  line: Line,
  text: string,
  at?: number,
): Promise<Added | undefined> {
  const written = text.trim();
  if (written === '') return undefined;
  const chip = unreadChip(written);
  letter[line].splice(at ?? letter[line].length, 0, chip);
  return resolve(letter, line, chip.id);
}

/** Reads what has not been read on a line, for instance in a draft that was opened. */
export async function readChips(letter: Letter, line: Line): Promise<void> {
  const unread = letter[line].filter((chip) => chip.unread);
  if (unread.length === 0) return;
  try {
    const { entries } = await call('address.parse', { text: unread.map((chip) => chip.text).join('\n') });
    const read = new Map(entries.map((entry) => [entry.text, entry]));
    for (const chip of letter[line]) {
      const entry = read.get(chip.text);
      if (chip.unread && entry) Object.assign(chip, known(entry));
    }
  } catch {
    return; // They stay as written, and are read when the message is checked or sent.
  }
  for (const { id } of letter[line].filter((chip) => chip.unread)) await resolve(letter, line, id);
}

async function resolve(letter: Letter, line: Line, id: number): Promise<Added | undefined> {
  const text = letter[line].find((chip) => chip.id === id)?.text;
  if (text === undefined) return undefined;
  const parsed = await call('address.parse', { text }).catch(() => undefined);
  const index = letter[line].findIndex((chip) => chip.id === id);
  if (index < 0 || !parsed) return undefined;
  const there = new Set(
    letter[line].flatMap((chip) => (chip.id === id || !chip.address ? [] : [addressKey(chip)])),
  );
  const fresh = parsed.entries.filter((entry) => !entry.address || !there.has(addressKey(entry)));
  letter[line].splice(index, 1, ...fresh.map(chipOf));
  const bad = fresh.filter((entry) => entry.failure).length;
  return { good: fresh.length - bad, bad, merged: parsed.merged + parsed.entries.length - fresh.length };
}

function chipOf(entry: ParsedAddress): Chip {
  return { ...unreadChip(entry.text), ...known(entry) };
}

function known({ name, address, domain, failure }: ParsedAddress) {
  return { name, address, domain, failure, unread: false };
}

/** Equal for two spellings of one mailbox. */
export function addressKey({ address }: { address: string | null }): string {
  return (address ?? '').toLowerCase();
}

/** `Mia Berg <mia@example.org>` as it is shown: the name alone where there is one. */
export function chipLabel(chip: Chip): string {
  return chip.name ? `${chip.name} <${chip.address ?? ''}>` : chip.text;
}

/** Moves chips to another line; those that are there already are merged. */
export function moveChips(letter: Letter, from: Line, to: Line, ids: number[]): void {
  const moved = letter[from].filter((chip) => ids.includes(chip.id));
  const there = new Set(letter[to].filter((chip) => chip.address).map(addressKey));
  letter[from] = letter[from].filter((chip) => !ids.includes(chip.id));
  letter[to].push(...moved.filter((chip) => !chip.address || !there.has(addressKey(chip))));
}
