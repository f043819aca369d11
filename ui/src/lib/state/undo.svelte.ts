/** One reversible thing at a time: done at once, undone within ten seconds (UndoBar.svelte). */
class Undo {
  offer = $state<{ sentence: string; undo: () => void | Promise<void> }>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Offers to undo what was just done; `forget` runs when the chance is over. */
  show(sentence: string, undo: () => void | Promise<void>, forget?: () => void): void {
    this.#end();
    this.#forget = forget;
    this.offer = { sentence, undo };
    this.#timer = setTimeout(() => this.dismiss(), 10_000);
  }

  /** Takes it back. */
  async take(): Promise<void> {
    const offer = this.offer;
    this.#forget = undefined;
    this.dismiss();
    await offer?.undo();
  }

  /** Lets it stand. */
  dismiss(): void {
    this.#end();
    this.offer = undefined;
  }

  #forget: (() => void) | undefined;

  #end(): void {
    clearTimeout(this.#timer);
    this.#forget?.();
    this.#forget = undefined;
  }
}

export const undo = new Undo();
