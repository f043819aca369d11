import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { tick } from 'svelte';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Failed, useBackend } from '$lib/backend';
import { scriptedBackend, type Handlers } from '$lib/backend/scripted';
import type { CeremonyRequest, PageCeremonyShown } from '$lib/bindings';
import { applyLanguage } from '$lib/i18n/language';
import { session } from '$lib/state/session.svelte';
import { absent, facts } from '$features/gallery/samples';
import { firstRun } from '../first-run.svelte';
import SetUp from './SetUp.svelte';
import { setup } from './setup.svelte';

const WORDS = 'ruling-walnut-copper-stanza-fifty';
const shown: PageCeremonyShown = {
  id: 'c1',
  totp: { qr: ['10', '01'], groups: ['ABCD', 'EFGH'] },
  kit: { count: 9, fingerprint: 'ff', audit_fingerprint: null },
  codes: ['AAAAA-BBBBB'],
  asks_code: true,
  asks_kit_groups: [2, 9],
};
let begun: CeremonyRequest[];
let dropped: string[];
let finished: number;

function backend(more: Handlers = {}): void {
  useBackend(
    scriptedBackend({
      'passphrase.suggest': () => ({ passphrase: WORDS }),
      'ceremony.begin': (request) => {
        begun.push({ ...request });
        return shown;
      },
      'ceremony.drop': ({ id }) => {
        dropped.push(id);
        return {} as never;
      },
      'ceremony.prove': ({ code, kit_groups }) => {
        if (code === '000000') throw new Failed({ code: 'set-up-proof-failed', what: '', remedy: '' });
        return { code: code !== null, kit_groups: kit_groups.length > 0 };
      },
      'ceremony.finish': () => {
        finished++;
        return { info: {} as never };
      },
      status: () => absent,
      'key.list': () => ({ keys: [] }),
      ...more,
    }),
  );
}

beforeEach(() => {
  begun = [];
  dropped = [];
  finished = 0;
  session.facts = facts;
  session.status = absent;
  applyLanguage('en', 'en-GB');
  setup.reset();
  firstRun.go('setup');
  backend();
});
afterEach(cleanup);

async function toPhone(): Promise<void> {
  render(SetUp);
  await waitFor(() => expect(screen.getByTestId('offered-passphrase').textContent).toBe(WORDS));
  await fireEvent.input(screen.getByLabelText(/^Type them once/), { target: { value: WORDS } });
  await fireEvent.click(screen.getByRole('button', { name: 'Continue' }));
  await screen.findByTestId('seed');
}
async function toRecovery(): Promise<void> {
  await toPhone();
  await fireEvent.input(screen.getByLabelText('Code that the app shows now'), {
    target: { value: '123 456' },
  });
  await screen.findAllByText('Your phone is connected.');
  await fireEvent.click(screen.getByRole('button', { name: 'Continue' }));
  await screen.findByText('Create the vault');
}
const disabled = (name: string): boolean => screen.getByRole<HTMLButtonElement>('button', { name }).disabled;

it('asks for the words by hand before it goes on, and begins with exactly them', async () => {
  render(SetUp);
  const field = await screen.findByLabelText(/^Type them once/);
  await waitFor(() => expect(screen.getByTestId('offered-passphrase').textContent).toBe(WORDS));
  expect(disabled('Continue')).toBe(true);
  await fireEvent.input(field, { target: { value: 'ruling-walnut' } });
  expect(disabled('Continue')).toBe(true);
  await fireEvent.input(field, { target: { value: WORDS } });
  expect(disabled('Continue')).toBe(false);
  await fireEvent.click(screen.getByRole('button', { name: 'Continue' }));
  await screen.findByTestId('seed');
  expect(begun).toEqual([{ kind: 'init', passphrase: WORDS, kdf: 'calibrated' }]);
});

it('shows nothing of the passphrase once the step is over', async () => {
  await toPhone();
  expect(document.body.innerHTML).not.toContain(WORDS);
});

it('leaves nothing behind when it is left at the phone', async () => {
  await toPhone();
  await fireEvent.click(screen.getByRole('button', { name: 'Start over' }));
  expect(dropped).toEqual(['c1']);
  await screen.findByTestId('offered-passphrase');
  expect(screen.queryByTestId('seed')).toBeNull();
  expect(finished).toBe(0);
});

it('leaves nothing behind when the window goes elsewhere', async () => {
  await toRecovery();
  cleanup();
  await tick();
  expect(dropped).toEqual(['c1']);
  expect(finished).toBe(0);
});

it('keeps the phone when its code is refused', async () => {
  await toPhone();
  await fireEvent.input(screen.getByLabelText('Code that the app shows now'), {
    target: { value: '000000' },
  });
  await screen.findByText('The app shows a different code for this.');
  expect(screen.getByTestId('seed').textContent).toContain('ABCD');
  expect(disabled('Continue')).toBe(true);
  expect(dropped).toEqual([]);
});

it('makes the vault only after both groups, in one step, and goes on to the key', async () => {
  await toRecovery();
  expect(disabled('Create the vault')).toBe(true);
  await fireEvent.input(screen.getByLabelText('Group 2'), { target: { value: 'ab cd' } });
  expect(disabled('Compare')).toBe(true);
  await fireEvent.input(screen.getByLabelText('Group 9'), { target: { value: 'efgh' } });
  await fireEvent.click(screen.getByRole('button', { name: 'Compare' }));
  await waitFor(() => expect(disabled('Create the vault')).toBe(false));
  expect(finished).toBe(0);
  await fireEvent.click(screen.getByRole('button', { name: 'Create the vault' }));
  await screen.findByText('Bring in a Google key');
  expect(finished).toBe(1);
  expect(document.body.innerHTML).not.toContain('AAAAA-BBBBB');
  cleanup();
  expect(dropped).toEqual([]);
});

it('goes back to the phone without losing the proof', async () => {
  await toRecovery();
  await fireEvent.click(screen.getByRole('button', { name: 'Back' }));
  await screen.findByText('Connect your phone');
  expect(disabled('Continue')).toBe(false);
  expect(dropped).toEqual([]);
});

it('begins again when the agent let it expire', async () => {
  backend({
    'ceremony.prove': () => {
      throw new Failed({ code: 'set-up-expired', what: '', remedy: '' });
    },
  });
  await toPhone();
  await fireEvent.input(screen.getByLabelText('Code that the app shows now'), {
    target: { value: '123456' },
  });
  await screen.findByTestId('offered-passphrase');
  expect(setup.step).toBe('passphrase');
});
