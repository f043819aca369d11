/** The lines of "Before you send" in words, each with what puts it right. */
import { CODES, type Failure } from '$lib/bindings';
import { explain } from '$lib/errors/explain';
import { bytes, list, number } from '$lib/i18n/format';
import { m } from '$lib/paraglide/messages';
import { changePrefs } from '$lib/state/appearance.svelte';
import { router } from '$lib/state/router.svelte';
import { session } from '$lib/state/session.svelte';
import { shared, type Obstacle } from '$features/team/shared.svelte';
import { addressKey } from './chips';
import { commitPending, focusField } from './commands';
import { composer } from './composer.svelte';
import { fileFault } from './files';
import { LINES, type Item, type Line } from './letter';
import { ownDomains, type Finding } from './review';

export interface Worded {
  text: string;
  fix?: { label: string; run: () => unknown };
}

export function worded(finding: Finding): Worded {
  const { letter, view } = composer;
  switch (finding.kind) {
    case 'no-key':
      return {
        text: m.compose_check_no_key(),
        fix: { label: m.compose_fix_key(), run: () => router.go('keys') },
      };
    case 'no-sender':
      return {
        text: m.compose_check_no_sender(),
        fix: { label: m.compose_fix_add(), run: () => focusField('from') },
      };
    case 'bad-sender':
      return {
        text: m.compose_check_bad_sender(),
        fix: { label: m.compose_fix_edit(), run: () => focusField('from') },
      };
    case 'no-recipient':
      return {
        text: m.compose_check_no_recipient(),
        fix: { label: m.compose_fix_add(), run: () => focusField('to') },
      };
    case 'pending':
      return {
        text: m.compose_check_pending({ text: finding.text }),
        fix: { label: m.compose_fix_commit(), run: commitPending },
      };
    case 'bad-address':
      return {
        text: m.compose_check_bad_address({ address: finding.chip.text }),
        fix: { label: m.compose_fix_edit(), run: () => focusChip(finding.line, finding.chip.id) },
      };
    case 'bad-addresses':
      return {
        text: m.compose_check_bad_addresses({ count: finding.count }),
        fix: { label: m.compose_fix_remove_all(), run: removeBad },
      };
    case 'too-many-recipients':
      return { text: m.compose_check_too_many({ count: finding.count }) };
    case 'outside':
      return {
        text: m.compose_check_outside({
          domains: list(finding.domains.slice(0, 3)),
          count: finding.domains.length,
        }),
        fix: { label: m.compose_fix_own(), run: () => own(finding.domains) },
      };
    case 'file':
      return { text: fileText(finding.item), fix: drop(finding.item) };
    case 'blocked':
      return finding.allowed
        ? {
            text: m.compose_check_blocked_allowed({ name: finding.item.name }),
            fix: { label: m.undo(), run: () => (view.allow_blocked = false) },
          }
        : {
            text: m.compose_check_blocked({ name: finding.item.name }),
            fix: { label: m.compose_fix_try_anyway(), run: () => (view.allow_blocked = true) },
          };
    case 'empty-file':
      return { text: m.compose_check_empty_file({ name: finding.item.name }), fix: drop(finding.item) };
    case 'inline-unused':
      return {
        text: m.compose_check_inline_unused({ name: finding.item.name }),
        fix: {
          label: m.compose_fix_insert(),
          run: () => (letter.html += `<img src="cid:${finding.item.inline ?? ''}" alt="">`),
        },
      };
    case 'too-large':
      return { text: m.compose_check_too_large({ size: bytes(finding.over) }), fix: largest() };
    case 'nearly-full':
      return { text: m.compose_check_nearly_full({ size: bytes(finding.room) }) };
    case 'large-attachments':
      return { text: m.compose_check_large_attachments() };
    case 'html-cut':
      return {
        text: m.compose_check_html_cut({ size: bytes(finding.bytes) }),
        fix: { label: m.compose_fix_edit(), run: () => focusField('html') },
      };
    case 'html-fits':
      return { text: m.compose_check_html_fits({ size: bytes(finding.bytes) }) };
    case 'html-only':
      return {
        text: m.compose_check_html_only(),
        fix: { label: m.compose_fix_make_text(), run: () => (letter.text = textOf(letter.html)) },
      };
    case 'unfilled':
      return {
        text: m.compose_check_unfilled({ names: list(finding.names.map((name) => `{{${name}}}`)) }),
        fix: { label: m.compose_fix_edit(), run: () => goToSlot(finding.names[0] ?? '') },
      };
    case 'empty-subject':
      return {
        text: m.compose_check_empty_subject(),
        fix: { label: m.compose_fix_add(), run: () => focusField('subject') },
      };
    case 'empty-body':
      return {
        text: m.compose_check_empty_body(),
        fix: { label: m.compose_fix_add(), run: () => focusField('text') },
      };
    case 'unchecked':
      return { text: m.compose_check_unchecked({ reason: explain(finding.failure).what }) };
    case 'duplicate':
      return {
        text: m.compose_check_duplicate({ address: finding.address }),
        fix: { label: m.compose_fix_remove_double(), run: () => removeDouble(finding.address) },
      };
    case 'host-away':
      return {
        text: m.compose_check_host_away({ host: finding.host }),
        fix: { label: m.try_again(), run: () => shared.load() },
      };
    case 'obstacle':
      return { text: obstacleText(finding.obstacle, finding.host) };
    case 'other':
      return { text: otherText(finding) };
  }
}

/** What a grant does not allow, as far as the page can tell. */
export function obstacleText(obstacle: Obstacle, host: string): string {
  switch (obstacle.obstacle) {
    case 'sender':
      return m.compose_check_grant_sender({ host });
    case 'recipients':
      return m.compose_check_grant_recipients({ addresses: list(obstacle.addresses.slice(0, 3)), host });
    case 'count':
      return m.compose_check_grant_count({ number: number(obstacle.most), host });
    case 'bytes':
      return m.compose_check_grant_bytes({ size: bytes(obstacle.most), host });
    case 'types':
      return m.compose_check_grant_types({ types: list([...new Set(obstacle.types)]), host });
    case 'used-up':
      return m.compose_check_grant_used({ host });
  }
}

function focusChip(line: Line, id: number): void {
  const chip = document.querySelector<HTMLElement>(`[data-chip="${id}"]`);
  chip?.focus();
  chip?.dispatchEvent(new MouseEvent('dblclick', { bubbles: true }));
  if (!chip) void focusField(line);
}

/** Codes have their sentence in the reader's language; other names only the agent's own. */
function otherText({
  name,
  what,
  remedy,
  facts,
}: {
  name: string;
  what: string;
  remedy: string;
  facts: Failure['facts'];
}): string {
  const code = CODES.find((known) => known === name);
  return code ? explain({ code, what, remedy, facts: facts ?? {} }).what : what;
}

/** Leaves the first of several equal addresses. */
function removeDouble(address: string): void {
  let seen = false;
  for (const line of ['to', 'cc', 'bcc'] as const)
    composer.letter[line] = composer.letter[line].filter((chip) => {
      if (addressKey(chip) !== address.toLowerCase()) return true;
      const first = !seen;
      seen = true;
      return first;
    });
}

function removeBad(): void {
  for (const line of LINES) composer.letter[line] = composer.letter[line].filter((chip) => !chip.failure);
}

function own(domains: string[]): Promise<void> {
  const known = session.facts?.prefs.own_domains ?? [];
  const all = [...ownDomains(composer.letter.from, known), ...known, ...domains];
  return changePrefs({ own_domains: [...new Set(all)] });
}

function drop(item: Item) {
  return {
    label: m.remove(),
    run: () => (composer.letter.files = composer.letter.files.filter((one) => one.handle !== item.handle)),
  };
}

function largest(): Worded['fix'] {
  const [item] = composer.letter.files.toSorted((a, b) => (b.facts?.bytes ?? 0) - (a.facts?.bytes ?? 0));
  if (!item) return undefined;
  return { ...drop(item), label: m.compose_fix_remove_file({ name: item.name }) };
}

function fileText(item: Item): string {
  const { name } = item;
  switch (fileFault(item)) {
    case 'folder':
      return m.compose_check_folder({ name });
    case 'missing':
      return m.compose_check_missing({ name });
    case 'too-large':
      return m.compose_check_file_too_large({ name, size: bytes(item.facts?.bytes ?? 0) });
    default:
      return m.compose_check_unreadable({ name });
  }
}

/** The words of the HTML, for those whose program shows none: parsed, never put into the page. */
function textOf(html: string): string {
  const parsed = new DOMParser().parseFromString(html, 'text/html');
  for (const hidden of parsed.querySelectorAll('style, script, title')) hidden.remove();
  for (const end of parsed.querySelectorAll('br, p, div, tr, li, h1, h2, h3')) end.append('\n');
  return (parsed.body.textContent ?? '')
    .replace(/[ \t]+/g, ' ')
    .replace(/\n\s*\n\s*/g, '\n\n')
    .trim();
}

/** Selects the first variable that is still in the message. */
async function goToSlot(name: string): Promise<void> {
  const { letter } = composer;
  const field = (['subject', 'text', 'html'] as const).find(
    (one) => letter[one].includes(`{{`) && letter[one].includes(name),
  );
  if (!field) return;
  await focusField(field);
  const input = document.activeElement as HTMLInputElement | HTMLTextAreaElement;
  const at = /\{\{[^{}]*\}\}/.exec(input.value);
  if (at) input.setSelectionRange(at.index, at.index + at[0].length);
}
