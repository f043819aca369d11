import { createSubscriber } from 'svelte/reactivity';

/** The time, for views that count down. Reading `now` in a view makes it follow; nobody reading costs nothing. */
class Ticker {
  #follow: () => void;

  constructor(millis: number) {
    this.#follow = createSubscriber((update) => {
      const timer = setInterval(update, millis);
      return () => clearInterval(timer);
    });
  }

  get now(): number {
    this.#follow();
    return Date.now();
  }
}

export const everySecond = new Ticker(1000);
export const everyTenSeconds = new Ticker(10_000);
