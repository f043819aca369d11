import { describe, expect, test } from 'vitest';
import { CODES as KNOWN, type Failure } from '$lib/bindings';
import { applyLanguage } from '$lib/i18n/language';
import { actionsFor } from '$lib/components/FailureActions.svelte';
import { adminRequest } from './admin-request';
import { CODES, type CodeEntry } from './codes';
import { explain } from './explain';

const failure = (code: Failure['code'], facts: Failure['facts'] = {}, what = ''): Failure => ({
  code,
  what,
  remedy: '',
  facts,
});

describe.each(['en', 'de'])('every code, in %s', (language) => {
  test.each(KNOWN)('%s has a sentence and a remedy of its own', (code) => {
    applyLanguage(language, 'en-GB');
    const entry: CodeEntry = CODES[code];
    for (const sentence of [entry.what(), entry.remedy()]) {
      expect(sentence).toMatch(/[.?]$/);
      expect(sentence.length).toBeGreaterThan(9);
      // The window has buttons; nobody is sent to a terminal.
      expect(sentence).not.toMatch(/`|signet \w|--\w/);
    }
  });

  test('no two codes say the same', () => {
    applyLanguage(language, 'en-GB');
    const said = KNOWN.map((code) => CODES[code].what());
    expect(new Set(said).size).toBe(said.length);
  });
});

test('both languages differ for every code', () => {
  const inLanguage = (language: string) => {
    applyLanguage(language, 'en-GB');
    return KNOWN.map((code) => [CODES[code].what(), CODES[code].remedy()]).flat();
  };
  const german = inLanguage('de');
  expect(inLanguage('en').filter((sentence, index) => sentence === german[index])).toEqual([]);
});

test('a fact of the failure is in its sentence, in the reader’s units', () => {
  applyLanguage('en', 'en-GB');
  expect(explain(failure('clock-off', { behind_seconds: '240' })).what).toContain('4 minutes');
  expect(explain(failure('attachment-changed', { attachment: 'build.log' })).what).toContain('build.log');
  expect(explain(failure('message-too-large', { encoded_bytes: '39800000' })).what).toContain('39.8 MB');
  applyLanguage('de', 'en-GB');
  expect(explain(failure('clock-off', { behind_seconds: '240' })).what).toContain('4 Minuten');
});

test('without the fact, the plain sentence stands', () => {
  applyLanguage('en', 'en-GB');
  expect(explain(failure('clock-off')).what).toBe(CODES['clock-off'].what());
  expect(explain(failure('clock-off', { behind_seconds: 'soon' })).what).toBe(CODES['clock-off'].what());
});

test('the agent’s more exact sentence is kept in English, and its commands are not', () => {
  applyLanguage('en', 'en-GB');
  expect(explain(failure('usage', {}, 'That is not a proxy setting.')).what).toBe(
    'That is not a proxy setting.',
  );
  expect(explain(failure('usage', {}, 'Run `signet settings`.')).what).toBe(CODES.usage.what());
  applyLanguage('de', 'en-GB');
  expect(explain(failure('usage', {}, 'That is not a proxy setting.')).what).toBe(CODES.usage.what());
});

test('a code of another version is not taken for a known one', () => {
  applyLanguage('en', 'en-GB');
  const said = explain(failure('from-the-future' as Failure['code'], {}, 'The moon is in the way.'));
  expect(said.what).toBe('The moon is in the way.');
  expect(said.retry).toBe(false);
});

describe('buttons', () => {
  const labels = (...about: Parameters<typeof actionsFor>) => {
    applyLanguage('en', 'en-GB');
    return actionsFor(...about).map(({ label }) => label);
  };
  const retry = () => undefined;

  test('a retry only where a retry can help, and only where there is one', () => {
    expect(labels(failure('network'), { onretry: retry })).toEqual(['Try again']);
    expect(labels(failure('network'), {})).toEqual([]);
    expect(labels(failure('wrong-kit'), { onretry: retry })).toEqual([]);
    expect(labels(failure('send-unknown'), { onretry: retry })).toEqual([]);
  });

  test('a missing permission opens the administrator’s page, or copies a request', () => {
    const facts = { client_id: '1045', scope: 'https://www.googleapis.com/auth/gmail.send' };
    expect(labels(failure('delegation-missing', facts), { onretry: retry })).toEqual([
      'Open the page, filled in',
      'Copy a request',
      'Try again',
    ]);
  });

  test('no button without what it needs', () => {
    expect(labels(failure('delegation-missing'), {})).toEqual([]);
  });
});

test.each(['en', 'de'] as const)(
  'the request to the administrator names both values and a link, in %s',
  (to) => {
    applyLanguage('en', 'en-GB');
    const text = adminRequest(
      { clientId: '1045', scopes: ['https://www.googleapis.com/auth/gmail.send'] },
      to,
    );
    expect(text).toContain(' 1045 ');
    expect(text).toContain(
      'https://admin.google.com/ac/owl/domainwidedelegation?clientIdToAdd=1045&clientScopeToAdd=https%3A%2F%2Fwww.googleapis.com%2Fauth%2Fgmail.send&overwriteClientId=false',
    );
    expect(text.includes('Bitte') || text.includes('bitte')).toBe(to === 'de');
  },
);
