/** "Before you send": everything worth knowing about a message, as lines with one fix each. */
import type { Failure, MessageChecked, Finding as Wire } from '$lib/bindings';
import { obstacles, type Obstacle, type Offered } from '$features/team/shared.svelte';
import { fileFault, type FileFault } from './files';
import { LINES, type Chip, type Item, type Letter, type Line, type View } from './letter';

/** `stop`: certain to fail. `check`: often a mistake. `note`: worth knowing. `fits`: measured and well. */
export type Weight = 'stop' | 'check' | 'note' | 'fits';

export type Finding =
  | { kind: 'no-key' | 'no-sender' | 'bad-sender' | 'no-recipient' | 'empty-subject' | 'empty-body' }
  | { kind: 'pending'; line: Line; text: string }
  | { kind: 'bad-address'; line: Line; chip: Chip }
  | { kind: 'bad-addresses'; count: number }
  | { kind: 'too-many-recipients'; count: number }
  | { kind: 'outside'; domains: string[] }
  | { kind: 'file'; item: Item; fault: FileFault }
  | { kind: 'blocked'; item: Item; allowed: boolean }
  | { kind: 'empty-file'; item: Item }
  | { kind: 'inline-unused'; item: Item }
  | { kind: 'too-large'; over: number }
  | { kind: 'nearly-full'; room: number }
  | { kind: 'large-attachments' | 'html-only' }
  | { kind: 'html-cut'; bytes: number }
  | { kind: 'html-fits'; bytes: number }
  | { kind: 'unfilled'; names: string[] }
  | { kind: 'unchecked'; failure: Failure }
  | { kind: 'duplicate'; address: string }
  | { kind: 'host-away'; host: string }
  | { kind: 'obstacle'; obstacle: Obstacle; host: string }
  | ({ kind: 'other' } & Wire);

export interface Reviewed {
  weight: Weight;
  finding: Finding;
}

export interface Known {
  letter: Letter;
  view: View;
  /** The vault holds a key to send with. */
  has_key: boolean;
  /** The sender is an address; none while nobody has looked. */
  sender_ok: boolean | undefined;
  own_domains: string[];
  /** The key is another's: what its host lets this device send. */
  offered?: Offered | undefined;
  checked: MessageChecked | undefined;
  failure: Failure | undefined;
}

/** Gmail cuts the display of longer HTML, at about this many bytes. */
export const HTML_CUT_BYTES = 102_000;
/** More bad addresses than this are one line. */
const SINGLE_LINES = 3;
const MAX_RECIPIENTS = 500;

/** The lines, worst first. */
export function review(known: Known): Reviewed[] {
  const lines = [...people(known), ...through(known), ...files(known), ...content(known), ...rest(known)];
  // What blocks is never silent, even where no line of ours explains it.
  const blocking = known.checked?.findings.find((finding) => finding.blocks);
  if (blocking && !known.view.allow_blocked && !lines.some(({ weight }) => weight === 'stop'))
    lines.push({ weight: 'stop', finding: { kind: 'other', ...blocking } });
  const order: Weight[] = ['stop', 'check', 'note', 'fits'];
  return lines.sort((a, b) => order.indexOf(a.weight) - order.indexOf(b.weight));
}

/** Names of message-file variables that are still in the message. */
export function unfilled({ subject, text, html }: Pick<Letter, 'subject' | 'text' | 'html'>): string[] {
  const found = [subject, text, html].flatMap((body) => [...body.matchAll(/\{\{\s*([\w.:-]+)[^{}]*\}\}/g)]);
  return [...new Set(found.map(([, name]) => name ?? ''))];
}

/** Domains that are not one's own, in the order of the recipients. */
export function outsideDomains(letter: Letter, own_domains: string[]): string[] {
  const own = ownDomains(letter.from, own_domains);
  if (own.length === 0) return [];
  const domains = [...letter.to, ...letter.cc, ...letter.bcc].flatMap((chip) => chip.domain ?? []);
  return [...new Set(domains.filter((domain) => !isOwn(domain, own)))];
}

/** The domains that count as one's own: those of the settings, else the sender's. */
export function ownDomains(from: string, own_domains: string[]): string[] {
  const own = own_domains.length > 0 ? own_domains : [/@([^@>\s]+)>?\s*$/.exec(from)?.[1] ?? ''];
  return own.map((domain) => domain.toLowerCase()).filter(Boolean);
}

/** Whether a domain, or one it is part of, is among these. */
export function isOwn(domain: string, own: string[]): boolean {
  const name = domain.toLowerCase();
  return own.some((known) => name === known || name.endsWith(`.${known}`));
}

function people({ letter, view, has_key, sender_ok, own_domains }: Known): Reviewed[] {
  const lines: Reviewed[] = [];
  const stop = (finding: Finding) => lines.push({ weight: 'stop', finding });
  if (!has_key) stop({ kind: 'no-key' });
  if (!letter.from.trim()) stop({ kind: 'no-sender' });
  else if (sender_ok === false) stop({ kind: 'bad-sender' });
  const bad = LINES.flatMap((line) =>
    letter[line].filter((chip) => chip.failure).map((chip) => ({ line, chip })),
  );
  if (bad.length > SINGLE_LINES) stop({ kind: 'bad-addresses', count: bad.length });
  else for (const { line, chip } of bad) stop({ kind: 'bad-address', line, chip });
  for (const line of LINES) {
    const text = view.pending[line].trim();
    if (text) lines.push({ weight: 'check', finding: { kind: 'pending', line, text } });
  }
  const count = letter.to.length + letter.cc.length + letter.bcc.length;
  if (count === 0) stop({ kind: 'no-recipient' });
  if (count > MAX_RECIPIENTS) stop({ kind: 'too-many-recipients', count });
  const domains = outsideDomains(letter, own_domains);
  if (domains.length > 0) lines.push({ weight: 'note', finding: { kind: 'outside', domains } });
  return lines;
}

/** What the grants that the host showed do not allow. Only the host decides, so nothing here stops a send. */
function through({ letter, offered, checked }: Known): Reviewed[] {
  if (!offered) return [];
  const host = offered.host.name;
  if (!offered.host.reachable) return [{ weight: 'check', finding: { kind: 'host-away', host } }];
  const found = obstacles(offered, {
    from: letter.from,
    recipients: [...letter.to, ...letter.cc, ...letter.bcc].flatMap((chip) => chip.address ?? []),
    bytes: checked?.encoded_bytes,
    types: letter.files.flatMap((item) => item.content_type ?? item.facts?.content_type ?? []),
  });
  return found.map((obstacle) => ({ weight: 'check', finding: { kind: 'obstacle', obstacle, host } }));
}

function files({ letter, view, checked }: Known): Reviewed[] {
  return letter.files.flatMap((item): Reviewed[] => {
    const fault = fileFault(item);
    if (fault) return [{ weight: 'stop', finding: { kind: 'file', item, fault } }];
    const lines: Reviewed[] = [];
    if (item.facts?.blocked) {
      const allowed = view.allow_blocked;
      lines.push({ weight: allowed ? 'check' : 'stop', finding: { kind: 'blocked', item, allowed } });
    }
    if (item.facts?.bytes === 0) lines.push({ weight: 'check', finding: { kind: 'empty-file', item } });
    if (item.inline && checked && !letter.html.includes(`cid:${item.inline}`))
      lines.push({ weight: 'check', finding: { kind: 'inline-unused', item } });
    return lines;
  });
}

function content({ letter, checked }: Known): Reviewed[] {
  const lines: Reviewed[] = [];
  const add = (weight: Weight, finding: Finding) => lines.push({ weight, finding });
  const names = unfilled(letter);
  if (names.length > 0) add('check', { kind: 'unfilled', names });
  if (!letter.subject.trim()) add('check', { kind: 'empty-subject' });
  if (!letter.text.trim() && !letter.html.trim()) add('check', { kind: 'empty-body' });
  else if (!letter.text.trim()) add('note', { kind: 'html-only' });
  if (!checked) return lines;
  const over = checked.encoded_bytes - checked.limit_bytes;
  if (over > 0) add('stop', { kind: 'too-large', over });
  else if (checked.encoded_bytes > checked.limit_bytes * 0.8)
    add('check', { kind: 'nearly-full', room: checked.room_bytes });
  if (checked.html_bytes > HTML_CUT_BYTES) add('check', { kind: 'html-cut', bytes: checked.html_bytes });
  else if (checked.html_bytes > 0) add('fits', { kind: 'html-fits', bytes: checked.html_bytes });
  return lines;
}

/** Names that a line above says better, with a fix. */
const SAID = new Set([
  'no-recipient',
  'invalid-address',
  'non-ascii-address',
  'missing-sender',
  'no-sender',
  'no-subject',
  'empty-subject',
  'empty-body',
  'blocked-type',
  'too-large',
  'message-too-large',
  'html-clip',
  'too-many-recipients',
  'unfilled-variable',
  'unfilled-variables',
  'missing-variable',
  'attachment-missing',
  'attachment-unreadable',
  'attachment-not-file',
  'empty-attachment',
  'unused-inline-image',
]);

function rest({ checked, failure }: Known): Reviewed[] {
  if (failure) return [{ weight: 'note', finding: { kind: 'unchecked', failure } }];
  return (checked?.findings ?? []).flatMap((finding): Reviewed[] => {
    if (finding.name === 'large-attachments')
      return [{ weight: 'note', finding: { kind: 'large-attachments' } }];
    if (finding.name === 'duplicate-recipient')
      return [{ weight: 'check', finding: { kind: 'duplicate', address: finding.facts.address ?? '' } }];
    if (SAID.has(finding.name)) return [];
    return [{ weight: finding.blocks ? 'stop' : 'check', finding: { kind: 'other', ...finding } }];
  });
}
