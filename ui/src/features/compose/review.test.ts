import { describe, expect, test } from 'vitest';
import type { MessageChecked } from '$lib/bindings';
import { fileFacts } from './fake';
import { emptyLetter, emptyView, unreadChip, type Chip, type Letter } from './letter';
import { isOwn, outsideDomains, review, unfilled, type Known } from './review';

const checked: MessageChecked = {
  encoded_bytes: 3000,
  limit_bytes: 36_700_160,
  room_bytes: 26_000_000,
  html_bytes: 0,
  recipients: 1,
  findings: [],
};

function chip(address: string): Chip {
  return { ...unreadChip(address), address, domain: address.split('@')[1] ?? '', unread: false };
}
function bad(text: string): Chip {
  return { ...unreadChip(text), failure: { code: 'invalid-address', what: '', remedy: '' }, unread: false };
}
function letter(patch: Partial<Letter> = {}): Letter {
  return {
    ...emptyLetter('qa@example.org'),
    to: [chip('mia@example.org')],
    subject: 'S',
    text: 'T',
    ...patch,
  };
}
function kinds(patch: Partial<Letter> = {}, known: Partial<Known> = {}): string[] {
  const all = { letter: letter(patch), view: emptyView(), has_key: true, sender_ok: true, own_domains: [] };
  return review({ ...all, checked, failure: undefined, ...known }).map(
    ({ weight, finding }) => `${weight} ${finding.kind}`,
  );
}
const file = (name: string, bytes: number, patch = {}) => ({
  handle: name,
  name,
  inline: null,
  content_type: null,
  facts: fileFacts(name, bytes, patch),
});

describe('before you send', () => {
  test('a sound message has nothing to check', () => expect(kinds()).toEqual([]));

  test.each<[string, Partial<Letter>, Partial<Known>]>([
    ['stop no-key', {}, { has_key: false }],
    ['stop no-sender', { from: ' ' }, {}],
    ['stop bad-sender', {}, { sender_ok: false }],
    ['stop no-recipient', { to: [] }, {}],
    ['stop bad-address', { cc: [bad('kim@')] }, {}],
    ['stop bad-addresses', { to: [1, 2, 3, 4].map((n) => bad(`kim${n}@`)) }, {}],
    [
      'stop too-many-recipients',
      { to: Array.from({ length: 501 }, (_, n) => chip(`p${n}@example.org`)) },
      {},
    ],
    ['note outside', { bcc: [chip('jon@partner.example')] }, {}],
    ['stop file', { files: [file('big.iso', 2_147_483_648)] }, {}],
    ['stop file', { files: [file('Photos', 0, { state: 'folder' })] }, {}],
    ['stop blocked', { files: [file('setup.exe', 1, { blocked: true })] }, {}],
    ['check empty-file', { files: [file('empty.txt', 0)] }, {}],
    ['check inline-unused', { files: [{ ...file('logo.png', 9), inline: 'logo' }] }, {}],
    ['check empty-subject', { subject: ' ' }, {}],
    ['check empty-body', { text: '' }, {}],
    ['note html-only', { text: '', html: '<p>x</p>' }, {}],
    ['check unfilled', { subject: '{{ order }}' }, {}],
    ['stop too-large', {}, { checked: { ...checked, encoded_bytes: 36_700_161 } }],
    ['check nearly-full', {}, { checked: { ...checked, encoded_bytes: 30_000_000 } }],
    ['check html-cut', { html: 'x' }, { checked: { ...checked, html_bytes: 102_001 } }],
    ['fits html-fits', { html: 'x' }, { checked: { ...checked, html_bytes: 500 } }],
    ['note unchecked', {}, { failure: { code: 'busy', what: '', remedy: '' } }],
  ])('%s', (line, patch, known) => expect(kinds(patch, known)).toContain(line));

  test('what is typed and no address yet is said', () =>
    expect(kinds({}, { view: { ...emptyView(), pending: { ...emptyView().pending, to: 'jo' } } })).toEqual([
      'check pending',
    ]));

  test('an unknown finding that blocks is never silent', () => {
    const blocking = { name: 'message-too-large', blocks: true, what: 'Too large.', remedy: '', facts: {} };
    expect(kinds({}, { checked: { ...checked, findings: [blocking] } })).toEqual(['stop other']);
  });

  test('an address that is there twice is said', () => {
    const double = {
      name: 'duplicate-recipient',
      blocks: false,
      what: '',
      remedy: '',
      facts: { address: 'mia@example.org' },
    };
    expect(kinds({}, { checked: { ...checked, findings: [double] } })).toEqual(['check duplicate']);
  });

  test('the worst comes first', () =>
    expect(kinds({ subject: '', to: [bad('kim@'), chip('jon@partner.example')] })).toEqual([
      'stop bad-address',
      'check empty-subject',
      'note outside',
    ]));
});

test('variables are found with spaces, and a brace alone is none', () => {
  expect(
    unfilled({ subject: '{{order}}', text: 'a {b} {{ name }} {{order}}', html: '{{file:x.txt}}' }),
  ).toEqual(['order', 'name', 'file:x.txt']);
});

test("a part of one's own domain is one's own, a look-alike is not", () => {
  expect(isOwn('mail.Example.org', ['example.org'])).toBe(true);
  expect(isOwn('notexample.org', ['example.org'])).toBe(false);
  const mail = letter({ to: [chip('a@example.org'), chip('b@other.example')] });
  expect(outsideDomains(mail, [])).toEqual(['other.example']);
  expect(outsideDomains(mail, ['other.example'])).toEqual(['example.org']);
});
