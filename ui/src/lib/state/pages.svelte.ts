import { failureOf } from '$lib/backend';
import type { Failure } from '$lib/bindings';

/** A page as the agent gives it: newest first, and whether there are older ones. */
export interface Page<T> {
  items: T[];
  more: boolean;
}

/** How to fetch a page: older than the row given, at most so many. */
export type Fetch<T> = (before: T | undefined, limit: number) => Promise<Page<T>>;

/**
 * The rows of a long list, fetched page by page as they are scrolled to. An answer to an older question
 * never replaces that of a newer one; rows stay on screen until the new ones are there.
 */
export class Pages<T> {
  items = $state.raw<T[]>([]);
  more = $state(false);
  /** Nothing has been answered yet. */
  fresh = $state(true);
  loading = $state(false);
  failure = $state<Failure>();
  #turn = 0;

  constructor(
    private readonly fetch: Fetch<T>,
    private readonly key: (item: T) => string,
    private readonly size = 100,
  ) {}

  /** Asks from the start, as after a change of the filters. */
  async reload(): Promise<void> {
    await this.#ask(undefined, ({ items }) => items);
  }

  /** Fetches the next page, if there is one and none is on its way. */
  async next(): Promise<void> {
    const last = this.items.at(-1);
    if (!this.more || this.loading || last === undefined) return;
    await this.#ask(last, ({ items }) => [...this.items, ...items]);
  }

  /** Looks at the newest page again and keeps the older rows that are loaded. */
  async refresh(): Promise<void> {
    const more = this.more;
    let joined = false;
    await this.#ask(undefined, (page) => {
      const last = page.items.at(-1);
      const at = last === undefined ? -1 : this.items.findIndex((item) => this.key(item) === this.key(last));
      joined = at >= 0 && page.more;
      return joined ? [...page.items, ...this.items.slice(at + 1)] : page.items;
    });
    if (joined) this.more = more;
  }

  /** Takes a row out. */
  drop(key: string): void {
    this.items = this.items.filter((item) => this.key(item) !== key);
  }

  async #ask(before: T | undefined, join: (page: Page<T>) => T[]): Promise<void> {
    const turn = ++this.#turn;
    this.loading = true;
    try {
      const page = await this.fetch(before, this.size);
      if (turn !== this.#turn) return;
      this.items = join(page);
      this.more = page.more;
      this.failure = undefined;
      this.fresh = false;
    } catch (thrown) {
      if (turn !== this.#turn) return;
      this.failure = failureOf(thrown);
      this.fresh = false;
    } finally {
      if (turn === this.#turn) this.loading = false;
    }
  }
}
