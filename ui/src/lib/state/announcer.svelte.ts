/** What screen readers are told: one polite and one assertive live region (App.svelte). */
class Announcer {
  polite = $state('');
  assertive = $state('');
}

export const announcer = new Announcer();
let turn = false;

/** Says a sentence. Equal sentences in a row are read again: an invisible character tells them apart. */
export function announce(sentence: string, urgent = false): void {
  turn = !turn;
  const text = turn ? sentence : `${sentence}\u00a0`;
  if (urgent) announcer.assertive = text;
  else announcer.polite = text;
}
