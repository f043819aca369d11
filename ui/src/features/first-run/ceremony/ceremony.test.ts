import { beforeEach, describe, expect, it } from 'vitest';
import { Failed, useBackend } from '$lib/backend';
import { scriptedBackend, type Handlers } from '$lib/backend/scripted';
import type { CeremonyAnswers, Code, PageCeremonyShown } from '$lib/bindings';
import { Ceremony } from './ceremony.svelte';

const shown: PageCeremonyShown = {
  id: 'c1',
  totp: { qr: ['1'], groups: ['ABCD'] },
  kit: { count: 9, fingerprint: 'ff', audit_fingerprint: null },
  codes: ['AAAA-BBBB'],
  asks_code: true,
  asks_kit_groups: [2, 9],
};
const init = { kind: 'init', passphrase: 'five words', kdf: 'calibrated' } as const;

let dropped: string[];
let proofs: CeremonyAnswers[];

function refuse(code: Code): never {
  throw new Failed({ code, what: '', remedy: '' });
}
function backend(more: Handlers = {}): void {
  useBackend(
    scriptedBackend({
      'ceremony.begin': () => shown,
      'ceremony.drop': ({ id }) => {
        dropped.push(id);
        return {} as never;
      },
      'ceremony.prove': (answers) => {
        proofs.push(answers);
        return { code: answers.code !== null, kit_groups: answers.kit_groups.length > 0 };
      },
      'ceremony.finish': (answers) => {
        proofs.push(answers);
        return { info: {} as never };
      },
      ...more,
    }),
  );
}

beforeEach(() => {
  dropped = [];
  proofs = [];
  backend();
});

describe('a ceremony', () => {
  it('is dropped when it is left, and holds nothing of it any more', async () => {
    const ceremony = new Ceremony();
    await ceremony.begin(init);
    expect(ceremony.shown?.codes).toEqual(['AAAA-BBBB']);
    await ceremony.drop();
    expect(dropped).toEqual(['c1']);
    expect(ceremony.shown).toBeUndefined();
  });

  it('is dropped also when it is left while it begins', async () => {
    let answer: (shown: PageCeremonyShown) => void = () => undefined;
    backend({ 'ceremony.begin': () => new Promise((given) => (answer = given)) });
    const ceremony = new Ceremony();
    const beginning = ceremony.begin(init);
    await Promise.resolve();
    await ceremony.drop();
    answer(shown);
    await beginning;
    expect(dropped).toEqual(['c1']);
    expect(ceremony.shown).toBeUndefined();
  });

  it('drops the one before when it begins anew', async () => {
    const ceremony = new Ceremony();
    await ceremony.begin(init);
    await ceremony.begin(init);
    expect(dropped).toEqual(['c1']);
  });

  it('stays after a wrong code, and takes the right one', async () => {
    let wrong = true;
    backend({
      'ceremony.prove': () => (wrong ? refuse('set-up-proof-failed') : { code: true, kit_groups: false }),
    });
    const ceremony = new Ceremony();
    await ceremony.begin(init);
    expect(await ceremony.proveCode('000 000')).toBe(false);
    expect(ceremony.failure?.code).toBe('set-up-proof-failed');
    expect(ceremony.shown).toEqual(shown);
    expect(ceremony.codeProven).toBe(false);
    wrong = false;
    expect(await ceremony.proveCode('123 456')).toBe(true);
    expect(ceremony.codeProven).toBe(true);
    expect(ceremony.failure).toBeUndefined();
    expect(ceremony.complete).toBe(false);
  });

  it('says nothing of a refusal any more once it is left', async () => {
    backend({ 'ceremony.prove': () => refuse('set-up-proof-failed') });
    const ceremony = new Ceremony();
    await ceremony.begin(init);
    await ceremony.proveCode('000000');
    expect(ceremony.trouble).toBeUndefined();
    await ceremony.drop();
    expect(ceremony.failure).toBeUndefined();
  });

  it('hands kit groups on as they were typed', async () => {
    const ceremony = new Ceremony();
    await ceremony.begin(init);
    await ceremony.proveKit([
      [2, 'ab cd'],
      [9, 'e-fgh'],
    ]);
    expect(proofs).toEqual([
      {
        id: 'c1',
        code: null,
        kit_groups: [
          [2, 'ab cd'],
          [9, 'e-fgh'],
        ],
      },
    ]);
    expect(ceremony.kitProven).toBe(true);
  });

  it('is complete with both proofs, and forgets everything when it took effect', async () => {
    const ceremony = new Ceremony();
    await ceremony.begin(init);
    await ceremony.proveCode('123456');
    expect(ceremony.complete).toBe(false);
    await ceremony.proveKit([
      [2, 'abcd'],
      [9, 'efgh'],
    ]);
    expect(ceremony.complete).toBe(true);
    expect(await ceremony.finish()).toBe(true);
    expect(ceremony.done).toBe(true);
    expect(ceremony.shown).toBeUndefined();
    await ceremony.drop();
    expect(dropped).toEqual([]);
  });

  it('is complete without proofs where none are asked', async () => {
    backend({
      'ceremony.begin': () => ({ ...shown, totp: null, kit: null, asks_code: false, asks_kit_groups: [] }),
    });
    const ceremony = new Ceremony();
    await ceremony.begin({ kind: 'codes-renew', passphrase: 'p', code: '123456' });
    expect(ceremony.complete).toBe(true);
  });

  it('holds nothing after the agent let it expire', async () => {
    backend({ 'ceremony.finish': () => refuse('set-up-expired') });
    const ceremony = new Ceremony();
    await ceremony.begin(init);
    expect(await ceremony.finish()).toBe(false);
    expect(ceremony.shown).toBeUndefined();
    expect(ceremony.done).toBe(false);
  });

  it('stays when taking effect fails for a reason that can be put right', async () => {
    backend({ 'ceremony.finish': () => refuse('disk-full') });
    const ceremony = new Ceremony();
    await ceremony.begin(init);
    expect(await ceremony.finish()).toBe(false);
    expect(ceremony.shown).toEqual(shown);
  });
});
