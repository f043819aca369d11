/** What could go wrong: a warning about what is allowed, silence about what is not, a neighbour domain let in. */
import { describe, expect, test } from 'vitest';
import type { Conditions } from '$lib/bindings';
import { desk, grant } from './samples';
import { bare, obstacles, sendersOf, wantsCode, type Offered } from './shared.svelte';

function offered(...all: (Partial<Conditions> & { used?: number })[]): Offered {
  const [key] = desk.keys;
  if (!key) throw new Error('the sample has a key');
  const grants = all.map(({ used = 0, ...conditions }, index) => ({
    ...grant,
    used_today: used,
    grant: { ...grant.grant, id: index + 1, conditions: { senders: ['qa@example.org'], ...conditions } },
  }));
  return { host: desk, key: { ...key, grants } };
}
const message = {
  from: 'QA <qa@example.org>',
  recipients: ['mia@example.org'],
  bytes: 1000,
  types: ['application/pdf'],
};

describe('what stands in the way', () => {
  test('is nothing where a grant allows it', () => {
    expect(obstacles(offered({ recipients: ['EXAMPLE.org'] }), message)).toEqual([]);
    expect(obstacles(offered({ recipients: [] }, { recipients: ['mia@example.org'] }), message)).toEqual([]);
  });

  test('is a neighbour’s domain', () => {
    for (const to of ['mia@sub.example.org', 'mia@xexample.org', 'example.org@evil.example'])
      expect(obstacles(offered({ recipients: ['example.org'] }), { ...message, recipients: [to] })).toEqual([
        { obstacle: 'recipients', addresses: [to] },
      ]);
  });

  test.each([
    [{ recipients_max: 0 }, { obstacle: 'count', most: 0 }],
    [{ bytes_max: 999 }, { obstacle: 'bytes', most: 999 }],
    [{ attachment_types: [] }, { obstacle: 'types', types: ['application/pdf'] }],
    [{ per_day: 3, used: 3 }, { obstacle: 'used-up' }],
  ])('is a limit: %o', (conditions, obstacle) => {
    expect(obstacles(offered(conditions), message)).toEqual([obstacle]);
  });

  test('is not a limit that is just met', () => {
    const met = {
      recipients_max: 1,
      bytes_max: 1000,
      attachment_types: ['application/*'],
      per_day: 3,
      used: 2,
    };
    expect(obstacles(offered(met), message)).toEqual([]);
  });

  test('is the sender where no grant names it', () => {
    expect(obstacles(offered({}), { ...message, from: 'boss@example.org' })).toEqual([
      { obstacle: 'sender' },
    ]);
    expect(
      obstacles(offered({ aliases: ['Boss@example.org'] }), { ...message, from: 'boss@example.org' }),
    ).toEqual([]);
  });

  test('is told of the closest grant', () => {
    const found = obstacles(offered({ recipients: [], bytes_max: 1 }, { bytes_max: 1 }), message);
    expect(found).toEqual([{ obstacle: 'bytes', most: 1 }]);
  });
});

test('a code is asked for where every fitting grant wants one', () => {
  expect(wantsCode(offered({ code_within: 0 }), 'qa@example.org')).toBe(true);
  expect(wantsCode(offered({ code_within: 0 }, {}), 'qa@example.org')).toBe(false);
  expect(wantsCode(offered({ code_within: 3600 }), 'qa@example.org')).toBe(false);
  expect(wantsCode(offered({ code_within: 0 }), 'other@example.org')).toBe(false);
});

test('senders are those of all grants, each once', () => {
  expect(sendersOf(offered({}, { senders: ['b@example.org', 'qa@example.org'] }))).toEqual([
    'qa@example.org',
    'b@example.org',
  ]);
  expect(bare('"Q, A" <QA@Example.org> ')).toBe('qa@example.org');
});
