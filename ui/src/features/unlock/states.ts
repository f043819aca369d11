import { never, states, type } from '$features/gallery/gallery';
import { fails, locked, vaultFacts } from '$features/gallery/samples';
import type { Code } from '$lib/bindings';
import Cover from './Cover.svelte';
import Unlock from './Unlock.svelte';

const base = { component: Unlock, status: locked, props: { info: vaultFacts } };

async function tries(root: HTMLElement, times = 1): Promise<void> {
  for (let turn = 0; turn < times; turn++) {
    await type(root, 'input[autocomplete="current-password"]', 'correct horse battery');
    await type(root, 'input[autocomplete="one-time-code"]', '');
    await type(root, 'input[autocomplete="one-time-code"]', `12345${turn}`);
    await new Promise((next) => setTimeout(next, 150));
  }
}

function refused(name: string, code: Code, facts: Record<string, string> = {}, times = 1) {
  return {
    name,
    ...base,
    backend: { unlock: () => fails(code, facts) },
    after: (root: HTMLElement) => tries(root, times),
  };
}

export default states('unlock', [
  { name: 'empty', ...base },
  { name: 'production', ...base, facts: { profile: 'production' } },
  {
    name: 'practice',
    ...base,
    backend: { 'practice.phone': () => ({ code: '318402', seconds: 17, passphrase: 'one two three' }) },
  },
  { name: 'opening', ...base, backend: { unlock: () => never() }, after: (root) => tries(root) },
  refused('wrong', 'wrong-passphrase-or-code'),
  refused('wrong-three-times', 'wrong-passphrase-or-code', {}, 3),
  refused('code-used', 'code-already-used', { wait_seconds: '12' }),
  refused('clock-off', 'clock-off', { behind_seconds: '240' }),
  refused('keychain-locked', 'keychain-locked'),
  refused('keychain-missing', 'keychain-missing'),
  refused('keychain-not-answering', 'keychain-not-answering'),
  refused('item-missing', 'keychain-item-missing'),
  refused('newer', 'vault-newer'),
  refused('table-ended', 'code-table-ended'),
  { name: 'locking', component: Cover },
]);
