import { announce } from './announcer.svelte';

/** A sentence that something is done: shown for some seconds and said once. What can be undone uses `undo`. */
class Notice {
  sentence = $state<string>();
  kind = $state<'ok' | 'warn'>('ok');
  #timer: ReturnType<typeof setTimeout> | undefined;

  show(sentence: string, kind: 'ok' | 'warn' = 'ok'): void {
    clearTimeout(this.#timer);
    this.sentence = sentence;
    this.kind = kind;
    announce(sentence, kind === 'warn');
    this.#timer = setTimeout(() => (this.sentence = undefined), kind === 'ok' ? 6000 : 20_000);
  }

  dismiss(): void {
    clearTimeout(this.#timer);
    this.sentence = undefined;
  }
}

export const notice = new Notice();
